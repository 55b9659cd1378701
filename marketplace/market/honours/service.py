"""A giver's name on the board: shown when asked for, gone the moment they take it back, hidden by the charity."""
from sqlalchemy import delete, select

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.honours.models import KINDS, LIFE, Honour
from marketplace.market.honours.rules import STANDING, check_shown
from marketplace.market.pledges.models import Pledge
from marketplace.people.accounts.permissions import demand


def show(pledge: Pledge, shown_as: str, by, kind: str = "person", with_amount: bool = False) -> Honour:
    """Put a giver's name on the board, or change it. `with_amount`: what was given may be summed up beside it.

    Raises NotAllowed, WrongState (the promise does not hold, or the charity hid the name), Invalid (name, kind).
    """
    with transaction() as session:
        demand(by, "pledge.honour", pledge)
        db.session.refresh(pledge, with_for_update=True)
        if pledge.state not in STANDING or pledge.source:
            raise WrongState("show", pledge.state)
        if kind not in KINDS:
            raise Invalid("kind", "unknown")
        honour = of(pledge) or Honour(pledge_id=pledge.id, organisation_id=pledge.organisation_id, at=clock.now(),
                                      year=clock.day_of(pledge.committed_at or clock.now()).year)
        if honour.state == "hidden":
            raise WrongState("show", "hidden")
        honour.shown_as, honour.kind, honour.with_amount = check_shown(shown_as), kind, with_amount
        honour.giver = f"user:{pledge.giver_id}" if pledge.giver_id else f"pledge:{pledge.id}"
        session.add(honour)
        session.flush()
        audit.record(by.id, "pledge.honour", f"honour:{honour.id}")
    return honour


def of(pledge: Pledge) -> Honour | None:
    """The name for this promise, if there is one."""
    return db.session.scalars(select(Honour).where(Honour.pledge_id == pledge.id)).first()


def take_back(pledge: Pledge, by) -> None:
    """Take the giver's name off the board, at once and for good. Safe twice. Raises NotAllowed."""
    with transaction():
        demand(by, "pledge.honour", pledge)
        if changed(delete(Honour).where(Honour.pledge_id == pledge.id, Honour.state == "shown")):
            audit.record(by.id, "pledge.honour", f"pledge:{pledge.id}", "taken back")


def hide(honour: Honour, by) -> None:
    """The charity takes a name off that does not belong there. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "honour.hide", honour)
        LIFE.move(honour, "hide")
        audit.record(by.id, "honour.hide", f"honour:{honour.id}")
