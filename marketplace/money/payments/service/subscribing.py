"""A payment each month. An event of the provider only says that there is news; what is true is asked, so that any order of
events, twice or never, ends alike. Every month that was paid becomes one payment, by the number of its invoice."""
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from marketplace.core import audit, clock
from marketplace.core.errors import WrongState
from marketplace.core.outbox import announce, reacts_to
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.payments.events import InvoicePaid, SubscriptionMoved, SubscriptionNews, SubscriptionStopped
from marketplace.money.payments.models import SUBSCRIPTION_LIFE as LIFE
from marketplace.money.payments.models import Invoice, Payment, Subscription
from marketplace.money.payments.provider import Item, ProviderAway, Subscribed, provider
from marketplace.money.payments.service.opening import Line, start, succeed

ASK_EVERY = timedelta(hours=20)
VERBS = {("created", "active"): "begin", ("created", "past_due"): "fall_behind", ("active", "past_due"): "fall_behind",
         ("past_due", "active"): "catch_up"}


def subscribe(purpose: str, organisation_id: int, amount_fen: int, expires_at: datetime) -> Subscription:
    """A payment each month to one charity, which waits for its giver until `expires_at`. Joins the open transaction."""
    with transaction() as session:
        made = Subscription(ref=secrets.token_hex(12), organisation_id=organisation_id, purpose=purpose,
                            amount_fen=amount_fen, created_at=clock.now(), expires_at=expires_at)
        session.add(made)
        session.flush()
    return made


def subscription_checkout(subscription: Subscription, name: str, success_url: str, cancel_url: str, lang: str) -> str:
    """Where the giver agrees to pay each month. Asks the provider outside of any transaction.

    Raises ProviderAway, WrongState.
    """
    if subscription.state != "created" or subscription.provider_id:
        raise WrongState("checkout", subscription.state)
    if subscription.checkout_url:
        return subscription.checkout_url
    opened = provider.open_session(
        ref=subscription.ref, items=[Item(name, subscription.amount_fen)], success_url=success_url, cancel_url=cancel_url,
        expires_at=subscription.expires_at, lang=lang, monthly=True)
    with transaction() as session:
        session.execute(update(Subscription).where(Subscription.id == subscription.id)
                        .values(session_id=opened.id, checkout_url=opened.url))
    return opened.url


def ask_subscription(subscription_id: int) -> str:
    """Ask the provider how a subscription stands and which months were paid, and take that in. Safe any number of times.

    Returns its state at the provider, "" while the provider has none. Raises ProviderAway.
    """
    with transaction() as session:
        session.execute(update(Subscription).where(Subscription.id == subscription_id)
                        .values(turn=Subscription.turn + 1, asked_at=clock.now()))
        subscription = session.get_one(Subscription, subscription_id, populate_existing=True)
        turn, known, page = subscription.turn, subscription.provider_id, subscription.session_id
    if known is None and page is None:
        return ""
    opened = provider.session(page) if known is None and page else None
    number = known or (opened.subscription_id if opened else None)
    found = provider.subscription(number) if number else None
    if found:
        take_subscription(subscription_id, found, turn)
    elif opened and opened.status == "expired":
        with transaction() as session:
            _move(session.get_one(Subscription, subscription_id, with_for_update=True, populate_existing=True), "ended")
    return found.state if found else ""


def take_subscription(subscription_id: int, found: Subscribed, turn: int = 0) -> None:
    """Take in what the provider said of a subscription when it was asked for the `turn`th time. Joins.

    Months that were paid count whenever they were told; its state only if nobody has asked since.
    """
    with transaction() as session:
        subscription = session.get_one(Subscription, subscription_id, with_for_update=True, populate_existing=True)
        subscription.provider_id = found.id
        _take_in(subscription, found, newest=subscription.turn == turn)


