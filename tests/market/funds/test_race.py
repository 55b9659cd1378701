"""Many hands on one fund at one moment, each with a connection of its own."""
from marketplace.extensions import db
from marketplace.market.funds import queries, service
from marketplace.market.funds.models import Grant
from marketplace.market.wishes.models import Need
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.models import User
from tests import campaigns, funds
from tests.market.campaigns.test_race import HANDS, at_once

EACH = 10_000


def test_the_last_money_is_given_once(city, app):
    charity = city.organisation()
    funds.fill(charity, 2 * EACH + 1)
    needs = [city.need(kind="money", wanted=EACH, category="aid", charity=charity).id for _n in range(HANDS)]
    people, charity_id = [campaigns.clerk(city, charity).id for _n in range(HANDS)], charity.id
    db.session.remove()

    def give(n):
        service.propose(db.session.get_one(Need, needs[n]), EACH, by=db.session.get_one(User, people[n]))

    assert at_once(app, give) == ["FundTooSmall"] * (HANDS - 2) + ["done"] * 2
    assert queries.free(charity_id) == 1 and ledger.held(f"fund:{charity_id}") == 1 and not ledger.verify().wrong


def test_of_many_second_persons_one_approves(city, app):
    charity = city.organisation()
    grant = funds.waiting(city, charity)
    people = [campaigns.clerk(city, charity, "manager").id for _n in range(HANDS)]
    number, wish_id = grant.id, grant.wish_id
    db.session.remove()

    def approve(n):
        service.approve(db.session.get_one(Grant, number), by=db.session.get_one(User, people[n]))

    assert at_once(app, approve) == ["WrongState"] * (HANDS - 1) + ["done"]
    assert ledger.held(f"wish:{wish_id}") == funds.MOST
