"""Official donation receipts: asked for by givers, issued in the finance bureau's system, their numbers kept here."""
from datetime import date

from sqlalchemy import exists, or_, select

from marketplace.core import audit, clock
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.receipts import rules
from marketplace.money.receipts.events import OfficialRecorded
from marketplace.money.receipts.models import OFFICIAL_LIFE, OfficialReceipt, Receipt
from marketplace.money.receipts.rules import KnownNumber, NotGiven, NoValue
from marketplace.people.accounts.permissions import demand

OPEN = ("asked", "recorded", "due")


def ask_official(receipt: Receipt | None, payer: str, by_id: int, payer_code: str = "") -> OfficialReceipt:
    """Ask the charity for the official receipt of a gift, on a person's name or a company's with its credit code.

    At most one for each gift. Joins. Raises NotGiven, NoValue, Invalid (payer, payer_code).
    """
    payer, payer_code = rules.payer_name(payer), rules.payer_code(payer_code)
    with transaction() as session:
        if receipt is None or not receipt.in_force:
            raise NotGiven
        if not receipt.amount_fen:
            raise NoValue
        if open_of(receipt.purpose):
            raise Invalid("payer", "asked_before")
        asked = _asked(receipt, private(payer), private(payer_code))
        session.flush()
        audit.record(by_id, "official.ask", f"official:{asked.id}")
    return asked


def _asked(receipt: Receipt, payer, payer_code) -> OfficialReceipt:
    asked = OfficialReceipt(
        purpose=receipt.purpose, organisation_id=receipt.organisation_id, giver_id=receipt.giver_id, receipt_id=receipt.id,
        amount_fen=receipt.amount_fen, payer=payer, payer_code=payer_code, asked_at=clock.now())
    db.session.add(asked)
    return asked


def official(asked: OfficialReceipt, code: str, number: str, check_code: str, issued_on: date, by) -> None:
    """Record the official receipt that was issued for a gift.

    Raises NotAllowed, WrongState, KnownNumber, Invalid (code, number, check_code, issued_on).
    """
    code, number = rules.official_numbers(code, number)
    check_code = rules.check_code(check_code)
    with transaction() as session:
        demand(by, "official.record", asked)
        _refuse_wrong_day("issued_on", issued_on, session.get_one(Receipt, asked.receipt_id).given_on)
        _refuse_known(code, number, asked.id)
        OFFICIAL_LIFE.move(asked, "record", code=code, number=number, check_code=private(check_code), issued_on=issued_on,
                           recorded_by=by.id)
        audit.record(by.id, "official.record", f"official:{asked.id}")
        announce(OfficialRecorded(asked.id, asked.purpose))


def reverse_official(due: OfficialReceipt, code: str, number: str, reversed_on: date, by) -> None:
    """Record the red one (红字) by which an official receipt was reversed; if a part of the gift stayed, ask for it anew.

    Raises NotAllowed, WrongState, KnownNumber, Invalid (code, number, reversed_on).
    """
    code, number = rules.official_numbers(code, number)
    with transaction() as session:
        demand(by, "official.reverse", due)
        _refuse_wrong_day("reversed_on", reversed_on, due.issued_on or reversed_on)
        _refuse_known(code, number, 0)
        OFFICIAL_LIFE.move(due, "reverse", red_code=code, red_number=number, reversed_on=reversed_on, reversed_by=by.id)
        audit.record(by.id, "official.reverse", f"official:{due.id}")
        rest = session.scalars(select(Receipt).where(
            Receipt.purpose == due.purpose, Receipt.state == "issued", Receipt.reverses_id.is_(None))).first()
        if rest and rest.amount_fen:
            _asked(rest, due.payer, due.payer_code)


def follow(purpose: str, receipt: Receipt | None) -> None:
    """A gift's receipt was reversed, or issued again: what was asked for follows it, what was issued must be reversed."""
    found = open_of(purpose)
    if found is None or found.state == "due" or (receipt and found.receipt_id == receipt.id):
        return
    if found.state == "recorded":
        verb = "call_back"
        OFFICIAL_LIFE.move(found, verb, due_at=clock.now())
    elif receipt and receipt.amount_fen:
        verb, found.receipt_id, found.amount_fen = "follow", receipt.id, receipt.amount_fen
    else:
        verb = "drop"
        OFFICIAL_LIFE.move(found, verb)
    audit.record(0, f"official.{verb}", f"official:{found.id}")


def open_of(purpose: str) -> OfficialReceipt | None:
    """The official receipt of a gift that is asked for, in force, or to be reversed."""
    return db.session.scalars(select(OfficialReceipt).where(
        OfficialReceipt.purpose == purpose, OfficialReceipt.state.in_(OPEN))).first()


def _refuse_known(code: str, number: str, own: int) -> None:
    same = or_((OfficialReceipt.code == code) & (OfficialReceipt.number == number) & (OfficialReceipt.id != own),
               (OfficialReceipt.red_code == code) & (OfficialReceipt.red_number == number))
    if db.session.scalar(select(exists().where(same))):
        raise KnownNumber


def _refuse_wrong_day(field: str, day: date, first: date) -> None:
    if day > clock.today():
        raise Invalid(field, "not_come")
    if day < first:
        raise Invalid(field, "too_early", first=first.isoformat())