def _take_in(subscription: Subscription, found: Subscribed, newest: bool) -> None:
    for bill in found.bills:
        if bill.paid_at and db.session.get(Invoice, bill.id) is None:
            db.session.add(Invoice(id=bill.id, subscription_id=subscription.id, amount_fen=bill.amount_fen,
                                   intent_id=bill.intent_id, paid_at=bill.paid_at))
            announce(InvoicePaid(bill.id, subscription.purpose))
    if newest:
        open_ = [bill for bill in found.bills if bill.paid_at is None]
        subscription.next_at = found.next_at
        subscription.pay_url, subscription.failure = (open_[0].pay_url, open_[0].failure) if open_ else ("", "")
        _move(subscription, found.state)
        if subscription.state == "ended" != found.state:
            announce(SubscriptionStopped(subscription.id))


def _move(subscription: Subscription, state: str) -> None:
    """Follow the provider. What has ended stays so, and nothing goes back to waiting for its giver."""
    verb = "end" if state == "ended" else VERBS.get((subscription.state, state), "")
    if not verb or subscription.state == "ended":
        return
    db.session.flush()
    LIFE.move(subscription, verb)
    audit.record(0, f"subscription.{verb}", f"subscription:{subscription.id}")
    announce(SubscriptionMoved(subscription.id, subscription.purpose))


def untaken(invoice_id: str) -> Invoice | None:
    """A month that was paid, if nobody has said what its money is for; for this transaction alone until it ends. Joins."""
    with transaction() as session:
        invoice = session.get_one(Invoice, invoice_id, with_for_update=True, populate_existing=True)
        return None if invoice.payment_id else invoice


def take_invoice(invoice: Invoice, line: Line) -> Payment:
    """The money of an untaken month is for `line`: a payment that has succeeded. Joins."""
    with transaction() as session:
        subscription = session.get_one(Subscription, invoice.subscription_id)
        payment = start([line], subscription.organisation_id, clock.now())
        invoice.payment_id = payment.id
        session.flush()
        succeed(payment, invoice.intent_id)
    return payment


def stop(subscription: Subscription) -> None:
    """No more months: a job tells the provider. Joins."""
    with transaction():
        if subscription.state != "ended":
            announce(SubscriptionStopped(subscription.id))


@reacts_to(SubscriptionStopped, outside=True)
def end_subscription(event: SubscriptionStopped) -> None:
    """End a subscription at the provider, or close the page that waits for its giver; then see how it stands."""
    subscription = db.session.get_one(Subscription, event.subscription_id)
    page = subscription.session_id
    if subscription.provider_id is None and page:
        provider.expire(page)
    state = ask_subscription(event.subscription_id)
    subscription = db.session.get_one(Subscription, event.subscription_id, populate_existing=True)
    if state != "ended" and (number := subscription.provider_id):
        provider.end_subscription(number)
        state = ask_subscription(event.subscription_id)
    if not state and (subscription.provider_id or not page):  # the provider knows nothing that could go on
        with transaction():
            _move(subscription, "ended")


@reacts_to(SubscriptionNews, outside=True)
def ask_for_news(event: SubscriptionNews) -> None:
    """Ask the provider what its event was about."""
    ask_subscription(event.subscription_id)


def ask_subscriptions(limit: int = 100) -> int:
    """Ask about subscriptions nobody asked about lately, in case an event was lost. Returns how many were asked."""
    now = clock.now()
    due: Sequence[int] = db.session.scalars(select(Subscription.id).where(
        or_(Subscription.state.in_(("active", "past_due")),
            (Subscription.state == "created") & Subscription.session_id.is_not(None) & (Subscription.expires_at < now)),
        or_(Subscription.asked_at.is_(None), Subscription.asked_at < now - ASK_EVERY),
    ).order_by(Subscription.asked_at, Subscription.id).limit(limit)).all()
    asked = 0
    for subscription_id in due:
        try:
            ask_subscription(subscription_id)
        except ProviderAway:
            break
        asked += 1
    return asked
