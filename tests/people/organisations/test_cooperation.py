"""Raising funds together: one without a certificate, one with it, and both managers say yes."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.people.organisations import queries
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.queries import papers
from marketplace.people.organisations.rules import CooperationDraft, NotCertified, WaitsAlready
from marketplace.people.organisations.service import certificates, cooperations


def draft(**more):
    today = clock.today()
    return CooperationDraft(**{"number": "HZ-2026-01", "purpose": "为独居老人筹集夜灯", "signed_on": today - timedelta(3),
                               "valid_until": today + timedelta(200), **more})


@pytest.fixture
def partner(city):
    return organisations.create("晚晴互助社", city.credit_code(), kind="group")


@pytest.fixture
def ours(city, partner):
    return city.person("charity", organisation_id=partner.id)


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def theirs(city, charity):
    return city.person("charity", organisation_id=charity.id)


def test_it_counts_when_the_charity_has_agreed(partner, ours, charity, theirs):
    made = cooperations.propose(partner, charity, draft(), by=ours)
    assert queries.cooperation(partner.id) is None and not queries.may_raise(partner.id)
    cooperations.agree(made, by=theirs)
    found = queries.cooperation(partner.id)
    assert found and found.charity_id == charity.id and found.agreed_by == theirs.id
    assert queries.may_raise(partner.id) and queries.certificate(partner.id) is None
    assert queries.cooperation(charity.id) is None, "the charity raises by its own certificate"


def test_it_counts_on_its_days_alone(partner, ours, charity, theirs):
    made = cooperations.propose(partner, charity, draft(), by=ours)
    cooperations.agree(made, by=theirs)
    held = queries.certificate(charity.id)
    assert queries.cooperation(partner.id, held.valid_from)
    for day in (made.signed_on - timedelta(1), made.valid_until + timedelta(1), held.valid_from - timedelta(1)):
        assert queries.cooperation(partner.id, day) is None


def test_it_ends_with_the_certificate_of_the_charity(city, partner, ours, charity, theirs):
    cooperations.agree(cooperations.propose(partner, charity, draft(), by=ours), by=theirs)
    certificates.revoke(queries.certificate(charity.id), "证书已注销", by=city.person("supervisor"))
    assert queries.cooperation(partner.id) is None and not queries.may_raise(partner.id)


def test_the_partner_does_not_agree_with_itself(partner, ours, charity):
    made = cooperations.propose(partner, charity, draft(), by=ours)
    with pytest.raises(NotAllowed):
        cooperations.agree(made, by=ours)


@pytest.mark.parametrize("post", ["clerk", "storekeeper", "volunteer_lead"])
def test_only_managers_propose_and_agree(city, partner, ours, charity, post):
    with pytest.raises(NotAllowed):
        cooperations.propose(partner, charity, draft(), by=city.person("charity", organisation_id=partner.id, post=post))
    made = cooperations.propose(partner, charity, draft(), by=ours)
    with pytest.raises(NotAllowed):
        cooperations.agree(made, by=city.person("charity", organisation_id=charity.id, post=post))


def test_strangers_see_and_do_nothing(city, partner, ours, charity):
    made = cooperations.propose(partner, charity, draft(), by=ours)
    stranger = city.person("charity", organisation_id=city.organisation().id)
    for act in (lambda: cooperations.agree(made, by=stranger), lambda: cooperations.withdraw(made, by=stranger),
                lambda: cooperations.decline(made, "不", by=stranger), lambda: cooperations.end(made, "不", by=stranger)):
        with pytest.raises(NotAllowed):
            act()


def test_a_charity_without_a_certificate_helps_nobody(city, partner, ours):
    bare = organisations.create("无证书慈善会", city.credit_code())
    with pytest.raises(NotCertified):
        cooperations.propose(partner, bare, draft(), by=ours)
    assert bare.id not in {o.id for o in papers.certified()}


def test_a_charity_that_lost_its_certificate_cannot_agree(city, partner, ours, charity, theirs):
    made = cooperations.propose(partner, charity, draft(), by=ours)
    certificates.revoke(queries.certificate(charity.id), "证书已注销", by=city.person("supervisor"))
    with pytest.raises(NotCertified):
        cooperations.agree(made, by=theirs)


def test_either_side_ends_it_and_says_why(partner, ours, charity, theirs):
    for who in (ours, theirs):
        made = cooperations.propose(partner, charity, draft(), by=ours)
        cooperations.agree(made, by=theirs)
        cooperations.end(made, "项目已完成。", by=who)
        assert (made.state, made.reason) == ("ended", "项目已完成。") and queries.cooperation(partner.id) is None
    with pytest.raises(WrongState):
        cooperations.end(made, "再来一次", by=ours)


def test_a_proposal_is_declined_or_taken_back_and_made_again(partner, ours, charity, theirs):
    first = cooperations.propose(partner, charity, draft(), by=ours)
    with pytest.raises(WaitsAlready):
        cooperations.propose(partner, charity, draft(), by=ours)
    cooperations.decline(first, "协议没有盖章。", by=theirs)
    second = cooperations.propose(partner, charity, draft(), by=ours)
    cooperations.withdraw(second, by=ours)
    third = cooperations.propose(partner, charity, draft(), by=ours)
    assert [item.cooperation.id for item in papers.cooperations(partner.id)] == [third.id, second.id, first.id]


@pytest.mark.parametrize("change, field, rule", [
    ({"number": ""}, "number", "empty"), ({"purpose": "x" * 201}, "purpose", "too_long"),
    ({"signed_on": 1}, "signed_on", "not_come"), ({"valid_until": -4}, "valid_until", "days_turned"),
    ({"valid_until": -1}, "valid_until", "over")])
def test_what_cannot_stand_in_an_agreement(partner, ours, charity, change, field, rule):
    change = {name: clock.today() + timedelta(value) if isinstance(value, int) else value for name, value in change.items()}
    with pytest.raises(Invalid) as no:
        cooperations.propose(partner, charity, draft(**change), by=ours)
    assert (no.value.field, no.value.rule) == (field, rule)


def test_nobody_cooperates_with_themselves(charity, theirs):
    with pytest.raises(Invalid):
        cooperations.propose(charity, charity, draft(), by=theirs)
