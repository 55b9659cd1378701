"""Who went to a household, and what came of it."""
import pytest
from sqlalchemy import select

from marketplace.assistance.policies import service
from marketplace.assistance.policies.models import Outreach
from marketplace.assistance.policies.service.outreach import BY_WORKERS
from marketplace.core import clock
from marketplace.core.audit import AuditEntry
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.extensions import db
from tests.city import OTHER_TOWN, TOWN


def contacts() -> list[tuple]:
    return [tuple(row) for row in db.session.execute(select(Outreach.household_id, Outreach.by_id, Outreach.kind))]


@pytest.mark.parametrize("what", BY_WORKERS)
def test_a_worker_of_the_area_notes_what_came_of_it(city, hold, what):
    home, worker = city.home(category=""), city.person("social_worker", TOWN)
    with hold(clock.now()):
        contact = service.record(home, what, by=worker)
        assert contact.at == clock.now()
    assert contacts() == [(home.id, worker.id, what)]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.capability == "outreach.record")).one()
    assert (entry.actor_id, entry.subject, entry.reason) == (worker.id, f"household:{home.id}", what)


def test_nobody_else_does(city):
    home = city.home()
    for by in (city.person("social_worker", OTHER_TOWN), city.person("supervisor"), city.person("administrator"),
               city.person("donor"), city.beneficiary(home), city.person("social_worker", TOWN, household_id=home.id)):
        with pytest.raises(NotAllowed):
            service.record(home, "visited", by=by)
    assert contacts() == []


@pytest.mark.parametrize("what", ["wished", "", "other"])
def test_a_kind_that_workers_do_not_have_is_refused(city, what):
    with pytest.raises(Invalid):
        service.record(city.home(), what, by=city.person("social_worker", TOWN))
    assert contacts() == []


def test_a_wish_is_a_contact(city):
    home = city.home()
    service.wished(home.id, 7)
    assert contacts() == [(home.id, 7, "wished")]
