"""The columns of the registry's files: the catalogue's, and those of the identities that only the registry keeps."""
from marketplace.catalogue.catalogue import built_in
from marketplace.catalogue.model import Column

IDENTITY = (Column("person_id", "str", False), Column("name", "str", True), Column("phone", "str", True),
            Column("address", "str", True))


def columns(level: str) -> tuple[Column, ...]:
    """The columns of a "household", "person" or "identity" file, in order."""
    return IDENTITY if level == "identity" else built_in().columns[level]
