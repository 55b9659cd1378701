"""Taking up an organisation: by an officer of the area on the site, or from the command line."""
from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.extensions import db
from marketplace.people.accounts import invitations
from marketplace.people.accounts.models import User
from marketplace.people.organisations import queries
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.models import Organisation


def draft(city, **more):
    return organisations.OrganisationDraft(**{
        "name": "德城区向阳公益社", "english": "Sunward Society", "credit_code": city.credit_code(), "kind": "charity",
        "area_code": "371402", "registered_on": clock.today() - timedelta(900), "manager_name": "向阳 李岚",
        "manager_username": "xiangyang", **more})


def test_an_officer_takes_one_up_with_its_first_manager(city):
    made, manager, secret = organisations.found(draft(city), by=city.person("supervisor", "371402"))
    assert (made.area_code, made.kind, manager.post, manager.organisation_id) == ("371402", "charity", "manager", made.id)
    assert invitations.invited(secret).id == manager.id
    assert queries.certificate(made.id) is None and not queries.may_raise(made.id)


@pytest.mark.parametrize("role, area", [("supervisor", "371425"), ("supervisor", ""), ("charity", ""),
                                        ("social_worker", "3714")])
def test_nobody_else_does(city, role, area):
    with pytest.raises(NotAllowed):
        organisations.found(draft(city), by=city.person(role, area))
    assert db.session.query(Organisation).count() == 0


def test_a_name_that_is_taken_leaves_nothing_behind(city):
    officer = city.person("administrator")
    organisations.found(draft(city), by=officer)
    with pytest.raises(Invalid) as no:
        organisations.found(draft(city), by=officer)
    assert no.value.field == "username" and db.session.query(Organisation).count() == 1


@pytest.mark.parametrize("change, field, rule", [
    ({"name": " "}, "name", "empty"), ({"credit_code": "53371400MJD0000011"}, "credit_code", "credit_code"),
    ({"credit_code": ""}, "credit_code", "credit_code"), ({"area_code": "110101"}, "area_code", "unknown"),
    ({"kind": "bank"}, "kind", "unknown")])
def test_what_cannot_be(city, change, field, rule):
    with pytest.raises(Invalid) as no:
        organisations.found(draft(city, **change), by=city.person("administrator"))
    assert (no.value.field, no.value.rule) == (field, rule)
    assert db.session.query(User).filter_by(role="charity").count() == 0


def test_a_code_is_taken_once_however_it_is_typed(city):
    code = city.credit_code()
    made = organisations.create("第一家", f" {code.lower()[:9]} {code.lower()[9:]}")
    assert made.credit_code == code
    with pytest.raises(Invalid) as no:
        organisations.create("第二家", code)
    assert no.value.rule == "taken"


def run(app, *words):
    return app.test_cli_runner().invoke(args=list(words))


def test_from_the_command_line_with_and_without_a_certificate(app, city):
    until = clock.today() + timedelta(500)
    told = run(app, "organisations", "create", "德州市同心慈善会", "--credit-code", city.credit_code(), "--qualified-until",
               str(until), "--certificate", "德慈募第001号", "--registered-on", "2016-09-01")
    held = queries.certificate(int(told.output))
    assert (held.valid_until, held.number, held.issued_on, held.checked_by) == (until, "德慈募第001号", None, 0)
    bare = run(app, "organisations", "create", "德州暖阳公司", "--credit-code", city.credit_code(), "--kind", "company")
    assert queries.certificate(int(bare.output)) is None
    wrong = run(app, "organisations", "create", "错码", "--credit-code", "53371400MJD0000011")
    assert wrong.exit_code == 1 and "credit code" in wrong.output


def test_people_of_a_charity_from_the_command_line(app, city):
    charity = str(city.organisation().id)
    password = ("--name", "陈静", "--password", "a long password here")
    assert run(app, "accounts", "create", "charity", "first", "--organisation", charity, *password).exit_code == 0
    assert run(app, "accounts", "create", "charity", "second", "--organisation", charity, "--post", "storekeeper",
               *password).exit_code == 0
    posts = {user.username: user.post for user in db.session.query(User).filter(User.username.in_(("first", "second")))}
    assert posts == {"first": "manager", "second": "storekeeper"}
    for words in (("charity", "third"), ("supervisor", "third", "--post", "clerk"),
                  ("supervisor", "third", "--organisation", charity)):
        assert run(app, "accounts", "create", *words, *password).exit_code == 1
