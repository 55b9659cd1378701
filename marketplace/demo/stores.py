"""The stores of the demo's charities: opened, filled, counted, some kits made; by the verbs that people use."""
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.stock import queries, service
from marketplace.market.stock.models import Batch, Store
from marketplace.market.stock.rules import BatchDraft, Checked, PartDraft
from marketplace.people.accounts.models import User
from marketplace.people.organisations.models import Organisation

OPENED, FILLED, MADE, COUNTED = (timedelta(days=days) for days in (120, 40, 9, 3))
CHECKED = timedelta(days=12)  # before it came


def keep(entries: list[dict], begun: datetime) -> None:
    """Each charity's stores and all that happened in them, whole or not at all; who has a store is passed over."""
    for number, entry in enumerate(entries):
        charity = db.session.scalars(select(Organisation).where(Organisation.credit_code == entry["code"])).one()
        if db.session.scalar(select(Store.id).where(Store.organisation_id == charity.id)) is None:
            with transaction():
                _Story(entry, charity, begun, number).tell()


class _Story:
    """What happened in the stores of one charity."""

    def __init__(self, entry: dict, charity: Organisation, begun: datetime, number: int):
        self.entry, self.begun, self.number = entry, begun, number
        people = {user.post: user for user in db.session.scalars(select(User).where(
            User.organisation_id == charity.id, User.post.in_(("manager", "storekeeper"))).order_by(User.id.desc()))}
        self.manager = people["manager"]
        self.keeper = people.get("storekeeper", self.manager)

    def tell(self) -> None:
        stores = self._before(OPENED, self.open)
        batches = self._before(FILLED, partial(self.fill, stores[0]))
        if len(stores) > 1:
            self._before(FILLED - timedelta(days=2), partial(self.share, stores, batches))
        self._before(MADE, partial(self.make, stores[0]))
        self._before(COUNTED, partial(self.count, stores[0], batches))

    def _before(self, ago: timedelta, act):
        with clock.at(self.begun - ago):
            return act()

    def open(self) -> list[Store]:
        drafts = [service.StoreDraft(one["name"], one["place"], one["at"][0], one["at"][1], one["english"], one["address"])
                  for one in self.entry["stores"]]
        return [service.open_store(draft, by=self.manager) for draft in drafts]

    def fill(self, store: Store) -> list[Batch]:
        """Bought things; the first batch was there before the books."""
        return [service.take_in(store, self._draft(one), f"purchase:CG{self.number + 1}{n:03}" if n else "opening",
                                by=self.keeper) for n, one in enumerate(self.entry["goods"])]

    def _draft(self, one: dict) -> BatchDraft:
        until = self.begun.astimezone(clock.CITY).date() + timedelta(days=one["left"]) if "left" in one else None
        checked = Checked(one["checked"], clock.today() - CHECKED) if "checked" in one else Checked()
        return BatchDraft(one["thing"], one["units"], one.get("size", ""), one.get("condition", "new"), until,
                          note=one.get("note", ""), checked=checked)

    def share(self, stores: list[Store], batches: list[Batch]) -> None:
        for thing, units in self.entry.get("moved", {}).items():
            batch = next(b for b in batches if b.item_code == thing)
            service.transfer(batch, stores[0], stores[1], units, by=self.keeper)

    def make(self, store: Store) -> None:
        kit = self.entry["kit"]
        parts = [PartDraft(thing, units, size) for thing, size, units in kit["parts"]]
        written = service.write_kit(kit["name"], kit["english"], kit["category"], parts, by=self.keeper)
        service.assemble(written, store, kit["made"], by=self.keeper)

    def count(self, store: Store, batches: list[Batch]) -> None:
        """One batch is not what the books say; the next one is."""
        said = self.entry["count"]
        chosen = batches[said["batch"] - 1:said["batch"] + 1]
        there = {line.batch.id: line.units for line in queries.count_sheet(self.keeper, store.id)}
        found = {batch.id: there[batch.id] + (said["more"] if batch is chosen[0] else 0) for batch in chosen}
        service.count(store, found, by=self.keeper, reason=said["reason"])
