"""Personal values: encrypted per field, found by a keyed blind index, printed as a mask.

AES-256-GCM with a fresh nonce for each value and the field's name as associated data (NIST SP 800-38D); keys
have versions, and the newest encrypts. Blind indexes are HMAC-SHA-256 under a key derived for that use (RFC 5869).
"""
import base64
import hmac
import os
from collections.abc import Iterable
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlalchemy.types import TypeDecorator

NONCE = 12
INDEX = 16


class Private:
    """A personal value. Prints as a mask everywhere; `reveal()` is the one way to read it."""

    __slots__ = ("_value",)

    def __init__(self, value: str):
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __str__(self) -> str:
        return "•••"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Private) and hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)


def private(text: str) -> Private | None:
    """`text` as a personal value; None when there is none."""
    return Private(text) if text else None


class KeyRing:
    """Versioned field keys, newest first."""

    def __init__(self, keys: Iterable[tuple[int, bytes]]):
        self.keys = dict(keys)
        if not self.keys or any(len(key) != 32 or not 0 < version < 256 for version, key in self.keys.items()):
            raise ValueError("FIELD_KEYS: versions 1 to 255, each with 32 bytes in base64")
        self.newest = next(iter(self.keys))
        self._ciphers = {version: AESGCM(key) for version, key in self.keys.items()}
        self._index_keys = [HKDF(SHA256(), 32, None, b"blind index").derive(key) for key in self.keys.values()]

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """From "2:<base64>,1:<base64>", newest first. Raises ValueError."""
        pairs = (item.strip().split(":", 1) for item in text.split(","))
        return cls((int(version), base64.b64decode(key)) for version, key in pairs)

    def seal(self, field: str, value: str) -> bytes:
        nonce = os.urandom(NONCE)
        return bytes([self.newest]) + nonce + self._ciphers[self.newest].encrypt(nonce, value.encode(), field.encode())

    def open(self, field: str, sealed: bytes) -> str:
        """The value; raises cryptography's InvalidTag when altered or moved from another field."""
        nonce, rest = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        return self._ciphers[sealed[0]].decrypt(nonce, rest, field.encode()).decode()

    def indexes(self, field: str, value: str) -> list[bytes]:
        """The blind indexes of `value` under each key, newest first; store the first, look for any."""
        return [hmac.digest(key, f"{field}\0{value}".encode(), sha256)[:INDEX] for key in self._index_keys]


_ring: KeyRing | None = None


def use(ring: KeyRing) -> None:
    """Make `ring` the keys of this process."""
    global _ring
    _ring = ring


def ring() -> KeyRing:
    if _ring is None:
        raise RuntimeError("no field keys: create_app has not run")
    return _ring


def index(field: str, value: str) -> bytes:
    """The blind index to store for `value`."""
    return ring().indexes(field, value)[0]


def indexes(field: str, value: str) -> list[bytes]:
    """All blind indexes under which `value` may have been stored."""
    return ring().indexes(field, value)


class Sealed(TypeDecorator):
    """An encrypted text column. Takes str or Private, gives Private; `field` is "table.column"."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, field: str):
        super().__init__()
        self.field = field

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        return ring().seal(self.field, value.reveal() if isinstance(value, Private) else value)

    def process_result_value(self, value, dialect):
        return None if value is None else Private(ring().open(self.field, bytes(value)))
