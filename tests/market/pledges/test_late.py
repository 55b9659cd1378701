"""Money that comes when nothing can take it: kept apart, put to its giver, and after a while done as was chosen."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.rules import NothingSimilar
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.models import Guest
from marketplace.people.notices import queries as notices


@pytest.fixture
def charity(city):
    return city.organisation()


def late(city, charity, hold, if_ended="refund"):
    """A promise that lapsed, whose need others filled, and whose money came then."""
    need = city.need(kind="money", category="aid", wanted=20_000, item="助听器", charity=charity)
    made = pledges.reserve(need, 8_000, by=Guest(), if_ended=if_ended)
    pledges.leave_contact(made.pledge, by=Guest(pledges.digest(made.secret)), phone="13900000000")
    with hold(clock.now() + timedelta(minutes=40)):
        pledges.lapse()
        city.settle()
    city.promise(need, 20_000)
    city.pay(made.pledge)
    return made


def test_it_is_kept_apart_and_the_giver_is_asked(city, charity, hold):
    made = late(city, charity, hold)
    assert made.pledge.state == "late" and ledger.held(f"unassigned:{charity.id}") == 8_000
    assert made.secret in notices.newest(1)[0].text and "¥80" in notices.newest(1)[0].text
    assert not ledger.verify().wrong


def test_the_giver_alone_chooses(city, charity, hold):
    made = late(city, charity, hold)
    for by in (Guest(), city.person("donor"), city.person("charity", organisation_id=charity.id)):
        with pytest.raises(NotAllowed):
            pledges.choose(made.pledge, "refund", by=by)
    with pytest.raises(Invalid):
        pledges.choose(made.pledge, "me", by=Guest(pledges.digest(made.secret)))
    assert made.pledge.state == "late"


def test_back_to_the_giver(city, charity, hold, till):
    made = late(city, charity, hold)
    bearer = Guest(pledges.digest(made.secret))
    pledges.choose(made.pledge, "refund", by=bearer)
    city.settle()
    assert list(till.refunds.values()) == [(city.payment(made.pledge).intent_id, 8_000)]
    city.given_back(made.pledge)
    assert made.pledge.state == "refunded" and ledger.held(f"unassigned:{charity.id}") == 0
    with pytest.raises(WrongState):
        pledges.choose(made.pledge, "fund", by=bearer)


def test_to_the_charitys_fund(city, charity, hold):
    made = late(city, charity, hold)
    pledges.choose(made.pledge, "fund", by=Guest(pledges.digest(made.secret)))
    city.settle()
    assert made.pledge.state == "moved" and ledger.held(f"fund:{charity.id}") == 8_000


def test_to_a_similar_wish(city, charity, hold):
    made = late(city, charity, hold)
    bearer = Guest(pledges.digest(made.secret))
    with pytest.raises(NothingSimilar):
        pledges.choose(made.pledge, "reroute", by=bearer)
    other = city.need(kind="money", category="aid", wanted=9_000, item="轮椅", charity=charity)
    pledges.choose(made.pledge, "reroute", by=bearer)
    city.settle()
    db.session.refresh(other)
    assert (made.pledge.state, made.pledge.need_id, other.pledged) == ("committed", other.id, 8_000)
    assert ledger.held(f"wish:{other.wish_id}") == 8_000 and not ledger.verify().wrong


@pytest.mark.parametrize("if_ended, state", [("refund", "cancelled"), ("fund", "moved"), ("reroute", "cancelled")])
def test_after_two_weeks_what_was_chosen_when_giving_is_done(city, charity, hold, till, if_ended, state):
    made = late(city, charity, hold, if_ended)
    with hold(clock.now() + timedelta(days=13)):
        assert pledges.decide_late() == 0
    with hold(clock.now() + timedelta(days=15)):
        assert pledges.decide_late() == 1 and pledges.decide_late() == 0
        city.settle()
    assert made.pledge.state == state and len(till.refunds) == (state == "cancelled")
    assert made.secret in notices.newest(1)[0].text


def test_what_the_provider_gave_back_meanwhile_is_over(city, charity, hold):
    made = late(city, charity, hold)
    payment = city.payment(made.pledge)
    city.event("refund.updated", {"id": "re_by_hand", "payment_intent": payment.intent_id, "amount": 8_000,
                                  "status": "succeeded"})
    city.settle()
    assert made.pledge.state == "refunded" and ledger.held(f"unassigned:{charity.id}") == 0
