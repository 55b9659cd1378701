"""Nobody meets a child alone: refused at the promise, at the time, at the door; and by the database where a verb forgot."""
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.exc import IntegrityError

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.matching import service as matching
from marketplace.market.matching.models import Proposal
from marketplace.market.offers.models import Offer
from marketplace.market.pledges import service as pledges
from marketplace.market.volunteering import checks, guarding, service
from marketplace.market.volunteering.models import Appointment, VolunteerCheck
from marketplace.market.volunteering.queries import appointments
from marketplace.market.volunteering.rules import (
    ChecksMissing,
    NotApproved,
    NotForChildren,
    NotNow,
    SecondMissing,
    SecondUnfit,
    WorkerMissing,
)
from marketplace.network.registry.models import Person
from marketplace.people.accounts.models import Guest
from marketplace.people.notices import queries as notices
from tests import offers
from tests import volunteers as help_of


@pytest.fixture
def charity(city):
    return city.organisation()


def statements(act):
    """How many statements it takes."""
    told = []

    def tell(*_facts):
        told.append(1)

    event.listen(db.engine, "before_cursor_execute", tell)
    act()
    event.remove(db.engine, "before_cursor_execute", tell)
    return len(told)


def grow_younger(home, years):
    """Somebody else of this age lives there now in place of the second member."""
    db.session.execute(update(Person).where(Person.id == max(
        db.session.scalars(select(Person.id).where(Person.household_id == home.id))))
        .values(birth_date=clock.today() - timedelta(days=365 * years)))
    db.session.commit()


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


def test_where_a_child_lives_it_is_met_whoever_wishes_and_is_looked_at_anew_each_time(city, charity):
    home, at_home = city.home(ages=(40, 30)), {"kind": "service", "wanted": 3, "price_fen": 0, "charity": charity}
    need = city.need(home=home, category="company", **at_home)
    me, worker = help_of.user(help_of.volunteer(city, charity, papers=("identity",))), help_of.worker(city)
    delivery = db.session.get_one(Delivery, city.promise(need, 1, by=me).delivery_id)
    early, made = (help_of.confirmed(city, delivery, me, second="", starts_at=help_of.at(day)) for day in (3, 4))
    assert not made.for_minor
    grow_younger(home, 9)
    for giver, kinds in ((city.person("donor"), ()), (me, ("police", "guardianship"))):
        with pytest.raises(NotForChildren) as no:
            city.promise(need, 1, by=giver)
        assert no.value.kinds == kinds
    with pytest.raises(ChecksMissing):
        help_of.proposed(delivery, me, starts_at=help_of.at(6))
    assert not service.propose(delivery, help_of.at(6), help_of.at(6, 11), "station", by=me).for_minor
    with pytest.raises(NotForChildren):
        city.promise(city.need(home=city.home(ages=(67,)), category="tutoring", **at_home), 1)
    with clock.at(early.starts_at), pytest.raises(ChecksMissing):
        service.start(early, by=me)
    for kind in ("police", "guardianship"):
        service.record(guarding.approved(me.id, charity.id), kind, clock.today(), None, by=help_of.lead(city, charity))
    with clock.at(made.starts_at):
        for alone in (lambda: service.start(made, by=me), lambda: deliveries.arrive(delivery, by=worker),
                      lambda: service.attest(made, by=worker, second="")):
            with pytest.raises(SecondMissing):
                alone()
        service.attest(made, by=worker, second="guardian")
        service.start(made, by=me)
        deliveries.arrive(delivery, by=worker)
    assert (made.state, made.for_minor, made.second) == ("present", True, "guardian")


def test_who_pauses_or_has_ended_comes_to_nobody_and_a_stranger_to_a_home_with_the_worker_alone(city, charity):
    helper, lead, worker = help_of.volunteer(city, charity), help_of.lead(city, charity), help_of.worker(city)
    me = help_of.user(helper)
    delivery = help_of.promised(city, me, charity)
    agreed, waits = help_of.confirmed(city, delivery, me, second=""), help_of.proposed(delivery, me, starts_at=help_of.at(5))
    begun = help_of.confirmed(city, delivery, me, second="", starts_at=help_of.at(2))
    with clock.at(begun.starts_at):
        service.pause(helper, by=lead)
        assert (agreed.state, waits.state, begun.state) == ("open", "open", "confirmed")
        for act in (lambda: help_of.proposed(delivery, me, starts_at=help_of.at(6)), lambda: service.start(begun, by=me),
                    lambda: deliveries.arrive(delivery, by=worker)):
            with pytest.raises(NotApproved):
                act()
        service.end(helper, "trust", by=lead)
        need = city.need(kind="service", category="company", wanted=2, price_fen=0, charity=charity)
        for act in (lambda: help_of.proposed(delivery, me, starts_at=help_of.at(6)), lambda: city.promise(need, 1, by=me)):
            with pytest.raises(NotApproved):
                act()
    assert appointments.standing(begun).state == "ended"
    stranger = city.person("donor")
    theirs = db.session.get_one(Delivery, city.promise(need, 1, by=stranger).delivery_id)
    there = service.propose(theirs, help_of.at(3), help_of.at(3, 11), "station", by=stranger)
    service.confirm(there, by=worker)
    made = help_of.proposed(theirs, stranger, starts_at=help_of.at(4))
    for second in ("", "guardian"):
        with pytest.raises(WorkerMissing):
            service.confirm(made, by=worker, second=second)
    service.confirm(made, by=worker, second="worker")
    assert appointments.standing(made).seconds == ("worker",) and not made.for_minor
    with clock.at(made.starts_at):
        with pytest.raises(WorkerMissing):
            service.start(made, by=stranger)
        service.attest(made, by=worker, second="")
        service.start(made, by=stranger)


