"""Offers at every stage in the demo city, and what came of them into the stores; by the verbs that people use, each step
once however often the filling is begun."""
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from marketplace.core import clock
from marketplace.demo.giving import Giving
from marketplace.extensions import db
from marketplace.market.offers import service
from marketplace.market.offers.models import Offer
from marketplace.market.offers.rules import OfferDraft, Reach
from marketplace.market.stock import service as stock
from marketplace.market.stock.models import Store
from marketplace.market.stock.rules import BatchDraft
from marketplace.market.wishes import goods
from marketplace.people.accounts.models import User
from marketplace.people.organisations.models import Organisation

STORES = {
    "3714": stock.StoreDraft("同心慈善物资仓库", "371402002", 37.4520, 116.3010, "Tongxin Store", "德城区东方红路 88 号"),
    "371402": stock.StoreDraft("邻里公益仓库", "371402001", 37.4358, 116.3074, "Neighbours Store", "德城区新湖大街 21 号")}
OPENED, ENDS = 90.0, 0.5


class Offers(Giving):
    """Tells the steps one after the other; what was told before is passed over."""

    def __init__(self, begun: datetime, entries: list[dict[str, Any]]):
        super().__init__(begun)
        self.entries = entries
        self.charities = {one.area_code: one for one in db.session.scalars(
            select(Organisation).where(Organisation.kind == "charity").order_by(Organisation.id.desc()))}
        self.volunteers = list(db.session.scalars(select(User).where(User.role == "volunteer").order_by(User.id)))

    def tell(self) -> None:
        """All of it, in the order of time."""
        for days, name, act in sorted(self._steps(), key=lambda step: -step[0]):
            setattr(act, "__name__", name)  # noqa: B010  by which the step is known as told
            self._at(days, act)

    def _steps(self) -> Iterator[tuple[float, str, partial[None]]]:
        for area in STORES:
            yield OPENED, f"open_store_{area}", partial(self._open, area)
        for number, one in enumerate(self.entries):
            yield one["offered"], f"offer_{number}", partial(self._offer, one)
            for verb in ("accept", "decline", "withdraw"):
                if verb in one:
                    yield one[verb], f"offer_{number}_{verb}", partial(self._decide, one, verb)
            for part, came in enumerate(one.get("came", ())):
                yield came[0], f"offer_{number}_came_{part}", partial(self._take_in, one, *came[1:])
        yield ENDS, "offers_end", partial(self._end)

    def _end(self) -> None:
        service.expire_overdue()

    def _open(self, area: str) -> None:
        """Only where the charity has no store yet."""
        if self._store(area) is None:
            stock.open_store(STORES[area], by=self._manager(area))

    def _offer(self, one: dict[str, Any]) -> None:
        draft = self._draft(one)
        if "company" in one:
            reach = Reach(one["company"], one.get("phone", ""), one.get("mail", ""))
            service.record(draft, reach, by=self._manager(one["charity"]))
        else:
            service.make(draft, by=self._giver(one))

    def _draft(self, one: dict[str, Any]) -> OfferDraft:
        item, today = goods.items().get(one["what"]), clock.today()
        category = goods.categories()[item.category if item else one["what"]]
        ends_on = today + timedelta(days=one["stands"]) if "stands" in one else date(today.year, 12, 31)
        if "stands" not in one and ends_on < clock.day_of(self.begun) + timedelta(days=30):
            ends_on += timedelta(days=90)
        return OfferDraft(
            self.charities[one["charity"]].id, category.kind, category.code, one["units"], ends_on,
            item_code=item.code if item else "", size=one.get("size", ""), condition=one.get("condition", "new"),
            hours=one.get("hours", 0), weekdays=tuple(one.get("weekdays", ())), words=one.get("words", ""),
            area_code=one["area"], asks_giver=one.get("asks", False), to_store=one.get("to_store", True))

    def _decide(self, one: dict[str, Any], verb: str) -> None:
        offer = self._found(one)
        if verb == "decline":
            service.decline(offer, one["reason"], by=self._manager(one["charity"]))
        else:
            getattr(service, verb)(offer, by=self._giver(one) if verb == "withdraw" else self._manager(one["charity"]))

    def _take_in(self, one: dict[str, Any], units: int, size: str, condition: str) -> None:
        store = self._store(one["charity"])
        assert store
        service.take_in(self._found(one), store, BatchDraft(one["what"], units, size, condition),
                        by=self._manager(one["charity"]))

    def _found(self, one: dict[str, Any]) -> Offer:
        return db.session.scalars(select(Offer).where(
            Offer.item_code == one["what"] if one["what"] in goods.items() else Offer.category == one["what"],
            Offer.units == one["units"])).one()

    def _store(self, area: str) -> Store | None:
        return db.session.scalars(select(Store).where(
            Store.organisation_id == self.charities[area].id, Store.state == "open").order_by(Store.id)).first()

    def _giver(self, one: dict[str, Any]) -> User:
        return self.donors[one["donor"]] if "donor" in one else self.volunteers[one["volunteer"]]

    def _manager(self, area: str) -> User:
        return db.session.scalars(select(User).where(
            User.organisation_id == self.charities[area].id, User.post == "manager")).one()
