"""Which tests run in one process, when several run side by side."""
import re
from pathlib import PurePath

from xdist.scheduler import LoadScopeScheduling

DATABASE = re.compile(r"\[(sqlite|postgresql)[-\]]")
SHARED = ("journeys", "standin")  # their tests share a server of their own


class Neighbours(LoadScopeScheduling):
    """One process takes the tests on SQLite, another those on PostgreSQL; all others go by folder or file."""

    def _split_scope(self, nodeid: str) -> str:
        if database := DATABASE.search(nodeid):
            return database.group(1)
        path = nodeid.partition("::")[0]
        folder = PurePath(path).parent.name
        return folder if folder in SHARED else path
