"""Pure decisions about an organisation's papers.

A certificate of public fundraising can be had one year after registration since 5 September 2024, two years before
(Charity Law of the PRC, art. 22, as amended in 2023). It is an organisation's only way to raise funds from the public
by itself; all others raise in cooperation with a charity that holds one (art. 26).
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from marketplace.core import clock
from marketplace.core.errors import Invalid, Refused

NOTICE = timedelta(days=60)
ONE_YEAR_SINCE = date(2024, 9, 5)
NUMBER_MOST = 40
REASON_MOST = 300
PURPOSE_MOST = 200
STANDINGS = ("valid", "ending", "together", "coming", "ended", "none")


class WaitsAlready(Refused):
    """One of the kind waits for an answer already."""


class CharitiesAlone(Refused):
    """Only a charity can hold a certificate."""


class NotCertified(Refused):
    """The charity has no certificate of public fundraising today."""


class LastManager(Refused):
    """Without this person nobody could manage the charity."""


@dataclass(frozen=True)
class CertificateDraft:
    """What stands on a certificate."""

    number: str
    issued_on: date
    valid_from: date
    valid_until: date


@dataclass(frozen=True)
class CooperationDraft:
    """What stands in an agreement, as far as others must know it."""

    number: str
    purpose: str
    signed_on: date
    valid_until: date


def earliest_issue(registered_on: date) -> date:
    """The first day on which a certificate can have been issued to whoever was registered then."""
    after_one, after_two = _later(registered_on, 1), _later(registered_on, 2)
    return min(after_two, max(after_one, ONE_YEAR_SINCE))


def _later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)


def check_certificate(draft: CertificateDraft, registered_on: date | None) -> None:
    """Raises Invalid for what cannot stand on a certificate that counts today or later."""
    today = clock.today()
    _check_text("number", draft.number, NUMBER_MOST)
    if draft.issued_on > today:
        raise Invalid("issued_on", "not_come")
    if registered_on and draft.issued_on < (first := earliest_issue(registered_on)):
        raise Invalid("issued_on", "too_young", registered=registered_on, first=first)
    _check_days("valid_from", draft.valid_from, draft.valid_until, today)


def check_cooperation(draft: CooperationDraft) -> None:
    """Raises Invalid for what cannot stand in an agreement that counts today or later."""
    today = clock.today()
    _check_text("number", draft.number, NUMBER_MOST)
    _check_text("purpose", draft.purpose, PURPOSE_MOST)
    if draft.signed_on > today:
        raise Invalid("signed_on", "not_come")
    _check_days("signed_on", draft.signed_on, draft.valid_until, today)


def check_reason(reason: str) -> str:
    """The reason as it is kept. Raises Invalid("reason")."""
    _check_text("reason", reason, REASON_MOST)
    return reason.strip()


def _check_text(field: str, value: str, most: int) -> None:
    if not value.strip():
        raise Invalid(field, "empty")
    if len(value.strip()) > most:
        raise Invalid(field, "too_long", most=most)


def _check_days(first_field: str, first: date, last: date, today: date) -> None:
    if last < first:
        raise Invalid("valid_until", "days_turned")
    if last < today:
        raise Invalid("valid_until", "over")
    if first.year < 2016:  # no paper of before the Charity Law counts: most likely a slip of the pen
        raise Invalid(first_field, "too_early")


def standing(held: bool, last: date | None, today: date, together: bool = False) -> str:
    """What to call an organisation's right to raise funds: one of STANDINGS.

    `held` says whether a certificate counts today, `last` is the last day of any that was approved and not revoked;
    `together` whether a cooperation counts today.
    """
    if held and last:
        return "ending" if last - today <= NOTICE else "valid"
    if together:
        return "together"
    if last is None:
        return "none"
    return "coming" if last >= today else "ended"


class Stands(Protocol):
    """What decides of a certificate whether somebody has to do something about it."""

    state: str
    valid_from: date
    valid_until: date


def certificate_task(papers: Sequence[Stands], today: date, cooperates: bool) -> tuple[str, date | None]:
    """What the manager should do about certificates (oldest first), and the day that it is about; "" for nothing.

    "none": has none, nor raises in cooperation; "refused" or "revoked": so was the newest; "ending": 60 days or less
    to the last day; "ended". A certificate that waits for its check answers all of them.
    """
    if any(paper.state == "submitted" for paper in papers):
        return "", None
    approved = [paper for paper in papers if paper.state == "approved"]
    last = max((paper.valid_until for paper in approved), default=None)
    held = any(paper.valid_from <= today <= paper.valid_until for paper in approved)
    how = standing(held, last, today)
    if how in ("valid", "coming"):
        return "", None
    if papers and papers[-1].state in ("refused", "revoked"):
        return papers[-1].state, None
    if how == "none":
        return ("", None) if cooperates else ("none", None)
    return how, last
