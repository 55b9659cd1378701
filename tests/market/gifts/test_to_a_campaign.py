"""Gifts to a campaign: while it takes them; after its end put to the giver's choice; each month until it ends."""
from datetime import timedelta

import pytest
from sqlalchemy import event

from marketplace.core import clock, outbox
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns import drives, hooks, service
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.queries import figures
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts import targets
from marketplace.market.gifts.models import Gift, Slip
from marketplace.market.gifts.rules import NotOpen, Spent
from marketplace.market.pledges.rules import NothingSimilar
from marketplace.market.pledges.service import digest
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.models import Guest
from marketplace.people.notices import queries as notices
from tests import campaigns


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation())


@pytest.fixture
def campaign(city, clerk):
    return campaigns.live(city, clerk)


def late(city, campaign, clerk, if_ended="refund"):
    """A gift that was begun while the campaign took gifts, and paid after its end."""
    given = gifts.give(campaign.account, 5_000, Guest(), if_ended=if_ended, mail="a@example.com")
    service.close(campaign, "够了。", by=campaigns.boss(city, clerk))
    city.settle()
    city.pay(given.gift)
    return given


def test_it_counts_for_the_campaign(city, campaign, clerk):
    given = gifts.give(campaign.account, 5_000, Guest(), mail="a@example.com")
    city.pay(given.gift)
    assert given.gift.organisation_id == clerk.organisation_id and given.gift.state == "committed"
    assert figures.of(campaign).received == 5_000 and figures.free(campaign) == 5_000
    assert campaign.title in notices.newest(1)[0].text


@pytest.mark.parametrize("stage", ["approved", "closed", "bank alone"])
def test_not_before_it_begins_nor_after_its_end_nor_where_it_is_not_meant_to_come(city, clerk, stage):
    if stage == "approved":
        campaign = campaigns.approved(city, clerk, starts_on=clock.today() + timedelta(days=12))
    elif stage == "closed":
        campaign = campaigns.closed(city, clerk)
    else:
        campaign = campaigns.live(city, clerk)
        with transaction():
            campaign.ways = "bank"
    with pytest.raises(NotOpen):
        gifts.give(campaign.account, 5_000, Guest())


def test_what_comes_after_its_end_waits_for_the_givers_choice(city, campaign, clerk):
    given = late(city, campaign, clerk)
    assert given.gift.state == "late" and ledger.held(f"unassigned:{clerk.organisation_id}") == 5_000
    assert figures.of(campaign).raised == 0 and figures.free(campaign) == 0
    assert given.secret in notices.newest(1)[0].text and not ledger.verify().wrong


def test_to_another_campaign_of_the_same_drive_first(city, campaign, clerk):
    given = late(city, campaign, clerk)
    bearer = Guest(digest(given.secret))
    with pytest.raises(NothingSimilar):
        gifts.choose(given.gift, "reroute", by=bearer)
    campaigns.live(city, clerk, title="别的季节", drive=next(d for d in drives.listed() if d != campaign.drive), days=90)
    near = campaigns.live(city, clerk, title="再暖一程")
    campaigns.live(city, campaigns.clerk(city, city.organisation()), title="别家的")
    gifts.choose(given.gift, "reroute", by=bearer)
    city.settle()
    assert (given.gift.state, given.gift.account) == ("committed", near.account)
    assert ledger.held(near.account) == 5_000 and "再暖一程" in notices.newest(2)[0].text + notices.newest(2)[1].text


@pytest.mark.parametrize("if_ended, state", [("refund", "cancelled"), ("fund", "moved"), ("reroute", "cancelled")])
def test_after_two_weeks_what_was_chosen_when_giving_is_done(city, campaign, clerk, hold, till, if_ended, state):
    given = late(city, campaign, clerk, if_ended)
    with hold(clock.now() + timedelta(days=15)):
        assert gifts.decide_late() == 1 and gifts.decide_late() == 0
        city.settle()
    assert given.gift.state == state and not ledger.verify().wrong


def test_nothing_that_came_is_spent_before_it_was_taken_in(city, campaign):
    gift = gifts.give(campaign.account, 5_000, Guest()).gift
    payment = city.payment(gift)
    city.event("checkout.session.completed", {"payment_status": "paid", "payment_intent": "pi_1",
                                              "metadata": {"payment": payment.ref}})
    while not ledger.held(campaign.account):
        outbox.drain(1)
    assert ledger.held(campaign.account) == 5_000 == hooks.late_fen(campaign.id) and figures.free(campaign) == 0
    city.settle()
    assert hooks.late_fen(campaign.id) == 0 and figures.free(campaign) == 5_000


def test_what_is_spoken_for_does_not_go_back(city, campaign, clerk):
    gift = gifts.give(campaign.account, 5_000, Guest()).gift
    city.pay(gift)
    service.allocating.to_purchase(campaign, campaign.lines[0], "棉被 1 条", 3_000, by=clerk)
    with pytest.raises(Spent):
        gifts.refund(gift, by=clerk)
    assert gift.state == "committed"


def test_its_monthly_gifts_end_with_it(city, campaign, clerk, till):
    monthly = gifts.give_monthly(campaign.account, 5_000, city.person("donor")).monthly
    till.bill("sub_1", "active", till.month("1"))
    city.begun(monthly, "sub_1")
    assert monthly.state == "active" and ledger.held(campaign.account) == 5_000
    service.close(campaign, "够了。", by=campaigns.boss(city, clerk))
    city.settle()
    assert (monthly.state, monthly.ended_why) == ("ended", "campaign_closed") and till.ended == ["sub_1"]
    assert campaign.title in notices.newest(1)[0].text


def test_a_transfer_to_it(city, campaign, clerk):
    slip = city.slip(clerk, account=campaign.account)
    gifts.confirm_slip(slip, by=campaigns.boss(city, clerk))
    city.settle()
    assert figures.of(campaign).received == 6_000 == ledger.balance(f"bank:{clerk.organisation_id}")
    assert db.session.query(Slip).one().purpose == f"gift:{db.session.query(Gift).one().id}"


def test_many_are_known_in_the_same_statements(city, campaign, clerk):
    counted: list[str] = []

    def count(connection, cursor, statement, *rest):
        counted.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        lengths = []
        for _ in range(3):
            campaigns.live(city, clerk)
            accounts = {one.account for one in db.session.query(Campaign)} | {f"fund:{clerk.organisation_id}"}
            counted.clear()
            assert len(targets.of_all(accounts)) == len(accounts)
            lengths.append(len(counted))
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(set(lengths)) == 1
