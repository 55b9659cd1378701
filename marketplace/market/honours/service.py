"""A giver's name on the board: shown when asked for, gone the moment they take it back, hidden by the charity."""
from sqlalchemy import ColumnElement, delete, select, update

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.gifts.models import Gift, MonthlyGift, Slip
from marketplace.market.gifts.rules import check_shown
from marketplace.market.honours.models import KINDS, LIFE, Honour
from marketplace.market.honours.rules import STANDING
from marketplace.market.pledges.models import Pledge
from marketplace.people.accounts.permissions import demand


def show(of: Pledge | Gift, shown_as: str, by, kind: str = "person", with_amount: bool = False) -> Honour:
    """Put a giver's name on the board, or change it. `with_amount`: what was given may be summed up beside it.

    For one month of a monthly gift: for this month, those that stand there, and those to come. Raises NotAllowed,
    WrongState (the gift does not hold, or the charity hid the name), Invalid (name, kind).
    """
    with transaction() as session:
        demand(by, f"{of.life.subject}.honour", of)
        session.refresh(of, with_for_update=True)
        if of.state not in STANDING or (isinstance(of, Pledge) and of.source):
            raise WrongState("show", of.state)
        if kind not in KINDS:
            raise Invalid("kind", "unknown")
        honour = find(of) or _blank(of)
        if honour.state == "hidden":
            raise WrongState("show", "hidden")
        if not (name := check_shown(shown_as)):
            raise Invalid("shown_as", "empty")
        honour.shown_as, honour.kind, honour.with_amount = name, kind, with_amount
        session.add(honour)
        session.flush()
        session.execute(update(Honour).where(_together(of), Honour.state == "shown").values(
            shown_as=name, kind=kind, with_amount=with_amount))
        _remember(of, name)
        audit.record(by.id, f"{of.life.subject}.honour", f"honour:{honour.id}")
    return honour


def show_as_given(of: Pledge | Gift) -> Honour | None:
    """Put the name on the board that the giver asked for when giving, if any. Safe twice; also for a month, as those
    before it, unless the charity hid their name."""
    with transaction() as session:
        session.refresh(of, with_for_update=True)
        name, before = _asked(of), _months_before(of)
        if not name or of.state not in STANDING or find(of) or (before and before.state == "hidden"):
            return None
        honour = _blank(of)
        honour.shown_as, honour.kind, honour.with_amount = (
            name, before.kind if before else "person", before.with_amount if before else False)
        session.add(honour)
        session.flush()
        audit.record(of.giver_id, f"{of.life.subject}.honour", f"honour:{honour.id}", "as asked when giving")
    return honour


def find(of: Pledge | Gift) -> Honour | None:
    """The name for this promise or gift, if there is one."""
    return db.session.scalars(select(Honour).where(_own(of))).first()


def take_back(of: Pledge | Gift, by) -> None:
    """Take the giver's name off the board, at once and for good; of a monthly gift that of every month. Safe twice.

    Raises NotAllowed.
    """
    with transaction():
        demand(by, f"{of.life.subject}.honour", of)
        _remember(of, "")
        if changed(delete(Honour).where(_together(of), Honour.state == "shown")):
            audit.record(by.id, f"{of.life.subject}.honour", _purpose(of), "taken back")


def hide(honour: Honour, by) -> None:
    """The charity takes a name off that does not belong there. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "honour.hide", honour)
        LIFE.move(honour, "hide")
        audit.record(by.id, "honour.hide", f"honour:{honour.id}")


def _blank(of: Pledge | Gift) -> Honour:
    guest = f"monthly:{of.monthly_id}" if isinstance(of, Gift) and of.monthly_id else _purpose(of)
    return Honour(**{f"{of.life.subject}_id": of.id}, organisation_id=of.organisation_id, at=clock.now(),
                  giver=f"user:{of.giver_id}" if of.giver_id else guest,
                  year=clock.day_of(of.committed_at or of.ended_at or clock.now()).year)


def _asked(of: Pledge | Gift) -> str:
    """The name that the giver typed with the gift, or had written down with a transfer; "" for none fit to be shown."""
    if isinstance(of, Pledge):
        slip = select(Slip.shown_as).where(Slip.purpose == _purpose(of))
        name = "" if of.giver_id or of.source or of.kind != "money" else db.session.scalar(slip) or ""
    else:
        name = db.session.get_one(MonthlyGift, of.monthly_id).shown_as if of.monthly_id else of.shown_as
    try:
        return check_shown(name)
    except Invalid:
        return ""


def _remember(of: Pledge | Gift, name: str) -> None:
    """What the giver wants is also what the gift itself says, and for months to come."""
    if isinstance(of, Gift):
        db.session.execute(update(Gift).where(_months(of)).values(shown_as=name))
        db.session.execute(update(MonthlyGift).where(MonthlyGift.id == of.monthly_id).values(shown_as=name))
    db.session.execute(update(Slip).where(Slip.purpose == _purpose(of)).values(shown_as=name))


def _months_before(of: Pledge | Gift) -> Honour | None:
    """The name for the last month of the same monthly gift that has one."""
    return db.session.scalars(select(Honour).where(_together(of)).order_by(Honour.id.desc()).limit(1)).first()


def _together(of: Pledge | Gift) -> ColumnElement[bool]:
    return Honour.gift_id.in_(select(Gift.id).where(_months(of))) if isinstance(of, Gift) else _own(of)


def _months(gift: Gift) -> ColumnElement[bool]:
    """This gift, and the other months of the monthly gift that it is a part of."""
    return Gift.monthly_id == gift.monthly_id if gift.monthly_id else Gift.id == gift.id


def _own(of: Pledge | Gift) -> ColumnElement[bool]:
    return Honour.gift_id == of.id if isinstance(of, Gift) else Honour.pledge_id == of.id


def _purpose(of: Pledge | Gift) -> str:
    return f"{of.life.subject}:{of.id}"
