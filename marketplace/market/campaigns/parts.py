"""The plan as a charity fills it in, a part per page; each knows what it refuses on its own."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from marketplace.core import places
from marketplace.core.errors import Invalid
from marketplace.market.campaigns import drives
from marketplace.market.campaigns.models.plan import LINE_KINDS, SURPLUS, WAYS
from marketplace.market.campaigns.rules import LIMITS, check_budget, check_days


@dataclass(frozen=True)
class About:
    """What it is for, in words for everybody."""

    title: str
    summary: str
    purpose: str
    beneficiaries: str
    english: str = ""
    drive: str = ""

    def check(self) -> None:
        """Raise Invalid for a title that is missing, texts that are too long, or a drive that is unknown."""
        if not self.title.strip():
            raise Invalid("title", "empty")
        for name in ("summary", "purpose", "beneficiaries"):
            if len(getattr(self, name)) > LIMITS.words:
                raise Invalid(name, "too_long", most=LIMITS.words)
        if self.drive and self.drive not in drives.listed():
            raise Invalid("drive", "unknown")


@dataclass(frozen=True)
class When:
    """From when to when, and where it helps."""

    starts_on: date
    ends_on: date
    area_code: str
    emergency: bool = False

    def check(self) -> None:
        """Raise Invalid for days in the wrong order, or a place outside of the city."""
        check_days(self.starts_on, self.ends_on)
        if not (places.known(self.area_code) and self.area_code.startswith(places.CITY)):
            raise Invalid("area_code", "unknown")


@dataclass(frozen=True)
class Contact:
    """Who answers for it, at an office: public, as the law asks, so nobody's private number."""

    in_charge: str
    office: str
    contact_phone: str
    inquiry: str
    contact_mail: str = ""

    def check(self) -> None:
        """Raise Invalid for what is empty."""
        for name in ("in_charge", "office", "contact_phone", "inquiry"):
            if not getattr(self, name).strip():
                raise Invalid(name, "empty")


@dataclass(frozen=True)
class Giving:
    """How money and goods come in: ways of WAYS, the charity's own account, its page on a designated platform."""

    ways: str
    bank_holder: str
    bank_name: str
    bank_account: str
    platform_url: str = ""

    def check(self) -> None:
        """Raise Invalid without a way, for an account number of other than digits, or an address that is no link."""
        chosen = self.ways.split()
        if not chosen or not set(chosen) <= set(WAYS):
            raise Invalid("ways", "empty")
        for name in ("bank_holder", "bank_name", "bank_account"):
            if not getattr(self, name).strip():
                raise Invalid(name, "empty")
        digits = self.bank_account.replace(" ", "")
        if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 30):
            raise Invalid("bank_account", "not_an_account")
        parts = urlsplit(self.platform_url)
        if self.platform_url and not (parts.scheme == "https" and parts.hostname):
            raise Invalid("platform_url", "not_a_link")
        if "platform" in chosen and not self.platform_url:
            raise Invalid("platform_url", "empty")


@dataclass(frozen=True)
class LineDraft:
    """A budget line as written."""

    kind: str
    item: str
    amount_fen: int


@dataclass(frozen=True)
class Money:
    """The goal, what it is to be spent on, what running the campaign may cost, and what becomes of a rest."""

    goal_fen: int
    cost_percent: int
    cost_text: str
    surplus_text: str
    lines: Sequence[LineDraft]
    surplus_rule: str = "similar_purpose"

    def check(self) -> None:
        """Raise Invalid for lines that do not add up to the goal, or for costs over the cap."""
        if self.goal_fen <= 0:
            raise Invalid("goal_fen", "not_positive")
        check_lines(self.lines)
        check_budget(self.goal_fen, self.cost_percent, self.lines)
        if self.surplus_rule not in SURPLUS:
            raise Invalid("surplus_rule", "unknown")


@dataclass(frozen=True)
class Filing:
    """Under which number, and when, the bureau took the plan into its files."""

    filing_number: str
    filed_on: date

    def check(self) -> None:
        """The number itself is checked against the charity that raises the money."""


Part = About | When | Contact | Giving | Money | Filing


def check_lines(lines: Sequence) -> None:
    """Raise Invalid for no line, too many, one without a name or an amount, or of an unknown kind."""
    if not 1 <= len(lines) <= LIMITS.lines:
        raise Invalid("lines", "count", most=LIMITS.lines)
    for line in lines:
        if not line.item.strip():
            raise Invalid("lines", "empty")
        if line.amount_fen <= 0:
            raise Invalid("lines", "not_positive")
        if line.kind not in LINE_KINDS:
            raise Invalid("lines", "unknown")
