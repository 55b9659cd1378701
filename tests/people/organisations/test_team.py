"""The people of a charity: invited by a link, given a post, shut out at once; and always somebody who manages."""
from datetime import timedelta

import pytest

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.people.accounts import invitations
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import Invitation, User
from marketplace.people.accounts.permissions import may
from marketplace.people.accounts.rules import InvitationOver, WrongPassword
from marketplace.people.organisations.queries import team as people
from marketplace.people.organisations.rules import LastManager
from marketplace.people.organisations.service import team

PASSWORD = "quilt kettle lantern"


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def manager(city, charity):
    return city.person("charity", organisation_id=charity.id)


@pytest.fixture
def clerk(city, charity):
    return city.person("charity", organisation_id=charity.id, post="clerk")


def member(manager, user):
    return next(m for m in people.people(manager) if m.user.id == user.id)


def test_an_invited_person_chooses_the_password_alone(manager):
    user, secret = team.invite("郑洁", " Zheng.Jie ", "clerk", by=manager)
    assert (user.username, user.post, user.organisation_id) == ("zheng.jie", "clerk", manager.organisation_id)
    assert member(manager, user).state == "invited"
    with pytest.raises(WrongPassword):
        accounts.sign_in_by_password("zheng.jie", "", "10.0.0.1")
    assert invitations.accept(secret, PASSWORD).id == user.id
    assert accounts.sign_in_by_password("zheng.jie", PASSWORD, "10.0.0.1").id == user.id
    assert member(manager, user).state == "open"


def test_a_link_works_once_and_three_days(manager, hold):
    _user, secret = team.invite("郑洁", "zheng", "clerk", by=manager)
    with hold(clock.now() + timedelta(days=3, seconds=1)):
        assert invitations.invited(secret) is None
        with pytest.raises(InvitationOver):
            invitations.accept(secret, PASSWORD)
    invitations.accept(secret, PASSWORD)
    with pytest.raises(InvitationOver):
        invitations.accept(secret, PASSWORD)


def test_the_secret_is_not_kept(manager):
    _user, secret = team.invite("郑洁", "zheng", "clerk", by=manager)
    kept = db.session.query(Invitation).one()
    assert secret not in kept.digest and len(kept.digest) == 64
    assert not db.session.query(audit.AuditEntry).filter(audit.AuditEntry.reason.contains(secret)).count()


def test_a_new_link_ends_the_old_one_and_then_the_old_password(manager, clerk):
    first = team.invite_again(clerk, by=manager)
    invitations.accept(first, PASSWORD)
    epoch = db.session.get_one(User, clerk.id).session_epoch
    second = team.invite_again(clerk, by=manager)
    third = team.invite_again(clerk, by=manager)
    assert accounts.sign_in_by_password(clerk.username, PASSWORD, "10.0.0.1")
    assert invitations.invited(second) is None
    invitations.accept(third, "another lantern kettle")
    with pytest.raises(WrongPassword):
        accounts.sign_in_by_password(clerk.username, PASSWORD, "10.0.0.1")
    assert db.session.get_one(User, clerk.id).session_epoch > epoch


@pytest.mark.parametrize("password, rule", [
    ("short", "password_short"), ("eleven char", "password_short"), ("x" * 201, "too_long"),
    ("zhengzhengzheng", "password_plain"), ("111111111111", "password_plain"), ("zheng12zheng", "password_plain")])
def test_a_password_must_be_hard_to_guess_and_the_link_stays(manager, password, rule):
    _user, secret = team.invite("郑洁", "zheng", "clerk", by=manager)
    with pytest.raises(Invalid) as no:
        invitations.accept(secret, password)
    assert (no.value.field, no.value.rule) == ("password", rule)
    assert invitations.invited(secret)


@pytest.mark.parametrize("name, username, post, field", [
    ("", "zheng", "clerk", "display_name"), ("郑洁", "", "clerk", "username"), ("郑洁", "no spaces", "clerk", "username"),
    ("郑洁", "-zheng", "clerk", "username"), ("郑洁", "郑洁", "clerk", "username"), ("郑洁", "zheng", "king", "post")])
def test_what_an_invitation_needs(manager, name, username, post, field):
    with pytest.raises(Invalid) as no:
        team.invite(name, username, post, by=manager)
    assert no.value.field == field and db.session.query(Invitation).count() == 0


