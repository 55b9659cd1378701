"""Gifts of money for the charity that received them, scoped by the rule table; each list in a fixed number of statements."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, String, case, cast, func, literal, select
from sqlalchemy.orm import aliased, contains_eager

from marketplace.core import audit
from marketplace.core.paging import Order, Page, page
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.gifts.models import Gift, Slip, SlipContact
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.payments import queries as payments
from marketplace.money.payments.models import Payment, PaymentLine
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow

PAGE = 50
CAME = ("succeeded", "partly_refunded", "refunded", "disputed")


@dataclass(frozen=True)
class Recorded:
    """A slip with what it is for (`wish` for a need's), and who recorded and who decided."""

    slip: Slip
    need: Need | None
    wish: Wish | None
    recorder: str
    decider: str


@dataclass(frozen=True)
class Payer:
    """Name, phone and mail address as they were given; "" for what is not known."""

    name: str
    phone: str
    mail: str


@dataclass(frozen=True)
class Late:
    """Money that waits for its giver's choice; `title` of the wish, "" for a gift to something else."""

    purpose: str
    amount_fen: int
    title: str
    account: str
    choose_until: datetime
    if_ended: str


@dataclass(frozen=True)
class Received:
    """A line of a payment that came, with the promise or the gift that it is for."""

    line: PaymentLine
    payment: Payment
    pledge: Pledge | None
    gift: Gift | None
    title: str


def slips(user, state: str = "", after: str = "") -> tuple[list[Recorded], str | None]:
    """Slips of the user's charity, those that wait for a second person first, then the newest; and the next cursor."""
    rank = case((Slip.state == "recorded", 0), else_=1)
    statement = _recorded(user, "slip.read", rank.label("rank"))
    if state:
        statement = statement.where(Slip.state == state)
    found: Page = page(statement, Order((rank, Slip.id), (False, True)), PAGE, after,
                       lambda row: (row.rank, row.Slip.id))
    return [_told(row) for row in found.rows], found.after


def slip(user, capability: str, slip_id: int) -> Recorded:
    """One of them, if the user may do `capability` to it. Raises NoResultFound."""
    return _told(db.session.execute(_recorded(user, capability).where(Slip.id == slip_id)).one())


def payer(user, slip_id: int) -> Payer:
    """Whose money a slip speaks of, opened for who compares it with the account; the reading is recorded.

    Raises NoResultFound.
    """
    with transaction() as session:
        theirs = select(SlipContact).join(Slip, Slip.id == SlipContact.slip_id).where(Slip.id == slip_id)
        known = session.scalars(narrow(user, "slip.read", theirs, Slip)).one()
        audit.record(user.id, "slip.read", f"slip:{slip_id}", "payer")
        opened = [value.reveal() if value else "" for value in (known.name, known.phone, known.mail)]
    return Payer(*opened)


def _recorded(user, capability: str, *more) -> Select:
    recorder, decider = aliased(User), aliased(User)
    names = (recorder.display_name.label("recorder"), decider.display_name.label("decider"))
    statement = select(Slip, Need, Wish, *names, *more)
    return narrow(user, capability, statement.select_from(Slip), Slip).outerjoin(Need, Need.id == Slip.need_id).outerjoin(
        Wish, Wish.id == Need.wish_id).outerjoin(recorder, recorder.id == Slip.recorded_by).outerjoin(
        decider, decider.id == Slip.decided_by)


def _told(row) -> Recorded:
    return Recorded(row.Slip, row.Need, row.Wish, row.recorder or "", row.decider or "")


def late(user, limit: int = PAGE) -> list[Late]:
    """Money of the user's charity that waits for its givers' choice, the first to be decided first."""
    pledges = db.session.execute(
        narrow(user, "pledge.read", select(Pledge, Wish.title).join(Wish, Wish.id == Pledge.wish_id), Pledge)
        .where(Pledge.state == "late").order_by(Pledge.choose_until).limit(limit))
    gifts = db.session.scalars(narrow(user, "gift.read", select(Gift), Gift).where(Gift.state == "late")
                               .order_by(Gift.choose_until).limit(limit))
    found = [Late(f"pledge:{p.id}", p.units, title, "", p.choose_until, p.if_ended) for p, title in pledges]
    found += [Late(f"gift:{g.id}", g.amount_fen, "", g.account, g.choose_until, g.if_ended) for g in gifts if g.choose_until]
    return sorted(found, key=lambda one: one.choose_until)[:limit]


def received(user, way: str = "", after: str = "") -> tuple[list[Received], str | None]:
    """What came to the user's charity, line by line, newest first; and the next cursor."""
    statement = narrow(user, "payment.read", select(PaymentLine).join(PaymentLine.payment), Payment).options(
        contains_eager(PaymentLine.payment)).where(Payment.state.in_(CAME))
    if way:
        statement = statement.where(Payment.way == way)
    found: Page = page(statement, Order((PaymentLine.id,), (True,)), PAGE, after,
                       lambda row: (row.PaymentLine.id,))
    return _for_what([row.PaymentLine for row in found.rows]), found.after


def _for_what(lines: Sequence[PaymentLine]) -> list[Received]:
    numbers: dict[str, list[int]] = {"pledge": [], "gift": []}
    for line in lines:
        kind, _, number = line.purpose.partition(":")
        numbers.setdefault(kind, []).append(int(number))
    pledges = {f"pledge:{p.id}": (p, title) for p, title in db.session.execute(
        select(Pledge, Wish.title).join(Wish, Wish.id == Pledge.wish_id).where(Pledge.id.in_(numbers["pledge"])))}
    gifts = {f"gift:{g.id}": g for g in db.session.scalars(select(Gift).where(Gift.id.in_(numbers["gift"])))}
    return [Received(line, line.payment, *_pair(pledges.get(line.purpose), gifts.get(line.purpose))) for line in lines]


def _pair(pledge, gift) -> tuple[Pledge | None, Gift | None, str]:
    return (pledge[0], None, pledge[1]) if pledge else (None, gift, "")


def to_pay_back(user) -> list[tuple[payments.Back, Slip | None]]:
    """Refunds that the user's charity pays back itself, each with the slip that says whose money it was."""
    back = payments.by_hand(user)
    slips_by = {one.purpose: one for one in db.session.scalars(
        narrow(user, "slip.read", select(Slip), Slip).where(Slip.purpose.in_([one.line.purpose for one in back])))}
    return [(one, slips_by.get(one.line.purpose)) for one in back]


def pledge(user, pledge_id: int) -> Pledge:
    """A promise of money of the user's charity that may be given back. Raises NoResultFound."""
    return db.session.scalars(narrow(user, "pledge.refund", select(Pledge), Pledge)
                              .where(Pledge.id == pledge_id, Pledge.kind == "money")).one()


def gift(user, gift_id: int) -> Gift:
    """A gift of the user's charity that may be given back. Raises NoResultFound."""
    return db.session.scalars(narrow(user, "gift.refund", select(Gift), Gift).where(Gift.id == gift_id)).one()


def open_needs(user, limit: int = 300) -> list[tuple[Need, Wish]]:
    """Needs of money of published wishes of the user's charity that can still take some, the longest waiting first."""
    rows = db.session.execute(
        narrow(user, "wish.read", select(Need, Wish).join(Wish, Wish.id == Need.wish_id), Wish)
        .where(Wish.state == "published", Need.kind == "money", Need.pledged < Need.wanted)
        .order_by(Wish.published_at, Need.id).limit(limit))
    return [(need, wish) for need, wish in rows]


def untaken_fen(account: str) -> int:
    """Fen on an account that were paid and whose gifts have not followed yet."""
    left = PaymentLine.amount_fen - PaymentLine.refund_asked_fen - PaymentLine.lost_fen
    number = literal("gift:") + cast(Gift.id, String)
    return db.session.scalar(
        select(func.coalesce(func.sum(left), 0)).join(PaymentLine.payment).join(Gift, PaymentLine.purpose == number)
        .where(Gift.account == account, Gift.committed_at.is_(None), PaymentLine.account == account,
               Payment.state.in_(CAME), left > 0)) or 0


def counts(user) -> dict[str, int]:
    """How many slips wait, how much money waits for a choice, how many refunds by hand and disputes are open."""
    def count(capability: str, model, state: str) -> int:
        statement = narrow(user, capability, select(func.count()).select_from(model), model)
        return db.session.scalar(statement.where(model.state == state)) or 0

    return {"slips": count("slip.read", Slip, "recorded"), **payments.counts(user),
            "late": count("pledge.read", Pledge, "late") + count("gift.read", Gift, "late")}
