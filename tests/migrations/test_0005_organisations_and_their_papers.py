"""Who might raise funds before may do so to the same day; who worked for a charity manages it; all else is as it was."""
from datetime import date, timedelta

import pytest
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import may
from marketplace.people.organisations import queries
from marketplace.people.organisations.models import Certificate, Organisation
from tests.migrations import before

LONG_OVER = date(2020, 1, 31)


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    """A city of before, with a charity whose qualification is over and that nobody wrote down."""
    with before.city_of("0002", app, kind, tmp_path, request):
        upgrade(revision="0004")
        with db.engine.begin() as connection:
            connection.execute(text(
                "INSERT INTO organisation (id, name, english, credit_code, qualified_until, area_code) "
                "VALUES (90, '旧慈善会', '', '51370000500000000X', :day, '371425')"), {"day": LONG_OVER})
        yield


def read(statement: str) -> list:
    with db.engine.connect() as connection:
        return connection.execute(text(statement)).all()


def day(value) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def test_everybody_may_raise_funds_to_the_same_day_as_before(old):
    known = {number: day(until) for number, until in read("SELECT id, qualified_until FROM organisation")}
    upgrade()
    kept = {c.organisation_id: c for c in db.session.query(Certificate)}
    assert {number: c.valid_until for number, c in kept.items()} == known and len(known) > 2
    for number, until in known.items():
        may_still = until >= clock.today()
        assert (queries.certificate(number) is not None) == may_still, number
        assert (kept[number].state, kept[number].number, kept[number].picture) == ("approved", "", "")
        assert queries.certificate(number, until) and queries.certificate(number, until + timedelta(1)) is None
    assert (kept[90].valid_from, kept[90].area_code) == (LONG_OVER, "371425")


def test_a_certificate_counts_from_the_day_the_charity_was_taken_up(old):
    taken_up = read("SELECT MIN(at) FROM audit_entry WHERE capability = 'organisation.create'")[0][0]
    upgrade()
    first = db.session.query(Certificate).order_by(Certificate.organisation_id).first()
    assert first.recorded_at.strftime("%F %T") == (str(taken_up)[:19] if isinstance(taken_up, str)
                                                   else taken_up.astimezone(first.recorded_at.tzinfo).strftime("%F %T"))
    assert first.valid_from == first.recorded_at.astimezone(clock.CITY).date()


def test_organisations_are_charities_and_nothing_else_changed(old):
    statement = "SELECT id, name, english, credit_code, area_code FROM organisation ORDER BY id"
    known = read(statement)
    upgrade()
    assert read(statement) == known
    assert {(o.kind, o.registered_on) for o in db.session.query(Organisation)} == {("charity", None)}


def test_people_of_a_charity_manage_it_and_others_have_no_post(old):
    statement = ('SELECT id, role, username, password_hash, organisation_id, household_id, active, session_epoch '
                 'FROM "user" ORDER BY id')
    known = read(statement)
    upgrade()
    assert read(statement) == known
    people = db.session.query(User).all()
    assert {user.post for user in people if user.role == "charity"} == {"manager"}
    assert {user.post for user in people if user.role != "charity"} == {""}
    assert all(may(user, "delivery.purchase") for user in people if user.role == "charity")


FORBIDDEN = (
    "UPDATE \"user\" SET post = 'manager' WHERE role = 'donor'", "UPDATE \"user\" SET post = '' WHERE role = 'charity'",
    "UPDATE \"user\" SET role = 'king' WHERE role = 'donor'", "UPDATE organisation SET kind = 'bank'",
    "UPDATE certificate SET state = 'lost'", "UPDATE certificate SET valid_until = '2000-01-01'")


def test_the_database_knows_the_rules_of_before_and_of_now(old):
    upgrade()
    assert [statement for statement in FORBIDDEN if not before.refused(statement, IntegrityError)] == []
