"""Somebody cannot come: who fits is asked, few at a time; the first who takes it has it; else it is open to be given up."""
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.errors import Invalid, NotAllowed
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.volunteering import hours, rules, service
from marketplace.market.volunteering.models import Appointment, AppointmentAsk
from marketplace.market.volunteering.rules import Hours, Taken, TimeTaken
from marketplace.network.registry.models import Household
from marketplace.people.accounts.models import User
from marketplace.people.notices import queries as notices
from marketplace.people.notices.models import Notice
from tests import volunteers as help_of
from tests.city import OTHER_TOWN


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def giver(city, charity):
    return help_of.user(help_of.volunteer(city, charity))


def household_confirms(city, delivery):
    worker = help_of.worker(city)
    deliveries.arrive(delivery, by=worker)
    city.settle()
    deliveries.hand_over(delivery, city.code(), by=worker)
    deliveries.confirm(delivery, by=city.beneficiary(db.session.get_one(Household, delivery.household_id)))
    city.settle()


def asked(appointment):
    return list(db.session.scalars(select(AppointmentAsk.volunteer_id).where(
        AppointmentAsk.appointment_id == appointment.id).order_by(AppointmentAsk.id)))


def test_who_fits_is_asked_the_most_fitting_first(city, charity, giver):
    delivery = help_of.promised(city, giver, charity, child=True)
    made = help_of.confirmed(city, delivery, giver)
    day, ten = made.starts_at.astimezone(clock.CITY).isoweekday(), 10 * 60
    anywhere = help_of.volunteer(city, charity, areas=("3714",), times=(Hours(day, ten, ten + 120),))
    no_hours = help_of.volunteer(city, charity)
    near = help_of.volunteer(city, charity, times=(Hours(day, ten - 60, ten + 180),))
    for unfit in ({"skills": ("haircut",)}, {"areas": (OTHER_TOWN,)}, {"times": (Hours(day, ten, ten + 60),)},
                  {"papers": ("identity", "guardianship")}, {"papers": ("police", "guardianship")}):
        help_of.volunteer(city, charity, **unfit)
    help_of.volunteer(city, city.organisation())
    busy = help_of.volunteer(city, charity)
    help_of.proposed(help_of.promised(city, help_of.user(busy), charity), help_of.user(busy))
    paused = help_of.volunteer(city, charity)
    service.pause(paused, by=help_of.user(paused))
    service.release(made, by=giver)
    assert asked(made) == [near.id, anywhere.id, no_hours.id]
    assert (made.state, made.late) == ("open", False)
    said = [m.text for m in notices.newest(10)]
    assert sum("替" in text for text in said) == 3 and not any("菊花奶奶" in text for text in said)


def test_few_are_asked_at_once_and_more_after_a_while(city, charity, giver):
    for _n in range(rules.ASKED_AT_ONCE + 2):
        help_of.volunteer(city, charity)
    made = help_of.confirmed(city, help_of.promised(city, giver, charity), giver)
    service.release(made, by=giver)
    assert len(asked(made)) == rules.ASKED_AT_ONCE and service.by_time() == 0
    with clock.at(clock.now() + rules.ASKED_AGAIN):
        assert service.by_time() == 1 and service.by_time() == 0
    assert len(set(asked(made))) == rules.ASKED_AT_ONCE + 2


def test_who_takes_it_has_the_hours_and_the_household_hears_when_it_is_confirmed(city, charity, giver):
    other = help_of.volunteer(city, charity)
    delivery = help_of.promised(city, giver, charity)
    made = help_of.confirmed(city, delivery, giver)
    service.release(made, by=giver)
    ask = db.session.scalars(select(AppointmentAsk)).one()
    with pytest.raises(NotAllowed):
        service.take(ask, by=giver)
    told = len(notices.newest(100))
    service.take(ask, by=help_of.user(other))
    assert len(notices.newest(100)) == told and (made.state, made.user_id, made.second) == ("proposed", other.user_id, "")
    service.confirm(made, by=help_of.worker(city))
    assert len(notices.newest(100)) == told + 2
    help_of.served(city, made, 60)
    with clock.at(made.ends_at):
        household_confirms(city, delivery)
    assert hours.served(giver.id) == [] and hours.totals(hours.served(other.user_id)).minutes == 60


