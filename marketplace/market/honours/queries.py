"""Names on the board, for the charity that looks after them."""
from sqlalchemy import select

from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.market.honours.models import Honour
from marketplace.people.accounts.permissions import narrow

PAGE = 50


def listed(user, state: str = "", after: str = "") -> Page:
    """Names for gifts to this charity, the newest first."""
    statement = narrow(user, "honour.read", select(Honour), Honour)
    if state:
        statement = statement.where(Honour.state == state)
    found = page(statement, Order((Honour.id,), (True,)), PAGE, after, lambda row: (row.Honour.id,))
    return Page([row.Honour for row in found.rows], found.after)


def one(user, capability: str, honour_id: int) -> Honour:
    """Raises NoResultFound for a name of another charity."""
    return db.session.scalars(narrow(user, capability, select(Honour), Honour).where(Honour.id == honour_id)).one()
