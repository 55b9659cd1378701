"""Many hands at one moment, each with a connection of its own: one wins, the others are told what happened."""
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from marketplace.core.errors import Refused
from marketplace.extensions import db
from marketplace.market.campaigns import service
from marketplace.market.campaigns.models import Allocation, Campaign, PlanChange
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.models import User
from tests import campaigns

HANDS = 6


def at_once(app, act):
    """What each of HANDS got; `act` is called with its number."""
    start = Barrier(HANDS)

    def hand(number):
        with app.app_context():
            try:
                start.wait(20)
                act(number)
                return "done"
            except Refused as no:
                return type(no).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(HANDS) as pool:
        return sorted(pool.map(hand, range(HANDS)))


def test_of_many_second_persons_one_approves(city, app):
    charity = city.organisation()
    clerk = campaigns.clerk(city, charity)
    campaign = campaigns.live(city, clerk, raised=1_000_000)
    allocation = service.allocating.to_purchase(campaign, campaign.lines[0], "棉被", 500_000, by=clerk)
    number, campaign_id = allocation.id, campaign.id
    people = [campaigns.clerk(city, charity, "manager").id for _n in range(HANDS)]
    db.session.remove()

    def approve(n):
        service.allocating.approve(db.session.get_one(Allocation, number), by=db.session.get_one(User, people[n]))

    assert at_once(app, approve) == ["WrongState"] * (HANDS - 1) + ["done"]
    assert db.session.get_one(Allocation, number).state == "approved"
    assert db.session.get_one(Campaign, campaign_id).reserved_fen == 500_000


def test_many_who_set_aside_the_last_money_do_not_set_it_aside_twice(city, app):
    charity = city.organisation()
    campaign_id = campaigns.live(city, campaigns.clerk(city, charity), raised=250_000).id
    people = [campaigns.clerk(city, charity).id for _n in range(HANDS)]
    db.session.remove()

    def propose(n):
        campaign = db.session.get_one(Campaign, campaign_id)
        service.allocating.to_purchase(campaign, campaign.lines[0], "棉被", 100_000, by=db.session.get_one(User, people[n]))

    assert at_once(app, propose) == ["BalanceTooSmall"] * (HANDS - 2) + ["done"] * 2
    campaign = db.session.get_one(Campaign, campaign_id)
    assert campaign.reserved_fen == 200_000 == campaign.lines[0].taken_fen and ledger.held(campaign.account) == 250_000


def test_of_many_officers_one_decides(city, app):
    clerk = campaigns.clerk(city, city.organisation())
    campaign = campaigns.handed_in(clerk)
    number, version = campaign.id, campaign.version
    people = [city.person("supervisor").id for _n in range(HANDS)]
    db.session.remove()

    def decide(n):
        campaign, officer = db.session.get_one(Campaign, number), db.session.get_one(User, people[n])
        if n % 2:
            service.approve(campaign, version, by=officer)
        else:
            service.return_(campaign, "请改。", by=officer)

    assert at_once(app, decide) == ["WrongState"] * (HANDS - 1) + ["done"]


def test_a_change_is_decided_once_and_a_campaign_begins_once(city, app):
    clerk = campaigns.clerk(city, city.organisation())
    campaign = campaigns.approved(city, clerk)
    number = campaign.id
    change = service.changing.ask_extension(campaign, campaign.ends_on + campaigns.DAY, "再给一天。", by=clerk).id
    officer = city.person("supervisor").id
    db.session.remove()
    at_once(app, lambda n: service.by_day())
    assert db.session.get_one(Campaign, number).state == "live"
    db.session.remove()

    def approve(n):
        service.changing.approve_change(db.session.get_one(PlanChange, change), by=db.session.get_one(User, officer))

    assert at_once(app, approve) == ["WrongState"] * (HANDS - 1) + ["done"]
