"""What a giver gets on paper for a promise that was kept: when, over what, and on whose name."""
from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.thanking.rules import HERE, RECEIVED, NotHere
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.payments import queries as payments
from marketplace.money.receipts import service as receipts
from marketplace.money.receipts.models import OfficialReceipt
from marketplace.money.receipts.rules import Given
from marketplace.money.receipts.service import issuing
from marketplace.people.accounts.permissions import demand


def purpose(pledge: Pledge) -> str:
    """By what its payment and its receipts know a promise."""
    return f"pledge:{pledge.id}"


def settle(pledge_id: int, why: str = "refunded") -> None:
    """Bring the receipt of a promise into line with what was received by now. Safe twice, and in any order of events.

    Money counts once it has settled and as far as it was not given back; goods and services once they were handed over.
    """
    with transaction() as session:
        pledge = session.get_one(Pledge, pledge_id)
        receipts.settle(purpose(pledge), _given(pledge), why)


def _given(pledge: Pledge) -> Given | None:
    session = db.session
    if pledge.kind == "money":
        day, amount_fen = pledge.committed_at, payments.kept_fen(purpose(pledge))
        if not (day and amount_fen):
            return None
    else:
        delivery = session.get(Delivery, pledge.delivery_id) if pledge.delivery_id else None
        if delivery is None or delivery.state not in RECEIVED:
            return None
        day = next(step.at for step in delivery.steps if step.state == "handed_over")
        value = issuing.declared(purpose(pledge))
        amount_fen = value.amount_fen if value else 0
    need, contact = session.get_one(Need, pledge.need_id), session.get_one(PledgeContact, pledge.id)
    return Given(
        purpose=purpose(pledge), organisation_id=pledge.organisation_id, giver_id=pledge.giver_id, kind=pledge.kind,
        amount_fen=amount_fen, title=session.get_one(Wish, pledge.wish_id).title,
        items=() if pledge.kind == "money" else ((need.item, pledge.units, need.unit),),
        given_on=clock.day_of(day), payer=contact.name.reveal() if contact.name else "")


def declare(pledge: Pledge, amount_fen: int, invoice: str, by, photo: bytes = b"") -> None:
    """The charity has seen the goods and their invoice: they are worth so much. A receipt that was issued is renewed.

    Raises NotAllowed, NotHere, Invalid (amount, invoice, photo).
    """
    with transaction() as session:
        delivery = session.get(Delivery, pledge.delivery_id) if pledge.delivery_id else None
        if pledge.kind != "goods" or delivery is None or delivery.state not in HERE:
            raise NotHere
        receipts.declare(pledge, purpose(pledge), amount_fen, invoice, by, photo)
        settle(pledge.id, "valued")


def ask_official(pledge: Pledge, payer: str, payer_code: str, by) -> OfficialReceipt:
    """Ask the charity for the official receipt. Raises NotAllowed, NotGiven, NoValue, Invalid (payer, payer_code)."""
    with transaction():
        demand(by, "pledge.ask_official", pledge)
        return receipts.ask_official(issuing.of_purpose(purpose(pledge)), payer, by.id, payer_code)


def name_payer(pledge: Pledge, name: str, by) -> None:
    """Put the giver's name on a receipt that names nobody, once. Raises NotAllowed, NotGiven, Invalid (payer)."""
    with transaction():
        demand(by, "pledge.ask_official", pledge)
        receipts.name_payer(purpose(pledge), name, by.id)
