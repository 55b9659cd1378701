"""Pure decisions about a wish: its limits, its words, its progress."""
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from marketplace.core.errors import Invalid, Refused

CONSENT_VERSION = "2026-1"
OPEN_STATES = ("draft", "returned", "submitted", "published")


@dataclass(frozen=True)
class Limits:
    """The parameters of the programme; fen and counts."""

    price_cap_fen: int = 30_000
    open_per_person: int = 1
    per_person_and_year: int = 3
    needs: int = 5
    photos: int = 3
    words: int = 1000
    open_for: timedelta = timedelta(days=180)


LIMITS = Limits()


class NotEligible(Refused):
    """The household is not eligible today."""


class ConsentMissing(Refused):
    """There is no valid consent to publication, or a guardian's is needed; `guardian` says which."""

    def __init__(self, guardian: bool = False):
        super().__init__(guardian)
        self.guardian = guardian


class WishFrozen(Refused):
    """Somebody has pledged: the content does not change any more."""


class TooManyWishes(Refused):
    """The person has `most` wishes open, or made in a year."""

    def __init__(self, rule: str, most: int):
        super().__init__(rule, most)
        self.rule, self.most = rule, most


class StaleForm(Refused):
    """The wish was changed by somebody else since the form was opened."""


class TooFewLeft(Refused):
    """Fewer units of the need are left than were asked for."""

    def __init__(self, asked: int, left: int):
        super().__init__(asked, left)
        self.asked, self.left = asked, left


class NotPublic(Refused):
    """The wish is not, or no longer, on the public site."""


@dataclass(frozen=True)
class NeedDraft:
    """A need as written: units for goods and services with their price each, fen for money."""

    kind: str
    item: str
    wanted: int
    price_fen: int = 0
    category: str = ""
    unit: str = ""

    @property
    def worth_fen(self) -> int:
        return self.wanted if self.kind == "money" else self.wanted * self.price_fen


def check_needs(needs: Sequence[NeedDraft], prohibited: dict[str, list[str]]) -> None:
    """Raise Invalid for what a wish may not ask. `prohibited` maps a kind to the words that betray it."""
    if not 1 <= len(needs) <= LIMITS.needs:
        raise Invalid("needs", "count", most=LIMITS.needs)
    for need in needs:
        if need.wanted < 1 or need.price_fen < 0:
            raise Invalid("wanted", "not_positive")
        if not need.item.strip():
            raise Invalid("item", "empty")
        check_words("item", need.item, prohibited)
    if sum(need.worth_fen for need in needs) > LIMITS.price_cap_fen:
        raise Invalid("price", "over_cap", cap_fen=LIMITS.price_cap_fen)


def check_words(field: str, text: str, prohibited: dict[str, list[str]]) -> None:
    """Raise Invalid when a prohibited kind is asked for."""
    for kind, words in prohibited.items():
        if any(word in text.casefold() for word in words):
            raise Invalid(field, "prohibited", kind=kind)


IDENTIFYING = (
    ("phone", re.compile(r"(?<!\d)(?:\+?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")),
    ("resident_id", re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")),
    ("address", re.compile(r"\d+\s*(?:号楼|单元|室|门牌)|(?:村|小区|胡同|街|路|巷|里)\s*\d+\s*号")),
    ("mail", re.compile(r"[\w.+-]+@[\w-]+\.\w+")),
    ("account", re.compile(r"(?<!\d)\d{16,19}(?!\d)")),
)


def check_anonymous(field: str, text: str, names: Sequence[str]) -> None:
    """Raise Invalid when text for the public holds a number, an address or a family's own name."""
    for what, pattern in IDENTIFYING:
        if pattern.search(text):
            raise Invalid(field, "identifies", what=what)
    if any(len(name) >= 2 and name in text for name in names):
        raise Invalid(field, "identifies", what="name")


def progress(needs: Sequence) -> str:
    """How far a wish is, from its needs alone: open, partly_pledged, pledged, delivering or fulfilled."""
    if all(n.received == n.wanted for n in needs):
        return "fulfilled"
    if any(n.received for n in needs):
        return "delivering"
    if all(n.pledged == n.wanted for n in needs):
        return "pledged"
    return "partly_pledged" if any(n.pledged for n in needs) else "open"

