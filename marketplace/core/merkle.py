"""Merkle trees as Certificate Transparency has them: RFC 6962, section 2.1; the check of a path as in RFC 9162, 2.1.3.2.

A leaf is hashed behind a byte 0, a node behind a byte 1, so that neither can be passed off as the other.
"""
from collections.abc import Sequence
from hashlib import sha256


def leaf(content: bytes) -> bytes:
    return sha256(b"\0" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over hashed leaves; of none the hash of nothing."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = _cut(len(leaves))
    return node(root(leaves[:cut]), root(leaves[cut:]))


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """What must be hashed together with the leaf at `index`, from the bottom up, to come to the root."""
    if len(leaves) == 1:
        return []
    cut = _cut(len(leaves))
    if index < cut:
        return [*path(leaves[:cut], index), root(leaves[cut:])]
    return [*path(leaves[cut:], index - cut), root(leaves[:cut])]


def climbed(start: bytes, index: int, size: int, steps: Sequence[bytes]) -> bytes | None:
    """The root that a hashed leaf and its path lead to in a tree of `size`; None when the path has another length."""
    at, last, seen = index, size - 1, start
    if not 0 <= at <= last:
        return None
    for other in steps:
        if not last:
            return None
        if at % 2 or at == last:
            seen = node(other, seen)
            while at and not at % 2:
                at, last = at // 2, last // 2
        else:
            seen = node(seen, other)
        at, last = at // 2, last // 2
    return None if last else seen


def _cut(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
