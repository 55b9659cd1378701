"""A day of mixed payments over an unreliable post: one webhook in five comes twice, one in ten late, one in fifty never.

In the evening the provider is asked, and the books are equal to it to the fen. `DAY=10000` sets the number of payments.
"""
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import String, cast, create_engine, func, select, text, update

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes.models import Need
from marketplace.money.ledger import service as ledger
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Dispute, Payment, PaymentLine, ProviderEvent, Refund
from marketplace.money.payments.provider import provider
from marketplace.money.reconciliation import service as reconciliation
from marketplace.money.reconciliation.models import BalanceLine, Comparison, Difference
from marketplace.people.accounts.models import Guest
from tests.city import City
from tests.days.site import Site, open_site

PAYMENTS = int(os.environ.get("DAY", "30"))
AT_ONCE = 4
GOOD, DECLINED, DISPUTED, WALLET = "4242424242424242", "4000000000009995", "4000000000000259", "alipay"


@pytest.fixture
def url(kind, tmp_path, request):
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}/city.db"
    engine = create_engine(request.getfixturevalue("postgresql_url"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS day WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE day"))
    engine.dispose()
    return request.getfixturevalue("postgresql_url").replace("/postgres?", "/day?")


def one_gift(site: Site, number: int, needs: list[int], charity: int) -> str:
    """One giver: most give to a wish, some to three purposes at once; some cards are refused first, some never pay."""
    draw = random.Random(number)
    with site.app.app_context():
        try:
            payment = _open(draw, number, needs, charity)
            names, url = ["gift"] * len(payment.lines), "http://127.0.0.1/x"
            payments.checkout(payment, names, url, url, "zh")
            session = db.session.get_one(Payment, payment.id).session_id
        finally:
            db.session.remove()
    chance = draw.random()
    if chance < 0.03:
        return "left"
    if chance < 0.08:
        site.provider.control("pay", session=session, card=DECLINED)
    if chance > 0.8:
        site.provider.control("pay", session=session, method=WALLET)
        return "paid"
    site.provider.control("pay", session=session, card=DISPUTED if chance > 0.79 else GOOD)
    return "paid"


def _open(draw: random.Random, number: int, needs: list[int], charity: int) -> Payment:
    if draw.random() < 0.1:
        amounts = [draw.randint(400, 20_000) for _line in range(3)]
        accounts = [f"campaign:{draw.randint(1, 5)}", f"campaign:{draw.randint(6, 9)}", f"fund:{charity}"]
        return payments.start([payments.Line(f"trial:{number}:{n}", account, amount)
                               for n, (account, amount) in enumerate(zip(accounts, amounts))],
                              charity, clock.now() + timedelta(minutes=31))
    need = db.session.get_one(Need, draw.choice(needs))
    pledge = pledges.reserve(need, draw.randint(400, 20_000), by=Guest()).pledge
    return pledges.payment_of(pledge)


def give_some_back(city: City, charity: int) -> None:
    """The charity gives one gift in thirty back."""
    staff = city.person("charity", organisation_id=charity)
    for pledge in db.session.scalars(select(Pledge).where(Pledge.state == "committed", Pledge.id % 30 == 0)).all():
        pledges.refund(pledge, by=staff)


def test_a_day_ends_equal_to_the_provider_to_the_fen(app, url, tmp_path, capsys):
    with open_site(tmp_path, url, app) as site:
        city = City(site.app, tmp_path)
        charity = city.organisation()
        needs = [city.need(kind="money", category="aid", wanted=20_000, charity=charity).id for _need in range(20)]
        charity_id = charity.id
        with transaction() as session:  # room for everybody
            session.execute(update(Need).values(wanted=2_000_000_000))
        db.session.remove()
        site.provider.control("faults", duplicate=0.2, delay=0.1, drop=0.02, seconds=5, seed="day")
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as givers:
            ends = list(givers.map(lambda n: one_gift(site, n, needs, charity_id), range(PAYMENTS)))
        site.settle(60 + PAYMENTS / 5)
        give_some_back(city, charity_id)
        site.settle(60 + PAYMENTS / 5)
        seconds = time.monotonic() - began
        lost = PAYMENTS and ends.count("paid") - _succeeded()
        _evening(site)
        _all_is_equal(ends)
        with capsys.disabled():
            sys.stdout.write(f"\n{PAYMENTS} payments in {seconds:.0f} s on {db.engine.dialect.name}, "
                  f"{_count(ProviderEvent)} events, {lost} payments unknown until the evening, "
                  f"{_count(Refund)} refunds, {_count(Dispute)} disputes; the books and the provider: "
                  f"{ledger.balance('provider')} fen\n")


def _succeeded() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Payment).where(Payment.succeeded_at.is_not(None)))


def _evening(site: Site) -> None:
    """The provider is asked; what that sets off (late refunds) happens, and it is asked again."""
    for _time in range(2):
        reconciliation.reconcile_daily() if _time == 0 else reconciliation.ask(_administrator())
        site.settle(60 + PAYMENTS / 10)
    run = db.session.scalars(select(Comparison).order_by(Comparison.id.desc())).first()
    assert run.ended_at and run.provider_fen == run.ledger_fen


def _administrator():
    from marketplace.people.accounts import service as accounts
    return accounts.create("administrator", username="evening", display_name="evening")


def _all_is_equal(ends: list[str]) -> None:
    assert not ledger.verify().wrong
    assert _succeeded() == ends.count("paid") and _count(BalanceLine) >= ends.count("paid")
    assert provider.balance() == ledger.balance("provider") != 0
    assert db.session.scalars(select(Difference.subject).where(Difference.gone_at.is_(None))).all() == []
    assert db.session.scalar(select(func.count()).select_from(BalanceLine).where(~BalanceLine.agreed)) == 0
    held = sum(ledger.held(f"wish:{wish}") for wish in db.session.scalars(select(Pledge.wish_id).distinct()))
    assert held == _of_promises(Pledge.state == "committed") + _of_promises(
        Pledge.state == "cancelled", Payment.state == "disputed")  # given back once the bank has decided


def _of_promises(*which) -> int:
    return db.session.scalar(
        select(func.coalesce(func.sum(Pledge.units), 0))
        .join(PaymentLine, PaymentLine.purpose == "pledge:" + cast(Pledge.id, String))
        .join(Payment, Payment.id == PaymentLine.payment_id).where(*which))


def _count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))
