"""Files by key. A folder holds them; keys are random, so that nobody can guess one."""
import os
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

KEY = re.compile(r"[a-z]+/[0-9a-f]{2}/[0-9a-f]{32}(-\d+)?\.[a-z0-9]{2,5}")


class Folder:
    """A store in a directory. A file is there whole or not at all, also after a crash."""

    def __init__(self, root: Path):
        self.root = root

    def put(self, key: str, content: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with unfinished.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(path)

    def get(self, key: str) -> bytes:
        """The content. Raises FileNotFoundError."""
        return self._path(key).read_bytes()

    def remove(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def ready(self) -> bool:
        self.root.mkdir(parents=True, exist_ok=True)
        return os.access(self.root, os.W_OK)

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise FileNotFoundError(key)
        return self.root / key


_store: Folder | None = None


def use(url: str) -> None:
    """Keep files at `url` (file:///folder). Raises ValueError for a kind of store that is not supported."""
    global _store
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise ValueError("STORAGE_URL: only file:// is supported")
    _store = Folder(Path(parts.path))


def store() -> Folder:
    if _store is None:
        raise RuntimeError("no storage: create_app has not run")
    return _store


def new_key(folder: str) -> str:
    """A fresh key stem in `folder`; the caller adds size and ending, as in "photo/ab/ab…-480.webp"."""
    name = secrets.token_hex(16)
    return f"{folder}/{name[:2]}/{name}"
