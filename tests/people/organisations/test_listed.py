"""The officers' list: of the own area, what waits first, with numbers that fit the rows; and a manager's tasks."""
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from marketplace.core import clock
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.queries import listed
from marketplace.people.organisations.queries.listed import Wanted
from marketplace.people.organisations.queries.tasks import tasks
from marketplace.people.organisations.rules import CertificateDraft, CooperationDraft, certificate_task, standing
from marketplace.people.organisations.service import certificates, cooperations
from tests.city import picture

TODAY = date(2026, 7, 1)


def names(page):
    return [row[0].name for row in page.rows]


def send(city, charity, days=900):
    today = clock.today()
    draft = CertificateDraft("德慈募第009号", today - timedelta(5), today - timedelta(5), today + timedelta(days))
    return certificates.submit(charity, draft, picture(), by=city.person("charity", organisation_id=charity.id))


@pytest.fixture
def some(city):
    """One of each standing, in two counties."""
    today = clock.today()
    made = {"long": ("371402", 400), "soon": ("371402", 30), "over": ("371425", -10), "bare": ("371425", None)}
    found = {name: organisations.create(name, city.credit_code(), today + timedelta(days) if days else None, area_code=area)
             for name, (area, days) in made.items()}
    found["group"] = organisations.create("group", city.credit_code(), area_code="371402", kind="group")
    send(city, found["bare"])
    cooperations.agree(
        cooperations.propose(found["group"], found["long"], CooperationDraft("1", "夜灯", today, today + timedelta(9)),
                             by=city.person("charity", organisation_id=found["group"].id)),
        by=city.person("charity", organisation_id=found["long"].id))
    return found


def test_each_stands_as_it_does(city, some):
    found = listed.listed(city.person("supervisor"), Wanted())
    rows = {row.organisation.name: row for row in map(listed.row_of, found.rows)}
    assert {name: row.standing for name, row in rows.items()} == {
        "long": "valid", "soon": "ending", "over": "ended", "bare": "none", "group": "together"}
    assert {name for name, row in rows.items() if row.waiting_since} == {"bare"}


@pytest.mark.parametrize("need, found", [("", ["long", "soon", "group", "over", "bare"]), ("waiting", ["bare"]),
                                         ("ending", ["soon"]), ("without", ["over", "bare"]), ("valid", ["long"])])
def test_numbers_and_rows_agree(city, some, need, found):
    officer = city.person("supervisor")
    assert names(listed.listed(officer, Wanted(need=need))) == found
    assert listed.counts(officer)[need] == len(found)


def test_a_county_sees_its_own_alone(city, some):
    officer = city.person("supervisor", "371425")
    assert names(listed.listed(officer, Wanted())) == ["over", "bare"]
    assert listed.counts(officer) == {"": 2, "waiting": 1, "ending": 0, "without": 2, "valid": 0}
    assert [row.organisation.name for row in listed.waiting(officer)] == ["bare"]
    nobody = city.person("supervisor", "")
    assert not listed.listed(nobody, Wanted()).rows and not listed.waiting(nobody) and not listed.counts(nobody)[""]


def test_an_administrator_sees_all_and_checks_none(city, some):
    administrator = city.person("administrator")
    assert len(listed.listed(administrator, Wanted()).rows) == 5 and not listed.waiting(administrator)


@pytest.mark.parametrize("wanted, found", [
    (Wanted(area="371425"), ["over", "bare"]), (Wanted(query="LON"), ["long"]), (Wanted(query="on"), ["long", "soon"]),
    (Wanted(query="%"), []), (Wanted(area="371402", need="ending"), ["soon"])])
def test_it_is_narrowed(city, some, wanted, found):
    assert [n for n in names(listed.listed(city.person("supervisor"), wanted)) if n != "group"] == found


def test_it_is_found_by_its_code_and_turned_page_by_page(city, some):
    officer = city.person("supervisor")
    code = some["soon"].credit_code
    assert names(listed.listed(officer, Wanted(query=code.lower()))) == ["soon"]
    first = listed.listed(officer, Wanted(), size=2)
    second = listed.listed(officer, Wanted(), first.after, size=2)
    third = listed.listed(officer, Wanted(), second.after, size=2)
    assert names(first) + names(second) + names(third) == ["long", "soon", "group", "over", "bare"] and not third.after


@pytest.mark.parametrize("held, last, together, called", [
    (True, 60, False, "ending"), (True, 61, False, "valid"), (True, 0, False, "ending"), (False, -1, False, "ended"),
    (False, 1, False, "coming"), (False, None, False, "none"), (False, None, True, "together"), (True, 0, True, "ending")])
def test_what_a_standing_is_called(held, last, together, called):
    """`last` counts from today."""
    assert standing(held, None if last is None else TODAY + timedelta(last), TODAY, together) == called


def paper(state, first=-100, last=400):
    return SimpleNamespace(state=state, valid_from=TODAY + timedelta(first), valid_until=TODAY + timedelta(last))


@pytest.mark.parametrize("papers, cooperates, task", [
    ([], False, "none"), ([], True, ""), ([paper("submitted")], False, ""), ([paper("approved")], False, ""),
    ([paper("approved", last=60)], False, "ending"), ([paper("approved", last=60), paper("submitted")], False, ""),
    ([paper("approved", last=60), paper("approved", first=60)], False, ""),
    ([paper("approved", last=60), paper("refused")], False, "refused"), ([paper("approved", last=-1)], False, "ended"),
    ([paper("approved", last=-1)], True, "ended"), ([paper("revoked")], False, "revoked"),
    ([paper("withdrawn")], False, "none"), ([paper("approved"), paper("refused")], False, "")])
def test_what_a_manager_has_to_do_about_certificates(papers, cooperates, task):
    assert certificate_task(papers, TODAY, cooperates)[0] == task


def test_tasks_are_the_managers(city, some):
    today = clock.today()
    soon = some["soon"]
    manager = city.person("charity", organisation_id=soon.id)
    partner = organisations.create("partner", city.credit_code(), kind="company")
    cooperations.propose(partner, soon, CooperationDraft("2", "书包", today, today + timedelta(9)),
                         by=city.person("charity", organisation_id=partner.id))
    assert [(t.kind, t.on) for t in tasks(manager, soon)] == [
        ("ending", today + timedelta(30)), ("answer_cooperation", None)]
    for post in ("clerk", "storekeeper", "volunteer_lead"):
        assert not tasks(city.person("charity", organisation_id=soon.id, post=post), soon)
    assert not tasks(city.person("charity", organisation_id=partner.id), partner)
