"""Two hundred gifts at one moment, for a promise that is enough for fifty: to the fen."""
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from marketplace.core import clock, outbox
from marketplace.core.outbox import Job
from marketplace.extensions import db
from marketplace.market.gifts import service as gifts
from marketplace.market.matches.models import Doubling, Match
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes.models import Need
from marketplace.money.ledger import service as ledger
from marketplace.money.receipts.models import Receipt
from tests import campaigns, matches

GIFTS, EACH, FIT, WISHES, HANDS = 100, 400, 25, 8, 6


def test_a_hundred_gifts_at_once_use_exactly_what_was_promised(city, app, hold):
    charity, worker, giver = city.organisation(), city.person("social_worker"), city.person("donor")
    match = matches.live(city, charity, FIT * EACH)
    asked = {"kind": "money", "category": "school", "wanted": 30_000, "charity": charity, "worker": worker}
    needs = [city.need(**asked) for _ in range(WISHES)]
    made = [pledges.reserve(needs[n % WISHES], EACH, by=giver).pledge for n in range(GIFTS)]
    for pledge in made:
        paid(city, pledge)
    match_id, account = match.id, match.account
    all_at_once(app, hold)
    assert db.session.get_one(Match, match_id).used_fen == FIT * EACH and ledger.held(account) == 0
    added = db.session.scalars(select(Doubling)).all()
    assert len({d.pledge_id for d in added}) == len(added) == FIT and sum(d.amount_fen for d in added) == FIT * EACH
    assert db.session.scalar(select(func.sum(Need.pledged))) == (GIFTS + FIT) * EACH
    assert sum(ledger.held(f"wish:{need}") for need in db.session.scalars(select(Need.wish_id))) == (GIFTS + FIT) * EACH
    assert db.session.scalar(select(func.count()).where(Pledge.state == "committed")) == GIFTS + FIT
    assert ledger.verify().wrong == []


def test_gifts_to_a_campaign_at_once_use_exactly_what_was_promised(city, app, hold):
    charity, giver = city.organisation(), city.person("donor")
    campaign = campaigns.live(city, campaigns.clerk(city, charity))
    match = matches.live(city, charity, 10 * EACH, serves="campaign", campaign_id=campaign.id)
    for _n in range(40):
        paid(city, gifts.give(campaign.account, EACH, giver).gift)
    match_id, account, of = match.id, match.account, campaign.account
    all_at_once(app, hold)
    assert db.session.get_one(Match, match_id).used_fen == 10 * EACH and ledger.held(account) == 0
    added = db.session.scalars(select(Doubling)).all()
    assert len({d.gift_id for d in added}) == len(added) == 10 and sum(d.amount_fen for d in added) == 10 * EACH
    assert ledger.held(of) == 50 * EACH and ledger.verify().wrong == []
    assert db.session.scalar(select(func.count()).select_from(Receipt)) == 40


def all_at_once(app, hold):
    """Several hands take what waits, until nothing does; who had to wait for another is tried again a little later."""
    db.session.remove()
    later = clock.now()
    for _round in range(5):
        later += outbox.BACKOFF * 2 ** outbox.ATTEMPTS
        with hold(later), ThreadPoolExecutor(HANDS) as pool:
            list(pool.map(lambda _n: drained(app), range(HANDS)))
    assert not db.session.scalar(select(func.count()).where(Job.state.in_(("waiting", "running", "failed"))))


def paid(city, pledge):
    payment = city.payment(pledge)
    city.event("checkout.session.completed", {
        "id": f"cs_{payment.ref}", "client_reference_id": payment.ref, "payment_status": "paid",
        "payment_intent": f"pi_{payment.ref}", "metadata": {"payment": payment.ref}})


def drained(app):
    with app.app_context():
        try:
            while outbox.drain():
                pass
        finally:
            db.session.remove()
