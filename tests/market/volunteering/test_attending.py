"""Time counts from coming to going, in whole quarters, once; what was forgotten is closed by who says how they know it."""
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.attestations import service as attestations
from marketplace.market.deliveries import service as deliveries
from marketplace.market.volunteering import hours, service
from marketplace.market.volunteering.models import AppointmentAsk
from marketplace.market.volunteering.rules import NotNow, TimeTaken
from tests import service as certificates
from tests import volunteers as help_of
from tests.market.volunteering.test_replacing import household_confirms


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def me(city, charity):
    return help_of.user(help_of.volunteer(city, charity))


def test_hours_are_those_that_were_checked_in_and_none_twice(city, charity, me):
    delivery = help_of.promised(city, me, charity, units=8)
    for day, minutes in ((3, 119), (4, 52)):
        help_of.served(city, help_of.confirmed(city, delivery, me, starts_at=help_of.at(day)), minutes)
    assert hours.served(me.id) == []
    with clock.at(help_of.at(5)):
        household_confirms(city, delivery)
        certificates.done(city, me, 3, charity)
        certificates.done(city, me, 2, charity, "次")
        assert hours.totals(hours.served(me.id)) == hours.Total(105 + 45 + 180, 2)
        made = certificates.issued(city, me, charity)
        assert (made.hours, made.minutes, made.visits, made.services) == (5, 30, 2, 3)
        assert made.contents == [("company", 5, 2, 30)] and attestations.holder(made) == "周小明"


def test_one_comes_and_goes_in_time_and_to_one_place_at_once(city, charity, me):
    made = help_of.confirmed(city, help_of.promised(city, me, charity), me)
    with pytest.raises(TimeTaken):
        help_of.proposed(help_of.promised(city, me, charity), me, starts_at=made.starts_at + timedelta(minutes=90))
    other = help_of.confirmed(city, help_of.promised(city, me, charity), me, starts_at=made.ends_at)
    with pytest.raises(NotNow):
        service.start(made, by=me)
    with clock.at(made.ends_at - timedelta(minutes=5)):
        service.start(made, by=me)
        with pytest.raises(TimeTaken):
            service.start(other, by=me)
        with pytest.raises(NotAllowed):
            service.finish(made, by=city.person("volunteer"))
    with clock.at(made.ends_at + timedelta(minutes=6)):
        service.finish(made, by=me)
    assert made.minutes == 0 and made.state == "served"


def test_a_forgotten_going_is_closed_by_the_lead_with_a_reason_and_corrected_with_another(city, charity, me):
    delivery, lead = help_of.promised(city, me, charity), help_of.lead(city, charity)
    made = help_of.confirmed(city, delivery, me)
    with clock.at(made.starts_at):
        service.start(made, by=me)
        with pytest.raises(NotNow):
            service.close(made, made.starts_at, "电话问过", by=lead)
    with clock.at(made.ends_at + timedelta(hours=3)):
        with pytest.raises(NotNow):
            service.finish(made, by=me)
        household_confirms(city, delivery)
        assert hours.served(me.id) == [], "nothing is invented while nobody has said when it ended"
        for end, words in ((made.ends_at, " "), (clock.now() + timedelta(hours=1), "x"),
                           (made.starts_at - timedelta(hours=1), "x")):
            with pytest.raises(Invalid):
                service.close(made, end, words, by=lead)
        with pytest.raises(NotAllowed):
            service.close(made, made.ends_at, "我记得", by=me)
        service.close(made, made.ends_at, "电话问过家长", by=lead)
        assert hours.totals(hours.served(me.id)).minutes == 120
        service.correct(made, made.starts_at, made.starts_at + timedelta(minutes=80), "家长说早走了", by=lead)
        with pytest.raises(WrongState):
            service.close(made, made.ends_at, "再来", by=lead)
    assert made.minutes == 75


