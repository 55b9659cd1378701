"""Money whose giver does not want to choose: where it is needed most."""
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.extensions import db
from marketplace.market.matching.rules import NothingToGiveTo
from marketplace.market.pledges.rules import LEAST_FEN, MOST_AT_ONCE
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.organisations.queries import papers

ORDER = (Wish.urgency.desc(), Wish.published_at, Need.id)


@dataclass(frozen=True)
class Part:
    """Fen for a need, of a wish that this charity carries."""

    need_id: int
    fen: int
    organisation_id: int


@dataclass(frozen=True)
class Found:
    """Where an amount goes, and what of it finds no need today."""

    parts: tuple[Part, ...]
    left_fen: int

    @property
    def charities(self) -> list[int]:
        """Who gets a part, in order; each is paid by itself."""
        return list(dict.fromkeys(part.organisation_id for part in self.parts))


def where_needed_most(amount_fen: int, category: str = "", most: int = MOST_AT_ONCE) -> Found:
    """How an amount helps most: needs of one charity that takes money today, so that it is paid at once; if that charity has
    too few, the next one's, and so on, `most` needs in all.

    The more urgent first, then the longest waiting; a need is filled before the next begins. Of the charities the one whose
    need comes first. Raises NothingToGiveTo.
    """
    if amount_fen < LEAST_FEN:
        raise NothingToGiveTo
    parts: list[Part] = []
    rest, done = amount_fen, list[int]()
    while rest and len(parts) < most and (rows := _next_charity(category, done, most - len(parts))):
        taken = _filled(rows, rest)
        if parts and sum(part.fen for part in taken) < LEAST_FEN:
            break
        parts += taken
        rest -= sum(part.fen for part in taken)
        done.append(rows[0][2])
    if not parts:
        raise NothingToGiveTo
    return Found(tuple(parts), rest)


def _next_charity(category: str, without: Sequence[int], most: int) -> Sequence:
    """Open needs of the charity that comes first: number, what they miss in fen, and the charity."""
    certified = [one.id for one in papers.certified() if one.id not in without]
    statement = public.visible(Need.id, Need.wanted - Need.pledged, Wish.organisation_id).join(
        Need, Need.wish_id == Wish.id).where(Need.kind == "money", Need.pledged < Need.wanted,
                                             Wish.organisation_id.in_(certified))
    if category:
        statement = statement.where(Need.category == category)
    first = db.session.execute(statement.order_by(*ORDER).limit(1)).first()
    if first is None:
        return ()
    return db.session.execute(statement.where(Wish.organisation_id == first[2]).order_by(*ORDER).limit(most)).all()


def _filled(rows: Sequence, fen: int) -> list[Part]:
    parts = []
    for need_id, missing, charity in rows:
        if fen:
            parts.append(Part(need_id, min(missing, fen), charity))
            fen -= parts[-1].fen
    return parts
