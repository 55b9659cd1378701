"""Matches as everyone may see them: who adds to which gifts, and how much is left. A company is public; givers are not."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.matches.models import Doubling, Match
from marketplace.market.matches.service.adding import fitting

COLUMNS = (Match.ref, Match.company, Match.english, Match.organisation_id, Match.category, Match.numerator,
           Match.denominator, Match.most_fen, Match.limit_fen, Match.used_fen, Match.ends_on)


@dataclass(frozen=True)
class PublicMatch:
    """A company that adds to gifts now; amounts in fen."""

    ref: str
    company: str
    english: str
    organisation_id: int
    category: str
    numerator: int
    denominator: int
    most_fen: int
    limit_fen: int
    used_fen: int
    ends_on: date

    @property
    def left_fen(self) -> int:
        return self.limit_fen - self.used_fen

    @property
    def doubles(self) -> bool:
        return self.numerator == self.denominator


def of_wish(wish) -> PublicMatch | None:
    """The match that the next gift of money to a public wish would get; None for none, or a wish without such a need."""
    if not any(need.kind == "money" and need.left for need in wish.needs):
        return None
    first = fitting(wish.organisation_id, wish.id).limit(1)
    row = db.session.execute(select(*COLUMNS).where(Match.id == first.scalar_subquery())).first()
    return PublicMatch(**row._mapping) if row else None


def added_to(pledge_id: int) -> tuple[PublicMatch, int] | None:
    """Who added how many fen to a gift, as far as that stands; for the page of its giver."""
    row = db.session.execute(select(*COLUMNS, Doubling.amount_fen).join(Doubling, Doubling.match_id == Match.id).where(
        Doubling.pledge_id == pledge_id, Doubling.undone_at.is_(None))).first()
    if row is None:
        return None
    return PublicMatch(**{column.key: getattr(row, column.key) for column in COLUMNS}), row.amount_fen


def running() -> Sequence[PublicMatch]:
    """What companies add to at present, the newest first, in one statement; also what is used up already."""
    today = clock.today()
    rows = db.session.execute(select(*COLUMNS).where(
        Match.state == "live", Match.starts_on <= today, Match.ends_on >= today).order_by(Match.id.desc()).limit(20))
    return [PublicMatch(**row._mapping) for row in rows]
