"""Who may be helped here: the one place that decides it."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

VALID_DAYS = 365
COUNTED = ("coresident", "student_away")
BANDS = ((6, "0-6"), (13, "7-13"), (17, "14-17"), (59, "18-59"), (200, "60+"))


@dataclass(frozen=True)
class Decision:
    """`until` is the last day of eligibility, or None; `basis` says on which record it rests."""

    until: date | None
    basis: str = ""


def decide(household: Mapping, members: Iterable[Mapping], as_of: date, loaded_on: date) -> Decision:
    """Eligible while on record as assisted or monitored, with a living counted member, as of `as_of`.

    The record is the household's category, its monitoring type, or a member's own category. The registry stands by
    it for VALID_DAYS from the day it was loaded: a registry that nobody refreshes makes nobody eligible for ever.
    """
    members = list(members)
    if not any(counts(m, as_of) for m in members):
        return Decision(None)
    basis = household.get("reg_category") or household.get("poverty_monitor") or next(
        (m["reg_person"] for m in members if m.get("reg_person") and counts(m, as_of)), None)
    return Decision(max(as_of, loaded_on) + timedelta(days=VALID_DAYS), str(basis)) if basis else Decision(None)


def counts(member: Mapping, as_of: date) -> bool:
    """Whether a person is a living, jointly living member (the catalogue's `counted`)."""
    died = member.get("death_date")
    living = member["alive"] and not (died and died <= as_of) and member["birth_date"] <= as_of
    return bool(living and member["member_status"] in COUNTED)


def age(born: date, on: date) -> int:
    """Completed years; someone born on 29 February completes a year on 1 March in common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def band(born: date, on: date) -> str:
    """The age band that the public sees."""
    years = age(born, on)
    return next(name for most, name in BANDS if years <= most)
