"""The household says that it has it: by message, by phone, through a visit; silence never says so."""
from datetime import date, timedelta

import pytest

from marketplace.core import clock, workdays
from marketplace.core.audit import AuditEntry
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries import calls, receiving, replies, satisfaction, visits
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.calls import Call, NotProven, TooManyMisses
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.records import Acknowledgement, ReceiptVisit, ReplyCode
from marketplace.network.registry import service as registry
from marketplace.people.notices import queries as notices
from tests.city import OTHER_TOWN, TOWN


@pytest.fixture
def worker(city):
    return city.person("social_worker", TOWN)


def handed(city, worker, home=None, phone=None) -> tuple[Delivery, str]:
    """A delivery in the household's hands, and the digits that it was sent."""
    delivery, code = city.arrived(city.promise(city.wish(home or city.home(phone=phone), worker=worker).needs[0]), worker)
    deliveries.hand_over(delivery, code, by=worker)
    city.settle()
    return delivery, digits()


def digits() -> str:
    return next(group for m in notices.newest(3) if "回复" in m.text or "Reply" in m.text
                for group in "".join(c if c.isdigit() else " " for c in m.text).split() if len(group) == replies.DIGITS)


def said(gateway_id: str, phone: str, text: str) -> None:
    receiving.take_reply(gateway_id, phone, text, "有问题")
    db.session.expire_all()


def outbox_of(phone: str) -> list[str]:
    return [m.text for m in notices.newest(50) if m.recipient == phone]


def test_what_a_reply_means():
    meant = {"12345": (0, ""), "１２３４５ 5": (5, ""), "12345 4分。": (4, ""), "12345 好的！": (0, ""),
             "12345 不错": (0, ""), "12345 没问题": (0, ""), "12345 0": (0, "0"), "12345没收到": (0, "没收到"),
             "not ok 12345": (0, "not ok")}
    for text, (mark, trouble) in meant.items():
        assert replies.read(text) == replies.Reply("12345", mark, trouble), text
    assert [replies.read(t) for t in ("", "好", "123456", "1234", "12345 明天去取", "12345 9")] == [None] * 6


def test_a_reply_confirms_once_and_strangers_hear_the_same_as_who_mistypes(city, worker):
    delivery, code = handed(city, worker, phone="13000077001")
    mine, stranger, wrong = "+8613000077001", "+8613900099999", "00000" if code != "00000" else "11111"
    before = len(outbox_of(mine))
    said("m1", stranger, code)
    said("m2", "13000077001", wrong)
    said("m3", stranger, "你好")
    said("m3", stranger, "你好")
    assert delivery.state == "handed_over"
    assert outbox_of(stranger) == outbox_of(mine)[:len(outbox_of(mine)) - before] != []  # once, and word for word
    said("m4", "13000077001", f"{code} 5")
    said("m4", "13000077001", f"{code} 0")
    assert delivery.state == "confirmed"
    kept = db.session.get_one(Acknowledgement, delivery.id)
    assert (kept.way, kept.satisfaction) == ("reply", 5)
    other, code = handed(city, worker, phone="13000077002")
    said("m5", "13000077002", f"{code} 一只坏了")
    assert (other.state, other.reason.reveal()) == ("disputed", "一只坏了")


def test_a_reply_of_the_givers_own_phone_or_after_too_many_tries_confirms_nothing(city, worker):
    delivery, code = handed(city, worker, phone="13900000000")  # the phone with which the promise was made
    said("g1", "13900000000", code)
    assert delivery.state == "handed_over"
    delivery, code = handed(city, worker, phone="13000077003")
    for number in range(receiving.TRIES):
        said(f"w{number}", "13000077003", f"{(int(code) + 1 + number) % 100000:05}")
    said("w9", "13000077003", code)
    assert delivery.state == "handed_over"


def test_the_hotline_confirms_on_the_word_of_a_caller_with_digits_or_card(city, worker):
    home, operator = city.home(phone="13000077004"), city.person("operator")
    delivery, code = handed(city, worker, home)
    other, _code = handed(city, worker)
    card = registry.new_card(home, by=worker)
    assert [m.item.delivery.id for m in calls.find(card, by=operator)] == [delivery.id]
    assert calls.find("1234", by=operator) == []
    assert calls.find(code, by=operator)[0].phone == "+8613000077004"
    for by in (worker, city.person("operator", OTHER_TOWN)):
        with pytest.raises(NotAllowed):
            calls.take(delivery, code, Call(True, "本人来电", "called"), by=by)
    with pytest.raises(NotProven):
        calls.take(other, code, Call(True, "本人来电", "called"), by=operator)
    for callback, words in (("", "本人来电"), ("no_phone", "本人来电"), ("called", " ")):
        with pytest.raises(Invalid):
            calls.take(delivery, code, Call(True, words, callback), by=operator)
    calls.take(delivery, card, Call(True, "本人来电，回拨核实", "called", 4), by=operator)
    kept = db.session.get_one(Acknowledgement, delivery.id)
    assert (delivery.state, kept.way, kept.callback, kept.satisfaction) == ("confirmed", "hotline", "called", 4)
    city.settle()
    assert "12345" in outbox_of("+8613000077004")[0]  # whoever did not call is told
    colleague, by = city.person("social_worker"), operator.display_name
    assert visits.phoned(worker) == [] == visits.phoned(city.person("social_worker", OTHER_TOWN))  # nor who handed it over
    assert [(one.delivery.id, one.by, one.callback, one.visit) for one in visits.phoned(colleague)] == [
        (delivery.id, by, "called", "")]
    with pytest.raises(NotAllowed):
        visits.ask(delivery, by=operator)
    visits.ask(delivery, by=colleague)
    for doubted in (delivery, other):
        with pytest.raises(WrongState):  # once, and only of what was confirmed on the phone
            visits.ask(doubted, by=colleague)
    visits.close(delivery.id)  # a late word of the confirmation does not end it
    visits.record(visits.waiting(colleague).rows[0].visit, "disputed", "没有见到被子", by=colleague)
    assert (delivery.state, visits.phoned(colleague)[0].visit) == ("confirmed", "disputed")
    with clock.at(clock.now() + visits.LOOKED_AT + timedelta(hours=1)):
        assert visits.phoned(colleague) == []