def test_a_name_is_taken_once_in_the_whole_city(city, manager):
    team.invite("郑洁", "zheng", "clerk", by=manager)
    other = city.person("charity", organisation_id=city.organisation().id)
    with pytest.raises(Invalid) as no:
        team.invite("郑姐", "ZHENG", "clerk", by=other)
    assert no.value.rule == "username_taken"


@pytest.mark.parametrize("post", ["clerk", "storekeeper", "volunteer_lead"])
def test_only_the_manager_chooses_the_people(city, charity, manager, post):
    other = city.person("charity", organisation_id=charity.id, post=post)
    for act in (lambda: team.invite("郑洁", "zheng", "clerk", by=other), lambda: team.close(manager, by=other),
                lambda: team.change_post(manager, "clerk", by=other), lambda: team.invite_again(manager, by=other)):
        with pytest.raises(NotAllowed):
            act()
    assert not people.people(other)


def test_not_those_of_another_charity(city, manager, clerk):
    stranger = city.person("charity", organisation_id=city.organisation().id)
    for act in (lambda: team.close(clerk, by=stranger), lambda: team.change_post(clerk, "manager", by=stranger),
                lambda: team.invite_again(clerk, by=stranger), lambda: team.reopen(clerk, by=stranger)):
        with pytest.raises(NotAllowed):
            act()
    assert [m.user.id for m in people.people(stranger)] == [stranger.id]


def test_a_changed_post_holds_at_once(manager, clerk):
    team.change_post(clerk, "storekeeper", by=manager)
    assert not may(clerk, "delivery.purchase") and may(clerk, "delivery.dispatch")
    last = db.session.query(audit.AuditEntry).order_by(audit.AuditEntry.id.desc()).first()
    assert (last.capability, last.subject, last.reason) == ("team.change", f"user:{clerk.id}", "clerk to storekeeper")


def test_a_closed_account_is_out_everywhere_and_comes_back(manager, clerk):
    secret = team.invite_again(clerk, by=manager)
    key = clerk.get_id()
    team.close(clerk, by=manager)
    assert clerk.get_id() != key and not clerk.active and invitations.invited(secret) is None
    assert member(manager, clerk).state == "shut"
    with pytest.raises(WrongState):
        team.close(clerk, by=manager)
    with pytest.raises(WrongState):
        team.invite_again(clerk, by=manager)
    team.reopen(clerk, by=manager)
    assert clerk.active
    with pytest.raises(WrongState):
        team.reopen(clerk, by=manager)


def test_a_manager_does_not_judge_themselves(manager):
    for act in (lambda: team.close(manager, by=manager), lambda: team.change_post(manager, "clerk", by=manager),
                lambda: team.invite_again(manager, by=manager)):
        with pytest.raises(NotAllowed):
            act()


def test_managers_who_send_each_other_away_leave_one(city, charity, manager):
    """The first wins; the second's request had passed the door before."""
    other = city.person("charity", organisation_id=charity.id)
    team.close(other, by=manager)
    for act in (lambda: team.close(manager, by=other), lambda: team.change_post(manager, "clerk", by=other)):
        with pytest.raises(LastManager):
            act()
    assert db.session.get_one(User, manager.id).active


def test_an_officer_gives_a_lost_manager_a_new_link(city, charity, manager, clerk):
    officer = city.person("supervisor")
    secret = team.appoint_again(charity, manager, by=officer)
    assert invitations.invited(secret).id == manager.id
    with pytest.raises(NotAllowed):
        team.appoint_again(charity, clerk, by=officer)
    with pytest.raises(NotAllowed):
        team.appoint_again(charity, manager, by=city.person("supervisor", "371425"))
    with pytest.raises(NotAllowed):
        team.appoint_again(city.organisation(), manager, by=officer)
    made, _secret = team.appoint(charity, "新负责人", "new.manager", by=officer)
    assert (made.post, made.organisation_id) == ("manager", charity.id)


def test_nobody_but_people_of_a_charity_has_a_post(city):
    for role, post in (("donor", "manager"), ("charity", "")):
        with pytest.raises(Exception, match="post_of_charity"):
            accounts.create(role, post=post)
        db.session.rollback()
