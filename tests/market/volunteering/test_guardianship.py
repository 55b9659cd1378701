"""Nobody meets a child alone: refused at the promise, at the time, at the door; and by the database where a verb forgot."""
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.matching import service as matching
from marketplace.market.matching.models import Proposal
from marketplace.market.pledges import service as pledges
from marketplace.market.volunteering import checks, service
from marketplace.market.volunteering.models import Appointment, VolunteerCheck
from marketplace.market.volunteering.rules import ChecksMissing, NotForChildren, SecondMissing, SecondUnfit
from marketplace.people.accounts.models import Guest
from tests import offers
from tests import volunteers as help_of


@pytest.fixture
def charity(city):
    return city.organisation()


def test_a_service_for_a_child_is_promised_by_checked_volunteers_of_the_charity_alone(city, charity):
    need = city.need(home=city.home(ages=(9, 40)), kind="service", category="tutoring", wanted=5, price_fen=0,
                     charity=charity)
    unchecked = help_of.volunteer(city, charity, papers=("identity", "guardianship"))
    elsewhere = help_of.volunteer(city, city.organisation())
    for giver, kinds in ((city.person("donor"), ()), (Guest(), ()), (help_of.user(unchecked), ("police",)),
                         (help_of.user(elsewhere), ())):
        held = pledges.reserve(need, 1, by=giver).pledge
        by = giver if giver.id else Guest(held.follow_digest)
        with pytest.raises(NotForChildren) as no:
            pledges.commit(held, by=by, phone="13900000000")
        assert no.value.kinds == kinds and held.state == "reserved"
    assert city.promise(need, 1, by=help_of.user(help_of.volunteer(city, charity))).state == "committed"
    assert city.promise(city.need(kind="service", category="company", charity=charity), 1).state == "committed"


def test_a_time_with_a_child_needs_papers_that_hold_that_day_and_a_second_adult_whom_a_worker_has_seen(city, charity):
    helper = help_of.volunteer(city, charity)
    me, worker = help_of.user(helper), help_of.worker(city)
    delivery = help_of.promised(city, me, charity, child=True)
    made = help_of.proposed(delivery, me)
    with pytest.raises(SecondMissing):
        service.confirm(made, by=worker)
    half = help_of.volunteer(city, charity, papers=("identity", "police"))
    for unfit in (half.user_id, me.id, worker.id):
        with pytest.raises(SecondUnfit):
            service.confirm(made, by=worker, second="volunteer", second_id=unfit)
    second = help_of.volunteer(city, charity)
    service.confirm(made, by=worker, second="volunteer", second_id=second.user_id)
    with clock.at(made.starts_at):
        for alone in (lambda: service.start(made, by=me), lambda: deliveries.arrive(delivery, by=worker)):
            with pytest.raises(SecondMissing):
                alone()
        service.attest(made, by=worker, second="guardian")
        police = db.session.scalars(select(VolunteerCheck).where(
            VolunteerCheck.volunteer_id == helper.id, VolunteerCheck.kind == "police")).one()
        service.take_back(helper, police.id, by=help_of.lead(city, charity))
        with pytest.raises(ChecksMissing) as no:
            service.start(made, by=me)
        assert no.value.kinds == ("police",)
        service.record(helper, "police", clock.today(), None, by=help_of.lead(city, charity))
        service.start(made, by=me)
        deliveries.arrive(delivery, by=worker)
    assert (made.state, made.second, made.second_id, made.seen_by) == ("present", "guardian", 0, worker.id)


def test_papers_must_hold_on_the_day_of_the_visit(city, charity):
    helper = help_of.volunteer(city, charity, papers=("identity", "guardianship"))
    me = help_of.user(helper)
    service.record(helper, "police", help_of.days_ago(350), None, by=help_of.lead(city, charity))
    delivery = help_of.promised(city, me, charity, child=True)
    with pytest.raises(ChecksMissing):
        help_of.proposed(delivery, me, starts_at=help_of.at(30))
    assert help_of.proposed(delivery, me, starts_at=help_of.at(5)).for_minor


def test_the_database_keeps_it_too(city, charity):
    me = help_of.user(help_of.volunteer(city, charity))
    made = help_of.proposed(help_of.promised(city, me, charity, child=True), me)
    now = clock.now()
    for state, facts in (("confirmed", {}), ("present", {"second": "worker", "started_at": now})):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(update(Appointment).where(Appointment.id == made.id).values(**{"state": state}, **facts))
    db.session.rollback()


def test_nobody_checks_themselves_and_no_paper_counts_longer_than_its_kind(city, charity):
    helper, lead = help_of.volunteer(city, charity, papers=()), help_of.lead(city, charity)
    with pytest.raises(ChecksMissing):
        service.approve(helper, by=lead)
    for stranger in (help_of.user(helper), help_of.lead(city, city.organisation()), city.person("social_worker")):
        with pytest.raises(NotAllowed):
            service.record(helper, "identity", clock.today(), None, by=stranger)
    until = service.record(helper, "police", clock.today(), clock.today() + timedelta(days=4000), by=lead).valid_until
    assert until - clock.today() in (timedelta(days=365), timedelta(days=366))
    for kind, issued, last in (("police", help_of.days_ago(400), None), ("identity", help_of.days_ago(-1), None),
                               ("palm", clock.today(), None)):
        with pytest.raises(Invalid):
            service.record(helper, kind, issued, last, by=lead)
    number = service.record(helper, "identity", clock.today(), None, by=lead, number="371402199001011234").number
    assert str(number) == "•••"
    service.approve(helper, by=lead)
    found = checks.papers([helper], clock.today())[helper.id]
    assert [(p.kind, p.standing) for p in found] == [("identity", "valid"), ("police", "valid"), ("guardianship", "missing")]
    with pytest.raises(WrongState):
        service.approve(helper, by=lead)


def test_hours_that_somebody_offered_are_proposed_to_a_child_only_when_their_giver_may_meet_one(city, charity):
    given = {"kind": "service", "category": "tutoring", "to_store": False}
    checked = help_of.user(help_of.volunteer(city, charity))
    half = help_of.user(help_of.volunteer(city, charity, papers=("identity", "guardianship")))
    offered = [offers.accepted(city, charity, 1, by=by, **given).id for by in (city.person("donor"), half, checked)]
    needs = {city.need(home=city.home(ages=ages), kind="service", category="tutoring", wanted=1, price_fen=0,
                       charity=charity).id: child for ages, child in (((9, 40), True), ((67,), False))}
    matching.run(charity.id, by=help_of.lead(city, charity))
    proposed = {needs[p.need_id]: p.offer_id for p in db.session.scalars(select(Proposal))}
    assert proposed[True] == offered[2] and proposed[False] in offered[:2]
    outcomes = matching.confirm_many(db.session.scalars(select(Proposal)).all(), by=help_of.lead(city, charity))
    assert [one.refusal for one in outcomes] == [None, None]