def test_of_two_who_take_it_at_once_one_has_it(city, charity, giver, app):
    for _n in range(2):
        help_of.volunteer(city, charity)
    made = help_of.confirmed(city, help_of.promised(city, giver, charity), giver)
    service.release(made, by=giver)
    number, asks = made.id, list(db.session.scalars(select(AppointmentAsk.id)))
    db.session.remove()
    start = Barrier(2)

    def take(ask_id):
        with app.app_context():
            ask = db.session.get_one(AppointmentAsk, ask_id)
            by = db.session.get_one(User, ask.user_id)
            try:
                start.wait(20)
                service.take(ask, by=by)
                return by.id
            except Taken:
                return 0
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(take, asks))
    assert sorted(bool(answer) for answer in answers) == [False, True]
    assert db.session.get_one(Appointment, number).user_id == max(answers)


def test_of_two_times_that_one_proposes_at_once_one_stands(city, charity, giver, app):
    numbers, me = [help_of.promised(city, giver, charity).id for _n in range(2)], giver.id
    db.session.remove()
    start = Barrier(2)

    def propose(number):
        with app.app_context():
            delivery, by = db.session.get_one(Delivery, number), db.session.get_one(User, me)
            try:
                start.wait(20)
                help_of.proposed(delivery, by)
                return 1
            except TimeTaken:
                return 0
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(propose, numbers)) == [0, 1]


def test_when_a_time_is_called_off_everybody_hears_who_counted_on_it(city, charity, giver):
    second = help_of.volunteer(city, charity)
    delivery = help_of.promised(city, giver, charity)
    made = help_of.proposed(delivery, giver)
    service.confirm(made, by=help_of.worker(city), second="volunteer", second_id=second.user_id)
    city.settle()
    told = len(notices.newest(100))
    service.give_up(made, "老人住院了", by=help_of.worker(city))
    heard = [(m.kind, m.recipient.reveal()) for m in db.session.scalars(select(Notice).order_by(Notice.id).offset(told))]
    home = city.people(db.session.get_one(Household, delivery.household_id))[0].phone.reveal()
    assert heard == [("appointment_called_off", giver.phone.reveal()),
                     ("appointment_called_off", help_of.user(second).phone.reveal()), ("appointment_off_for_good", home)]


def test_late_asks_for_a_word_and_what_nobody_takes_returns_to_the_need(city, charity, giver):
    delivery = help_of.promised(city, giver, charity)
    made = help_of.confirmed(city, delivery, giver)
    with clock.at(made.starts_at - timedelta(hours=20)):
        with pytest.raises(Invalid):
            service.release(made, by=giver)
        service.release(made, by=giver, words="孩子发烧了")
    assert made.late and made.state == "open"
    with clock.at(made.starts_at - timedelta(hours=11)):
        with pytest.raises(NotAllowed):
            service.give_up(made, "没有人能来", by=giver)
        service.give_up(made, "没有人能来", by=help_of.lead(city, charity))
        city.settle()
    pledge = help_of.pledge_of(delivery)
    assert (made.state, pledge.ended_why, help_of.need_of(delivery).pledged) == ("cancelled", "given_up", 0)


def test_time_itself_reminds_once_and_ends_what_nobody_took_or_confirmed(city, charity, giver):
    first, second = (help_of.promised(city, giver, charity) for _n in range(2))
    taken, waiting = help_of.confirmed(city, first, giver), help_of.proposed(second, giver, starts_at=help_of.at(4))
    told = len(notices.newest(100))
    with clock.at(taken.starts_at - timedelta(hours=23)):
        assert (service.by_time(), service.by_time()) == (1, 0)
        assert len(notices.newest(100)) == told + 1
        service.release(taken, by=giver, words="病了")
    with clock.at(waiting.starts_at):
        assert (service.by_time(), service.by_time()) == (2, 0)
        city.settle()
    assert (taken.state, waiting.state) == ("cancelled", "cancelled")
    assert (help_of.pledge_of(first).state, help_of.pledge_of(second).state) == ("cancelled", "committed")


def test_papers_that_end_are_told_of_once_and_leaving_lets_others_come(city, charity):
    helper, other = help_of.volunteer(city, charity, papers=("identity", "guardianship")), help_of.volunteer(city, charity)
    lead, me = help_of.lead(city, charity), help_of.user(helper)
    service.record(helper, "police", help_of.days_ago(345), None, by=lead)
    assert (service.by_time(), service.by_time()) == (1, 0)
    assert "违法犯罪记录" in notices.newest(1)[0].text
    made = help_of.confirmed(city, help_of.promised(city, me, charity), me)
    service.leave(helper, by=me)
    assert (helper.state, made.state, asked(made)) == ("ended", "open", [other.id])
    assert service.apply(charity.id, help_of.profile(), by=me).state == "applied"
