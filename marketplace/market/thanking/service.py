"""What a giver gets on paper for what was received: when, over what, and on whose name."""
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.offers.queries import Intake
from marketplace.market.pledges.models import Pledge
from marketplace.market.thanking import given
from marketplace.market.thanking.given import Thing, purpose
from marketplace.market.thanking.rules import HERE, NotHere
from marketplace.money.receipts import service as receipts
from marketplace.money.receipts.models import OfficialReceipt
from marketplace.money.receipts.service import issuing
from marketplace.people.accounts.permissions import demand

__all__ = ["ask_official", "declare", "name_payer", "purpose", "settle"]


def settle(what: str, why: str = "refunded") -> None:
    """Bring the receipt of a promise ("pledge:12"), a gift of money ("gift:5") or what came of an offer ("batch:7") into
    line with what was received by now.

    Safe twice, and in any order of events: `given.received` says what counts. Does nothing for other purposes.
    """
    with transaction():
        if (of := given.find(what)) is not None:
            receipts.settle(what, given.received(of), why)


def declare(of: Pledge | Intake, amount_fen: int, invoice: str, by, photo: bytes = b"") -> None:
    """The charity has seen the goods and their invoice: they are worth so much. A receipt that was issued is renewed.

    Raises NotAllowed, NotHere, Invalid (amount, invoice, photo).
    """
    with transaction():
        if isinstance(of, Pledge) and not _is_here(of):
            raise NotHere
        receipts.declare(of.batch if isinstance(of, Intake) else of, purpose(of), amount_fen, invoice, by, photo)
        settle(purpose(of), "valued")


def _is_here(pledge: Pledge) -> bool:
    delivery = db.session.get(Delivery, pledge.delivery_id) if pledge.delivery_id else None
    return pledge.kind == "goods" and delivery is not None and delivery.state in HERE


def ask_official(of: Thing, payer: str, payer_code: str, by) -> OfficialReceipt:
    """Ask the charity for the official receipt. Raises NotAllowed, NotGiven, NoValue, Invalid (payer, payer_code)."""
    with transaction():
        _demand_giver(of, by)
        return receipts.ask_official(issuing.of_purpose(purpose(of)), payer, by.id, payer_code)


def name_payer(of: Thing, name: str, by) -> None:
    """Put the giver's name on a receipt that names nobody, once. Raises NotAllowed, NotGiven, Invalid (payer)."""
    with transaction():
        _demand_giver(of, by)
        receipts.name_payer(purpose(of), name, by.id)


def _demand_giver(of: Thing, by) -> None:
    given_by = of.offer if isinstance(of, Intake) else of
    demand(by, f"{given_by.life.subject}.ask_official", given_by)