def test_what_counts_is_what_was_agreed_and_no_time_is_where_somebody_else_is(city, charity, me):
    lead, worker, delivery = help_of.lead(city, charity), help_of.worker(city), help_of.promised(city, me, charity, units=8)
    long = help_of.confirmed(city, delivery, me, starts_at=help_of.at(3), hours=0.5)
    next_one = help_of.confirmed(city, delivery, me, starts_at=help_of.at(3, 13), hours=1)
    forgot = help_of.confirmed(city, delivery, me, starts_at=help_of.at(4))
    with clock.at(long.starts_at - timedelta(minutes=55)):
        service.start(long, by=me)
    with clock.at(long.ends_at + timedelta(hours=1, minutes=59)):
        service.finish(long, by=me)
    assert long.minutes == 45
    help_of.served(city, next_one, 60)
    with clock.at(forgot.ends_at - timedelta(minutes=1)), pytest.raises(NotNow):
        service.write_down(forgot, forgot.starts_at, forgot.starts_at, "见过他", by=worker)
    with clock.at(forgot.ends_at + timedelta(days=2)):
        wrong = [(datetime(1, 1, 1, tzinfo=clock.CITY),) * 2, (long.starts_at, long.ends_at + timedelta(minutes=121))]
        for times in wrong:
            with pytest.raises(Invalid):
                service.correct(long, *times, "记错了", by=lead)
        with pytest.raises(TimeTaken):
            service.correct(next_one, long.ended_at - timedelta(minutes=5), next_one.ended_at, "记错了", by=lead)
        service.correct(long, long.started_at, long.ended_at, "家长请他留下多讲了一会儿", by=lead)
        assert long.minutes == 195
        with pytest.raises(NotAllowed):
            service.write_down(forgot, forgot.starts_at, forgot.ends_at, "我来过", by=me)
        service.write_down(forgot, forgot.starts_at, forgot.ends_at + timedelta(hours=1), "当时我在场", by=worker)
    assert (forgot.state, forgot.minutes) == ("served", 135)


def test_nobody_is_credited_who_did_not_come(city, charity, me):
    other = help_of.volunteer(city, charity)
    delivery = help_of.promised(city, me, charity)
    made = help_of.confirmed(city, delivery, me)
    service.release(made, by=me)
    service.take(db.session.scalars(select(AppointmentAsk)).one(), by=help_of.user(other))
    service.confirm(made, by=help_of.worker(city))
    with clock.at(made.ends_at):
        household_confirms(city, delivery)
        assert (made.state, hours.served(me.id)) == ("confirmed", [])
        assert hours.totals(hours.served(other.user_id)) == hours.Total(0, 1)
        service.write_down(made, made.starts_at, made.ends_at, "问过老人", by=help_of.lead(city, charity))
        assert hours.served(me.id) == [] and hours.totals(hours.served(other.user_id)) == hours.Total(120, 0)
        early = help_of.promised(city, me, charity)
    to_come = help_of.confirmed(city, early, me, starts_at=help_of.at(20))
    household_confirms(city, early)
    assert (to_come.state, hours.served(me.id)) == ("cancelled", [])


def test_nobody_came_the_worker_says_so_and_the_need_is_open_again(city, charity, me):
    delivery = help_of.promised(city, me, charity)
    made, worker = help_of.confirmed(city, delivery, me), help_of.worker(city)
    pledge = help_of.pledge_of(delivery)
    with pytest.raises(NotNow):
        service.miss(made, "没有来", by=worker)
    with clock.at(made.starts_at + timedelta(minutes=40)):
        with pytest.raises(Invalid):
            service.miss(made, "", by=worker)
        service.miss(made, "等了四十分钟，电话没有接", by=worker)
        city.settle()
    assert (made.state, pledge.state, pledge.ended_why) == ("missed", "cancelled", "not_come")
    assert delivery.state == "cancelled" and db.session.get_one(type(pledge), pledge.id).units == 2
    assert help_of.need_of(delivery).pledged == 0


def test_of_a_promise_with_several_times_the_others_stand(city, charity, me):
    delivery = help_of.promised(city, me, charity, units=6)
    first = help_of.confirmed(city, delivery, me)
    second = help_of.confirmed(city, delivery, me, starts_at=help_of.at(4))
    with clock.at(first.ends_at):
        service.miss(first, "没有来", by=help_of.worker(city))
    assert help_of.pledge_of(delivery).state == "committed" and second.state == "confirmed"
    with clock.at(second.starts_at):
        deliveries.arrive(delivery, by=help_of.worker(city))
        service.miss(second, "又没有来", by=help_of.worker(city))
        city.settle()
    pledge = help_of.pledge_of(delivery)
    assert (delivery.state, pledge.state, pledge.ended_why) == ("lost", "failed", "not_come")
