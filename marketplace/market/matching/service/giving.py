"""Money whose giver does not want to choose: where it is needed most."""
from dataclasses import dataclass

from marketplace.extensions import db
from marketplace.market.matching.rules import NothingToGiveTo
from marketplace.market.pledges.rules import LEAST_FEN, MOST_AT_ONCE
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.people.organisations.queries import papers


@dataclass(frozen=True)
class Part:
    """Fen for a need."""

    need_id: int
    fen: int


def where_needed_most(amount_fen: int, category: str = "") -> list[Part]:
    """How an amount helps most: needs of one charity that takes money today, so that it is paid at once.

    The more urgent first, then the longest waiting; a need is filled before the next begins. Of the charities the one whose
    need comes first. What is left over when all its needs are full is not asked for. Raises NothingToGiveTo.
    """
    certified = [one.id for one in papers.certified()]
    statement = public.visible(Need.id, Need.wanted - Need.pledged, Wish.organisation_id).join(
        Need, Need.wish_id == Wish.id).where(Need.kind == "money", Need.pledged < Need.wanted,
                                             Wish.organisation_id.in_(certified))
    if category:
        statement = statement.where(Need.category == category)
    order = (Wish.urgency.desc(), Wish.published_at, Need.id)
    first = db.session.execute(statement.order_by(*order).limit(1)).first()
    if first is None or amount_fen < LEAST_FEN:
        raise NothingToGiveTo
    rows = db.session.execute(statement.where(Wish.organisation_id == first[2]).order_by(*order).limit(MOST_AT_ONCE))
    parts, rest = [], amount_fen
    for need_id, left, _charity in rows:
        if rest:
            parts.append(Part(need_id, min(left, rest)))
            rest -= parts[-1].fen
    return parts
