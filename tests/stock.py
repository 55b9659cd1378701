"""Stores with something in them, for tests; through the verbs that people use."""
from datetime import date

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.market.stock import service
from marketplace.market.stock.models import Batch, Kit, Reservation, Store
from marketplace.market.stock.rules import BatchDraft, PartDraft
from marketplace.people.accounts.models import User
from marketplace.people.organisations.models import Organisation
from tests import campaigns
from tests.city import TOWN

MODELS = {"store": Store, "stock": Store, "batch": Batch, "kit": Kit, "reservation": Reservation}


def keeper(city, charity: Organisation) -> User:
    return campaigns.clerk(city, charity, "storekeeper")


def store(city, charity: Organisation, place: str = TOWN) -> Store:
    draft = service.StoreDraft(f"仓库{next(city.numbers)}", place, 37.45, 116.30, "Store", "德城区新湖大街 1 号")
    return service.open_store(draft, by=campaigns.clerk(city, charity, "manager"))


def batch(by: User, into: Store, item_code: str = "quilt", units: int = 10, size: str = "", source: str = "purchase:1",
          expires_on: date | None = None, **more: object) -> Batch:
    size = size or ("double" if item_code == "quilt" else "")
    return service.take_in(into, BatchDraft(item_code, units, size, expires_on=expires_on, **more), source, by=by)


def kit(by: User, name: str = "过冬包") -> Kit:
    parts = [PartDraft("quilt", 1), PartDraft("hat_and_gloves", 2)]
    return service.write_kit(name, "Winter parcel", "bedding", parts, by=by)


def things(city, charity: Organisation) -> dict[str, int]:
    """For the walk over all routes: a store with something in it, some of it promised, and a kit."""
    by, here = keeper(city, charity), store(city, charity)
    pledge = pledges.give(city.need(charity=charity), 1, batch(by, here), here, by=by)
    return {"store": here.id, "kit": kit(by).id, "reservation": int(pledge.source.removeprefix("stock:"))}


def of_every_kind() -> None:
    """Rows that differ in everything that rules look at, without a story."""
    now = clock.now()
    for number in (1, 2):
        db.session.add(Store(organisation_id=number, name="", place_code=TOWN, latitude=0, longitude=0, opened_at=now))
        db.session.add(Batch(ref=str(number), organisation_id=number, item_code="quilt", source="opening", received_at=now))
        db.session.add(Kit(organisation_id=number, name="", category="bedding"))
    db.session.flush()