def test_a_second_adult_who_does_not_come_is_missed_before_it_begins(city, charity):
    me, worker = help_of.user(help_of.volunteer(city, charity)), help_of.worker(city)
    delivery = help_of.promised(city, me, charity, child=True)
    made = help_of.proposed(delivery, me)

    def with_second():
        second = help_of.volunteer(city, charity)
        service.confirm(made, by=worker, second="volunteer", second_id=second.user_id)
        return second, help_of.user(second)

    _one, along = with_second()
    told = len(notices.newest(100))
    with pytest.raises(NotAllowed):
        service.step_back(made, by=me)
    service.step_back(made, by=along)
    assert (made.state, made.second, made.second_id, len(notices.newest(100))) == ("proposed", "", 0, told + 1)
    second, along = with_second()
    with clock.at(made.starts_at - timedelta(hours=2)), pytest.raises(Invalid):
        service.step_back(made, by=along)
    with clock.at(made.starts_at - timedelta(minutes=59)):
        service.attest(made, by=worker, second="")
        service.pause(second, by=help_of.lead(city, charity))
        assert (made.state, made.seen_at) == ("proposed", None)
        second, along = with_second()
        service.attest(made, by=worker, second="")
    with clock.at(made.starts_at):
        with pytest.raises(NotNow):
            service.step_back(made, by=along, words="病了")
        with pytest.raises(SecondMissing):
            service.start(made, by=me)
        service.attest(made, by=worker, second="")
        service.leave(second, by=along)
        with pytest.raises(SecondUnfit):
            service.start(made, by=me)
        service.attest(made, by=worker, second="guardian")
        service.start(made, by=me)
    assert made.state == "present"


def test_another_name_is_another_identity_to_look_at(city, charity):
    helper = help_of.volunteer(city, charity)
    me = help_of.user(helper)
    assert not service.edit(helper, help_of.profile(name="周小明 "), by=me)
    delivery = help_of.promised(city, me, charity)
    assert service.edit(helper, help_of.profile(name="别的人"), by=me)
    assert checks.papers([helper], clock.today())[helper.id][0].standing == "missing"
    with pytest.raises(ChecksMissing) as no:
        help_of.proposed(delivery, me)
    assert no.value.kinds == ("identity",)


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
                               ("palm", clock.today(), None), ("identity", clock.today(), help_of.days_ago(5)),
                               ("identity", help_of.days_ago(50), help_of.days_ago(5))):
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
    given = {"kind": "service", "category": "company", "to_store": False}
    checked = help_of.user(help_of.volunteer(city, charity))
    half = help_of.user(help_of.volunteer(city, charity, papers=("identity", "guardianship")))
    offered = [offers.accepted(city, charity, 1, by=by, **given).id for by in (city.person("donor"), half, checked)]
    offered.append(offers.accepted(city, charity, 1, by=checked, **given).id)
    needs = {city.need(home=city.home(ages=ages), kind="service", category="company", wanted=1, price_fen=0,
                       charity=charity).id: ages for ages in ((9, 40), (40, 9), (67,))}
    matching.run(charity.id, by=help_of.lead(city, charity))
    proposed = {needs[p.need_id]: p.offer_id for p in db.session.scalars(select(Proposal))}
    assert {proposed[9, 40], proposed[40, 9]} == set(offered[2:]) and proposed[67,] in offered[:2]
    found = db.session.scalars(select(Offer)).all()
    assert statements(lambda: guarding.fit_for_children(found)) == statements(lambda: guarding.fit_for_children(found[:1]))
    outcomes = matching.confirm_many(db.session.scalars(select(Proposal)).all(), by=help_of.lead(city, charity))
    assert [one.refusal for one in outcomes] == [None] * 3
