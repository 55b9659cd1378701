"""A certificate says what households confirmed, once; who checks it sees whether it holds, and what took its place."""
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.core import clock, proof
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.attestations import proof as proven
from marketplace.market.attestations import public, queries, rules, service
from marketplace.market.attestations.models import AttestedService
from marketplace.market.attestations.rules import AskedBefore, NothingServed
from tests import service as help_of


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def helper(city, charity):
    """A volunteer with 6 hours and 2 visits that were confirmed, and 9 hours that were not."""
    giver = city.person("volunteer")
    help_of.done(city, giver, 6, charity)
    help_of.done(city, giver, 2, charity, "次")
    help_of.done(city, giver, 9, charity, confirmed=False)
    help_of.done(city, giver, 5, city.organisation())
    return giver


def certified():
    return db.session.scalar(select(func.count()).select_from(AttestedService))


def test_it_says_what_was_confirmed_for_this_charity_and_stays_so(city, charity, helper):
    made = help_of.issued(city, helper, charity)
    shown = public.one(made.number.lower().replace("-", " "))
    assert shown.attestation.id == made.id and shown.replaced_by is None and made.in_force
    assert (made.hours, made.visits, made.services, made.contents) == (6, 2, 2, [("company", 6, 2, 0)])
    assert (made.organisation, made.credit_code, made.giver) == (charity.name, charity.credit_code, "周**")
    assert service.holder(made) == "周小明"
    help_of.done(city, helper, 3, charity)
    assert made.hours == 6 and proven.standing(made).state == "waiting"
    with clock.at(clock.now() + timedelta(days=1)):
        proof.publish()
        assert proven.standing(made).state == "proven"
    made.hours = 60
    assert proven.standing(made).state == "broken"


def test_a_newer_one_over_the_same_days_takes_its_place_and_no_service_counts_twice(city, charity, helper):
    first = help_of.issued(city, helper, charity)
    with pytest.raises(NothingServed):
        service.ask(charity.id, clock.today() - timedelta(days=9), clock.today() - timedelta(days=5), "周小明", by=helper)
    help_of.done(city, helper, 1, charity)
    newer = help_of.asked(helper, charity, 3)
    assert list(queries.overlapping(newer)) == [first]
    service.issue(newer, by=help_of.lead(city, charity))
    shown = public.one(first.number)
    assert (shown.attestation.state, shown.replaced_by.number) == ("replaced", newer.number)
    assert (newer.hours, newer.services, certified()) == (7, 3, 3)
    with pytest.raises(WrongState):
        service.revoke(first, "asked_for", by=help_of.lead(city, charity))


def test_who_may_what(city, charity, helper):
    asked = help_of.asked(helper, charity)
    with pytest.raises(AskedBefore):
        help_of.asked(helper, charity)
    for stranger in (helper, help_of.lead(city, city.organisation()), city.person("charity", organisation_id=charity.id,
                                                                               post="storekeeper")):
        with pytest.raises(NotAllowed):
            service.issue(asked, by=stranger)
    assert not public.one(str(asked.number)) and public.one("FW-2026-AAAA-BBBB-CCCC") is None
    with pytest.raises(NotAllowed):
        service.take_back(asked, by=city.person("volunteer"))
    service.take_back(asked, by=helper)
    with pytest.raises(WrongState):
        service.issue(asked, by=help_of.lead(city, charity))
    assert queries.mine(helper) == [] and help_of.asked(helper, charity).state == "asked"


def test_the_charity_takes_its_word_back_with_a_reason_and_may_give_it_anew(city, charity, helper):
    lead = help_of.lead(city, charity)
    made = help_of.issued(city, helper, charity)
    with pytest.raises(Invalid):
        service.revoke(made, "因为他是坏人", by=lead)
    service.revoke(made, "wrong_hours", by=lead)
    assert public.one(made.number).attestation.reason == "wrong_hours" and not made.in_force and certified() == 0
    again = help_of.issued(city, helper, charity)
    assert again.in_force and again.number != made.number and made.replaced_by_id is None
    refused = help_of.asked(helper, charity)
    service.decline(refused, "name", by=lead)
    assert refused.state == "declined" and [m.attestation.state for m in queries.mine(helper)] == [
        "declined", "issued", "revoked"]
    assert queries.counts(lead) == {"declined": 1, "issued": 1, "revoked": 1}


def test_days_names_and_numbers_are_looked_at():
    today, day = clock.today(), timedelta(days=1)
    for first, last, field in ((today, today + day, "last_on"), (today, today - day, "first_on")):
        with pytest.raises(Invalid) as no:
            rules.check_days(first, last, today)
        assert no.value.field == field
    for name in ("", "123", "长" * 61):
        with pytest.raises(Invalid):
            rules.holder_name(name)
    number = rules.new_number(2026)
    assert rules.normal_number(f" {number.lower()} ") == number and not rules.normal_number(number[:-1] + "?")
