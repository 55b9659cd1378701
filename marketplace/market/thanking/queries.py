"""Receipts as their givers see them, and goods whose value a charity has not declared yet."""
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, literal, select
from sqlalchemy.orm import aliased

from marketplace.core.crypto import Private
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.gifts.models import Gift
from marketplace.market.offers import queries as offers
from marketplace.market.offers.queries import Intake
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock.models import Batch, Holding
from marketplace.market.thanking.given import Thing, purpose
from marketplace.market.thanking.rules import HERE
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.receipts import queries as receipts
from marketplace.money.receipts.models import DeclaredValue, OfficialReceipt, Receipt
from marketplace.people.accounts.permissions import narrow

PAGE = 50


@dataclass(frozen=True)
class Papers:
    """What there is on paper for a promise or a gift: its last receipt, the name on it, the official ones, newest first."""

    receipt: Receipt | None
    payer: Private | None
    officials: Sequence[OfficialReceipt]

    @property
    def official(self) -> OfficialReceipt | None:
        return self.officials[0] if self.officials else None

    @property
    def may_ask(self) -> bool:
        """Whether an official receipt can be asked for: there is one in force over an amount, and none asked for yet."""
        open_ = self.official is not None and self.official.state != "reversed"
        return bool(self.receipt and self.receipt.in_force and self.receipt.amount_fen and not open_)


@dataclass(frozen=True)
class Goods:
    """Goods of a giver that have arrived."""

    pledge: Pledge
    need: Need
    wish: Wish
    delivery: Delivery


def papers(of: Thing) -> Papers:
    """Everything on paper for a promise, a gift of money, or what came of an offer."""
    receipt = receipts.newest(purpose(of))
    return Papers(receipt, receipts.payer(receipt) if receipt else None, receipts.officials(purpose(of)))


def months(gifts: Sequence[Gift]) -> dict[int, Receipt]:
    """The receipts in force of several gifts, by the gift's number; one statement."""
    found = receipts.of_purposes([purpose(gift) for gift in gifts])
    return {gift.id: found[purpose(gift)] for gift in gifts if purpose(gift) in found}


def of_intakes(intakes: Sequence[Intake]) -> dict[int, Receipt]:
    """The receipts in force over what came of offers, by the batch's number; one statement."""
    found = receipts.of_purposes([purpose(one) for one in intakes])
    return {one.batch.id: found[purpose(one)] for one in intakes if purpose(one) in found}


def to_value(user, after: str = "") -> tuple[list[Goods], str | None]:
    """Goods that have arrived for the user's charity and have no declared value, oldest first; and the next cursor."""
    statement = _undeclared(user, select(Pledge, Need, Wish, Delivery))
    found: Page = page(statement, Order((Pledge.id,), (False,)), PAGE, after, _cursor)
    return [Goods(*row) for row in found.rows], found.after


def _cursor(row) -> tuple:
    return (row[0].id,)


def intakes_to_value(user, after: str = "") -> Page:
    """What came to the charity's stores of offers and has no declared value, oldest first; its rows are as an Intake."""
    return page(_unvalued(user, offers.came()), Order((Batch.id,), (False,)), PAGE, after, _cursor)


def _unvalued(user, statement: Select) -> Select:
    known = exists().where(DeclaredValue.purpose == literal("batch:") + Batch.id.cast(DeclaredValue.purpose.type))
    source = aliased(Holding)
    came = exists().where(source.batch_id == Batch.id, source.place == Batch.source, source.units < 0)
    return narrow(user, "pledge.declare", statement, Batch).where(Batch.source.startswith("offer:"), came, ~known)


def intake(user, batch_id: int) -> Intake:
    """One of them, valued or not. Raises NoResultFound."""
    statement = narrow(user, "pledge.declare", offers.came(), Batch).where(Batch.id == batch_id)
    return Intake(*db.session.execute(statement).one())


def waiting(user) -> int:
    """How many goods have no declared value yet: those that were given to wishes, and those that came of offers."""
    return (db.session.scalar(_undeclared(user, select(func.count()))) or 0) + (
        db.session.scalar(_unvalued(user, select(func.count()).select_from(Batch))) or 0)


def one(user, pledge_id: int) -> Goods:
    """One of the gifts of goods of the user's charity. Raises NoResultFound."""
    return Goods(*db.session.execute(_goods(user, select(Pledge, Need, Wish, Delivery)).where(Pledge.id == pledge_id)).one())


def _goods(user, statement: Select) -> Select:
    return narrow(user, "pledge.declare", statement.select_from(Pledge), Pledge).join(
        Need, Need.id == Pledge.need_id).join(Wish, Wish.id == Pledge.wish_id).join(
        Delivery, Delivery.id == Pledge.delivery_id).where(
        Pledge.kind == "goods", Pledge.source == "", Delivery.state.in_(HERE))


def _undeclared(user, statement: Select) -> Select:
    known = exists().where(DeclaredValue.purpose == literal("pledge:") + Pledge.id.cast(DeclaredValue.purpose.type))
    return _goods(user, statement).where(~known)
