"""Certificates of donation: one in force for each gift, reversed by a red one, each bound into the audit chain."""
import json

from sqlalchemy import select

from marketplace.core import audit, clock, images, storage
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.receipts import proof, rules
from marketplace.money.receipts.models import LIFE, DeclaredValue, Receipt, ReceiptPayer
from marketplace.money.receipts.rules import Given, NotGiven
from marketplace.money.receipts.service import officials
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations import queries as organisations

ISSUE, REVERSE = proof.BINDS


def settle(purpose: str, given: Given | None, why: str = "") -> Receipt | None:
    """Bring the receipt of a purpose into line with what is given by now: issue, reverse, or reverse and issue again.

    Events may come twice, late or in any order: what counts is `given`, None when nothing (any more) is. `why` is the
    reason of a reversal: "refunded", "returned" or "valued". Returns the receipt in force. Joins the open transaction.
    """
    with transaction():
        live = of_purpose(purpose)
        if live and given and (live.amount_fen, live.items) == (given.amount_fen, list(given.items)):
            return live
        if live:
            reverse(live, why)
        made = issue(given, replaces=live) if given else None
        officials.follow(purpose, made)
    return made


def issue(given: Given, replaces: Receipt | None = None) -> Receipt:
    """A receipt for what was received; there must be none in force for the same purpose. Joins the open transaction."""
    with transaction() as session:
        receiver = organisations.one(given.organisation_id)
        payer = session.get_one(ReceiptPayer, replaces.id).name if replaces else private(given.payer)
        receipt = Receipt(
            number=rules.new_number(given.given_on.year), purpose=given.purpose, organisation_id=receiver.id,
            organisation=receiver.name, credit_code=receiver.credit_code, giver_id=given.giver_id,
            giver=rules.masked(payer.reveal() if payer else ""), kind=given.kind, amount_fen=given.amount_fen,
            title=given.title, lines=json.dumps(given.items, ensure_ascii=False), given_on=given.given_on,
            issued_at=clock.now(), replaces_id=replaces.id if replaces else None)
        receipt.digest = proof.digest(receipt, replaces=replaces)
        session.add(receipt)
        session.flush()
        session.add(ReceiptPayer(receipt_id=receipt.id, name=payer))
        audit.record(0, ISSUE, f"receipt:{receipt.number}", receipt.digest)
    return receipt


def reverse(receipt: Receipt, why: str) -> Receipt:
    """Take a receipt back by a red one, with its amount below zero. Joins. Raises WrongState when it was reversed before."""
    with transaction() as session:
        LIFE.move(receipt, "reverse", reason=why)
        red = Receipt(
            number=rules.new_number(clock.today().year), reverses_id=receipt.id, amount_fen=-receipt.amount_fen,
            issued_at=clock.now(), reason=why, **{name: getattr(receipt, name) for name in (
                "purpose", "organisation_id", "organisation", "credit_code", "giver_id", "giver", "kind", "title", "lines",
                "given_on")})
        red.digest = proof.digest(red, reverses=receipt)
        session.add(red)
        session.flush()
        session.add(ReceiptPayer(receipt_id=red.id, name=session.get_one(ReceiptPayer, receipt.id).name))
        audit.record(0, REVERSE, f"receipt:{red.number}", red.digest)
    return red


def name_payer(purpose: str, name: str, actor_id: int) -> None:
    """Put a name on a receipt that names nobody yet, once. Joins. Raises NotGiven, Invalid("payer")."""
    name = rules.payer_name(name)
    with transaction() as session:
        if (receipt := of_purpose(purpose)) is None:
            raise NotGiven
        payer = session.get_one(ReceiptPayer, receipt.id, with_for_update=True)
        if payer.name:
            raise Invalid("payer", "named_before")
        payer.name, receipt.giver = private(name), rules.masked(name)
        audit.record(actor_id, "receipt.name", f"receipt:{receipt.number}")


def declare(gift, purpose: str, amount_fen: int, invoice: str, by, photo: bytes = b"") -> DeclaredValue:
    """What goods are worth by their invoice, as somebody of the charity saw it; `gift` is what the rule table looks at.

    Once declared it stays. Joins. Raises NotAllowed, Invalid (amount, invoice, photo).
    """
    picture = images.redraw(photo)[0] if photo else None
    with transaction() as session:
        demand(by, "pledge.declare", gift)
        if not 0 < amount_fen <= rules.MOST_FEN:
            raise Invalid("amount", "not_positive")
        invoice = " ".join(invoice.split())
        if not invoice:
            raise Invalid("invoice", "empty")
        if len(invoice) > rules.LONGEST_INVOICE:
            raise Invalid("invoice", "too_long", most=rules.LONGEST_INVOICE)
        if declared(purpose):
            raise Invalid("amount", "declared_before")
        key = storage.new_key("invoice") if picture else ""
        if picture:
            storage.store().put(f"{key}-{images.WIDTHS[0]}.webp", picture.content)
        value = DeclaredValue(purpose=purpose, organisation_id=gift.organisation_id, amount_fen=amount_fen,
                              invoice=invoice, picture=key, declared_by=by.id, declared_at=clock.now())
        session.add(value)
        session.flush()
        audit.record(by.id, "pledge.declare", purpose, f"{amount_fen} fen")
    return value


def declared(purpose: str) -> DeclaredValue | None:
    """The declared value of goods, if there is one."""
    return db.session.scalars(select(DeclaredValue).where(DeclaredValue.purpose == purpose)).first()


def of_purpose(purpose: str) -> Receipt | None:
    """The receipt in force, if there is one."""
    return db.session.scalars(select(Receipt).where(
        Receipt.purpose == purpose, Receipt.state == "issued", Receipt.reverses_id.is_(None))).first()
