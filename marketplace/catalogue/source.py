"""YAML whose every part knows its line."""
from typing import Any

import yaml


class Map(dict):
    """A mapping; `line` is where it begins, `named[key]` where a key stands and `at[key]` its value. Lines count from 1."""

    line: int = 0  # nowhere: it stands for one that is missing
    named: dict[Any, int]
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
    try:
        return _document(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(mark.line + 1 if mark else 1, error.problem or "is not YAML") from None
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        raise Unreadable(line, "has a character that YAML does not allow") from None
    except RecursionError:
        raise Unreadable(1, "is nested without end") from None
    except UnicodeEncodeError as error:
        raise Unreadable(text[: error.start].count("\n") + 1, "has a character that is none") from None


def _document(text: str) -> Map:
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise Unreadable(1, "the document is not a mapping")
        return _made(loader, node)
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
    try:
        return loader.construct_object(node)
    except (ValueError, OverflowError):
        raise Unreadable(line, f"{node.value!r} is neither a number nor a day: quote it") from None


def _map(loader: yaml.CSafeLoader, node: yaml.MappingNode, line: int) -> Map:
    found = Map()
    found.line, found.named, found.at = line, {}, {}
    for key_node, child in node.value:
        key, key_line = _made(loader, key_node), key_node.start_mark.line + 1
        if isinstance(key, dict | list):
            raise Unreadable(key_line, "a key must be one word")
        if key in found:
            raise Unreadable(key_line, f"{key!r} stands twice")
        found[key], found.named[key], found.at[key] = _made(loader, child), key_line, child.start_mark.line + 1
    return found
