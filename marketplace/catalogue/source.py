"""YAML whose every part knows its line."""
from typing import Any

import yaml


class Map(dict):
    """A mapping; `line` is where it begins, `at[key]` where the value of a key stands. Lines count from 1."""

    line: int
    at: dict[Any, int]


class Items(list):
    """A sequence; `line` is where it begins, `at[i]` where an item stands."""

    line: int
    at: list[int]


class Unreadable(Exception):
    """The text is no YAML, or says a key twice."""

    def __init__(self, line: int, text: str):
        super().__init__(line, text)
        self.line, self.text = line, text


def read(text: str) -> Map:
    """The document as maps, items and plain values. Raises Unreadable."""
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise Unreadable(1, "the document is not a mapping")
        return _made(loader, node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, error.problem or "is not YAML") from None
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(1, f"is not YAML: {type(error).__name__}") from None
    finally:
        loader.dispose()


def _made(loader: yaml.CSafeLoader, node: yaml.Node) -> Any:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _map(loader, node, line)
    if isinstance(node, yaml.SequenceNode):
        items = Items(_made(loader, child) for child in node.value)
        items.line, items.at = line, [child.start_mark.line + 1 for child in node.value]
        return items
    return loader.construct_object(node)


def _map(loader: yaml.CSafeLoader, node: yaml.MappingNode, line: int) -> Map:
    found = Map()
    found.line, found.at = line, {}
    for key_node, child in node.value:
        key = _made(loader, key_node)
        if isinstance(key, dict | list):
            raise Unreadable(key_node.start_mark.line + 1, "a key must be one word")
        if key in found:
            raise Unreadable(key_node.start_mark.line + 1, f"{key!r} stands twice")
        found[key], found.at[key] = _made(loader, child), child.start_mark.line + 1
    return found
