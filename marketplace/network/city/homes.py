"""Who lives with whom: kinds of households, and the ages and sexes of their members."""
from dataclasses import dataclass

import numpy as np

# Members of each kind: relation to the head, and how many years older (+) or younger (-) than the head, from and to.
KINDS: tuple[tuple[str, float, tuple[int, int], tuple[tuple[str, int, int], ...]], ...] = (
    ("single elder", 0.1, (66, 90), ()),
    ("single adult", 0.11, (22, 64), ()),
    ("elder couple", 0.15, (60, 86), (("spouse", -5, 3),)),
    ("couple", 0.12, (25, 64), (("spouse", -5, 3),)),
    ("couple with a child", 0.12, (27, 50), (("spouse", -5, 3), ("child", -34, -23))),
    ("couple with a grown child", 0.13, (46, 62), (("spouse", -5, 3), ("child", -29, -22))),
    ("couple with two children", 0.11, (29, 47), (("spouse", -5, 3), ("child", -30, -23), ("child", -36, -27))),
    ("parent with a child", 0.04, (27, 54), (("child", -34, -22),)),
    ("three generations", 0.08, (32, 50), (("spouse", -5, 3), ("child", -31, -23), ("parent", 23, 33), ("parent", 22, 31))),
    ("grandparent with a grandchild", 0.04, (58, 76), (("grandchild", -64, -50),)),
)
SLOTS = 1 + max(len(members) for *_facts, members in KINDS)
RELATIONS = ("head", "spouse", "child", "parent", "grandchild")
SINGLE_ELDER, SINGLE_ADULT, SINGLE_PARENT, GRANDPARENT = (
    [name for name, *_facts in KINDS].index(name)
    for name in ("single elder", "single adult", "parent with a child", "grandparent with a grandchild"))
SIZES = np.array([1 + len(members) for *_facts, members in KINDS], dtype=np.int8)


@dataclass
class Block:
    """Some households and their members, one row each; `home` is the row of a person's household."""

    first_home: int
    first_person: int
    kind: np.ndarray
    home: np.ndarray
    relation: np.ndarray
    age: np.ndarray
    male: np.ndarray


def kinds_for(population: int, chance: np.random.Generator) -> np.ndarray:
    """Kinds of so many households that exactly `population` people live in them."""
    shares = np.array([share for _name, share, *_rest in KINDS])
    drawn = chance.choice(len(KINDS), size=population, p=shares / shares.sum()).astype(np.int8)
    total = np.cumsum(SIZES[drawn], dtype=np.int64)
    whole = int(np.searchsorted(total, population, side="right"))
    missing = population - (int(total[whole - 1]) if whole else 0)
    return np.concatenate([drawn[:whole], np.full(missing, SINGLE_ADULT, dtype=np.int8)])


def block(kind: np.ndarray, first_home: int, first_person: int, chance: np.random.Generator) -> Block:
    """The members of households of these kinds."""
    count = len(kind)
    there = np.zeros((count, SLOTS), dtype=bool)
    age = np.zeros((count, SLOTS), dtype=np.int16)
    relation = np.zeros((count, SLOTS), dtype=np.int8)
    male = chance.random((count, SLOTS)) < 0.5
    for number, (_name, _share, (low, high), members) in enumerate(KINDS):
        rows = np.flatnonzero(kind == number)
        there[rows, 0] = True
        age[rows, 0] = chance.integers(low, high + 1, len(rows))
        male[rows, 0] = chance.random(len(rows)) < (0.45 if number == SINGLE_ELDER else 0.7)
        for slot, (name, older_from, older_to) in enumerate(members, 1):
            there[rows, slot] = True
            relation[rows, slot] = RELATIONS.index(name)
            age[rows, slot] = age[rows, 0] + chance.integers(older_from, older_to + 1, len(rows))
            if name == "spouse":
                male[rows, slot] = ~male[rows, 0]
    home = np.broadcast_to(np.arange(count)[:, None], there.shape)[there]
    return Block(first_home, first_person, kind, home, relation[there], np.clip(age[there], 0, 99), male[there])
