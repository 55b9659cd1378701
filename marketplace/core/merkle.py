"""Merkle trees as Certificate Transparency has them: RFC 6962, section 2.1; the check of a path as in RFC 9162, 2.1.3.2.

A leaf is hashed behind a byte 0, a node behind a byte 1, so that neither can be passed off as the other.
"""
from collections.abc import Sequence
from hashlib import sha256


def leaf(content: bytes) -> bytes:
    return sha256(b"\0" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class Tree:
    """A tree over hashed leaves, layer by layer; a node without a neighbour is lifted as it is, which is the same tree."""

    def __init__(self, leaves: Sequence[bytes]):
        self.layers: list[Sequence[bytes]] = [leaves]
        while len(below := self.layers[-1]) > 1:
            self.layers.append([node(*below[n:n + 2]) if n + 1 < len(below) else below[n] for n in range(0, len(below), 2)])

    @property
    def root(self) -> bytes:
        """Of no leaves it is the hash of nothing."""
        return self.layers[-1][0] if self.layers[-1] else sha256().digest()

    def path(self, index: int) -> list[bytes]:
        """What must be hashed together with the leaf at `index`, from the bottom up, to come to the root."""
        steps = []
        for layer in self.layers[:-1]:
            if index ^ 1 < len(layer):
                steps.append(layer[index ^ 1])
            index //= 2
        return steps


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
