"""Offers at every stage, for tests; each through the verbs that people use."""
from datetime import timedelta

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.offers import service
from marketplace.market.offers.models import Offer
from marketplace.market.offers.rules import OfferDraft
from marketplace.market.stock.rules import BatchDraft
from marketplace.people.accounts.models import User
from marketplace.people.organisations.models import Organisation
from tests import campaigns, stock

MODELS = {"offer": Offer}
OF_KIND = {"goods": {"category": "bedding", "item_code": "quilt", "size": "double"},
           "service": {"category": "haircut", "hours": 2, "weekdays": (6,)}, "money": {"category": "aid"}}


def draft(charity: Organisation, units: int = 10, kind: str = "goods", days: int = 60, **more: object) -> OfferDraft:
    ends_on = clock.today() + timedelta(days=days)
    return OfferDraft(charity.id, kind, units=units, ends_on=ends_on, **{**OF_KIND[kind], **more})


def accepted(city, charity: Organisation, units: int = 10, by: User | None = None, **more: object) -> Offer:
    offer = service.make(draft(charity, units, **more), by=by or city.person("donor"))
    service.accept(offer, by=campaigns.clerk(city, charity))
    return offer


def things(city, charity: Organisation) -> dict[str, int]:
    """For the walk over all routes: an offer of goods, and a batch that came of it."""
    offer = accepted(city, charity)
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    return {"offer": offer.id, "batch": service.take_in(offer, store, BatchDraft("quilt", 4, "double"), by=keeper).id}


def of_every_kind() -> None:
    """Rows that differ in everything that rules look at, without a story."""
    for number in (1, 2):
        db.session.add(Offer(ref=str(number), organisation_id=number, giver_id=number, follow_digest=f"offer{number}",
                             kind="money", category="aid", units=1, area_code="3714", ends_on=clock.today(),
                             offered_at=clock.now()))
    db.session.flush()
