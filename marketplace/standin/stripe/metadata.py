"""Metadata, as every object carries it."""


def set_metadata(before: dict, given: dict) -> dict:
    """Metadata with the given keys changed, and those without a value gone."""
    if given.get("metadata") == {}:
        return {}
    return {key: value for key, value in (before | given.get("metadata", {})).items() if value != ""}
