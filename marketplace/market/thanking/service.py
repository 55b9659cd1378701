"""What a giver gets on paper for what was received: when, over what, and on whose name."""
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.gifts.models import Gift
from marketplace.market.pledges.models import Pledge
from marketplace.market.thanking import given
from marketplace.market.thanking.given import purpose
from marketplace.market.thanking.rules import HERE, NotHere
from marketplace.money.receipts import service as receipts
from marketplace.money.receipts.models import OfficialReceipt
from marketplace.money.receipts.service import issuing
from marketplace.people.accounts.permissions import demand

__all__ = ["ask_official", "declare", "name_payer", "purpose", "settle"]


def settle(what: str, why: str = "refunded") -> None:
    """Bring the receipt of a promise ("pledge:12") or a gift of money ("gift:5") into line with what was received by now.

    Safe twice, and in any order of events: `given.received` says what counts. Does nothing for other purposes.
    """
    with transaction():
        if (of := given.find(what)) is not None:
            receipts.settle(what, given.received(of), why)


def declare(pledge: Pledge, amount_fen: int, invoice: str, by, photo: bytes = b"") -> None:
    """The charity has seen the goods and their invoice: they are worth so much. A receipt that was issued is renewed.

    Raises NotAllowed, NotHere, Invalid (amount, invoice, photo).
    """
    with transaction():
        delivery = db.session.get(Delivery, pledge.delivery_id) if pledge.delivery_id else None
        if pledge.kind != "goods" or delivery is None or delivery.state not in HERE:
            raise NotHere
        receipts.declare(pledge, purpose(pledge), amount_fen, invoice, by, photo)
        settle(purpose(pledge), "valued")


def ask_official(of: Pledge | Gift, payer: str, payer_code: str, by) -> OfficialReceipt:
    """Ask the charity for the official receipt. Raises NotAllowed, NotGiven, NoValue, Invalid (payer, payer_code)."""
    with transaction():
        demand(by, f"{of.life.subject}.ask_official", of)
        return receipts.ask_official(issuing.of_purpose(purpose(of)), payer, by.id, payer_code)


def name_payer(of: Pledge | Gift, name: str, by) -> None:
    """Put the giver's name on a receipt that names nobody, once. Raises NotAllowed, NotGiven, Invalid (payer)."""
    with transaction():
        demand(by, f"{of.life.subject}.ask_official", of)
        receipts.name_payer(purpose(of), name, by.id)