def test_nobody_finds_digits_by_trying(city, worker, hold):
    delivery, code = handed(city, worker, phone="13000077006")
    operator, start = city.person("operator"), clock.now()
    for number in range(calls.MISSES - 1):
        assert calls.find(f"{(int(code) + 1 + number) % 10**5:05}", by=operator) == []
    with pytest.raises(NotProven):
        calls.take(delivery, "00000" if code != "00000" else "11111", Call(True, "本人来电", "called"), by=operator)
    for try_again in (lambda: calls.find(code, by=operator),
                      lambda: calls.take(delivery, code, Call(True, "本人来电", "called"), by=operator)):
        with pytest.raises(TooManyMisses):
            try_again()
    assert db.session.query(AuditEntry).filter_by(actor_id=operator.id, reason="locked out").count() == 2
    assert len(calls.find(code, by=city.person("operator"))) == 1  # somebody else still answers the phone
    with hold(start + timedelta(hours=2)):
        assert len(calls.find(code, by=operator)) == 1
    db.session.get_one(ReplyCode, delivery.id).wrong = receiving.TRIES
    db.session.commit()
    with hold(start + timedelta(hours=4)):
        assert calls.find(code, by=operator) == []  # void for messages, void on the phone


def test_two_reminders_then_a_visit_and_never_closed_by_silence(city, worker, hold):
    delivery, code = handed(city, worker, phone="13000077005")
    start, seen = clock.now(), []
    for days in (1, 2.1, 2.2, 4, 5.1, 6, 9, 10.1, 11, 200):
        with hold(start + timedelta(days=days)):
            seen.append((receiving.remind(), visits.open_due()))
    assert seen == [(0, 0), (1, 0), (0, 0), (0, 0), (1, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0)]
    assert sum(code in text for text in outbox_of("+8613000077005")) == 3  # the same digits each time
    visit, colleague = db.session.query(ReceiptVisit).one(), city.person("social_worker", TOWN)
    assert visit.due_on == workdays.after(clock.day_of(start + timedelta(days=10.1)), 5) and delivery.state == "handed_over"
    for by in (worker, city.person("social_worker", OTHER_TOWN)):  # who handed it over does not go and confirm it
        with pytest.raises(NotAllowed):
            visits.record(visit, "confirmed", "在用", by=by)
    with hold(start + timedelta(days=12)):
        visits.record(visit, "not_met", "不在家", by=colleague)
        again = visits.waiting(colleague).rows
        assert len(again) == 1 and again[0].visit.id != visit.id
        visits.record(again[0].visit, "disputed", "被子短了", by=colleague)
        assert (delivery.state, delivery.reason.reveal(), visits.count(colleague)) == ("disputed", "被子短了", 0)
    with hold(start + timedelta(days=13)):
        deliveries.resolve(delivery, "换了长的", by=colleague)
    reminded = []
    for days in (14, 15.1, 15.2, 18.1, 19):  # the reminders begin anew
        with hold(start + timedelta(days=days)):
            reminded.append(receiving.remind())
    assert reminded == [0, 1, 0, 1, 0]
    with hold(start + timedelta(days=30)):
        assert visits.open_due() == 1
        deliveries.confirm(delivery, by=city.beneficiary(db.session.get_one(registry.Household, delivery.household_id)))
        city.settle()
    assert visits.waiting(colleague).rows == []  # the household has answered by itself


def test_working_days_leave_out_weekends_holidays_and_count_what_is_worked_instead():
    assert workdays.after(date(2026, 9, 30), 5) == date(2026, 10, 13)  # the 10th is a Saturday that is worked
    assert workdays.after(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert workdays.after(date(2030, 12, 31), 1) == date(2031, 1, 2)


def test_marks_are_shown_as_averages_over_five_and_given_once(city, worker):
    homes = [city.home(phone=f"1300007710{n}") for n in range(5)]
    charity = city.organisation()
    for number, home in enumerate(homes):
        wish = city.wish(home, charity=charity, worker=worker)
        delivery, code = city.arrived(city.promise(wish.needs[0]), worker)
        deliveries.hand_over(delivery, code, by=worker)
        me = city.beneficiary(home)
        with pytest.raises(Invalid):
            receiving.rate(delivery, 5, by=me)
        with pytest.raises(NotAllowed):
            receiving.rate(delivery, 5, by=worker)  # who handed it over marks nothing
        deliveries.confirm(delivery, by=me)
        assert satisfaction.of_charity(charity.id) is None
        receiving.rate(delivery, 5 - number % 2, by=me)
        with pytest.raises(Invalid):
            receiving.rate(delivery, 1, by=me)
    assert satisfaction.of_charity(charity.id) == satisfaction.of_area(TOWN) == satisfaction.Average(4.6, 5)
    assert satisfaction.of_area(OTHER_TOWN) is None
