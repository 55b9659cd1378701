"""A volunteer asks on the phone, the lead takes them on, a worker agrees the time, and they come; nobody else sees it."""
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.audit import AuditEntry
from marketplace.extensions import db
from marketplace.market.offers import service as offering
from marketplace.market.offers.rules import Reach
from marketplace.market.pledges import service as pledges
from marketplace.market.volunteering import service
from marketplace.market.volunteering.models import Appointment, AppointmentAsk, Volunteer
from marketplace.network.registry.models import Household
from tests import campaigns, offers
from tests import volunteers as help_of
from tests.city import TOWN

WRITTEN = {"name": "周小明", "skills": "tutoring", "areas": TOWN, "times": "6-480-720", "with_children": "y"}


@pytest.fixture
def charity(city):
    return city.organisation()


def test_from_asking_to_coming(city, app, charity):
    giver, lead, worker = city.person("donor"), help_of.lead(city, charity), help_of.worker(city)
    me, desk, station = (app.test_client().sign_in(user) for user in (giver, lead, worker))
    number, giver_id = charity.id, giver.id
    db.session.remove()
    assert "成为志愿者" in me.page("/volunteer").text
    assert me.send("/volunteer/apply", 422, organisation=number, **{**WRITTEN, "areas": ""}).status_code == 422
    assert "谢谢" in me.send("/volunteer/apply", organisation=number, **WRITTEN).text
    assert "周小明" in desk.page("/charity/volunteers?state=applied&skill=tutoring&area=371402&papers=lacking").text
    desk.send("/charity/volunteers/1/approve", at="/charity/volunteers/1")
    today = clock.today()
    for kind in ("police", "identity", "guardianship"):
        desk.send("/charity/volunteers/1", kind=kind, issued_on=today.isoformat(), number="X1")
    desk.send("/charity/volunteers/1/approve", at="/charity/volunteers/1")
    assert "X1" not in desk.page("/charity/volunteers/1").text and "服务中" in me.page("/volunteer").text
    user = db.session.get_one(type(giver), giver_id)
    delivery = help_of.promised(city, user, db.session.get_one(type(charity), number), child=True)
    number, home, day = delivery.id, delivery.household_id, today + timedelta(days=3)
    db.session.remove()
    at = f"/volunteer/promises/{number}/time"
    assert me.send(at, 422, day=today.isoformat(), begins="00:30", length=60, venue="home").status_code == 422
    me.send(at, day=day.isoformat(), begins="10:00", length=60, venue="home")
    before = me.page("/volunteer").text
    assert "德城区" in before and "菊花奶奶" not in before and "德城区新湖" not in before
    assert "等社工商定" in station.page("/desk/appointments?need=confirm").text
    station.send("/desk/appointments/1/confirm", at="/desk/appointments/1", second="")
    assert db.session.get_one(Appointment, 1).state == "proposed"
    station.send("/desk/appointments/1/confirm", at="/desk/appointments/1", second="worker")
    after = me.page("/volunteer").text
    assert "菊花奶奶" in after and "德城区新湖" in after and "王秀" not in after
    family = app.test_client().sign_in(city.beneficiary(db.session.get_one(Household, home)))
    assert "已和您约好" in family.page("/home/").text
    begins = db.session.get_one(Appointment, 1).starts_at
    db.session.remove()
    with clock.at(begins):
        assert "社工当面确认" in me.send("/volunteer/appointments/1/start", at="/volunteer").text
        station.send("/desk/appointments/1/attest", at="/desk/appointments/1", second="guardian")
        assert "您来了" in me.send("/volunteer/appointments/1/start", at="/volunteer").text
    with clock.at(begins + timedelta(hours=5)):
        assert "忘记签退" in me.page("/volunteer").text and "1" in desk.page("/charity/appointments?need=forgotten").text
        ended = (begins + timedelta(minutes=50)).astimezone(clock.CITY).strftime("%Y-%m-%dT%H:%M")
        started = begins.astimezone(clock.CITY).strftime("%Y-%m-%dT%H:%M")
        desk.send("/charity/appointments/1", started=started, ended=ended, words="电话问过家长")
        assert "45 分钟" in desk.page("/charity/appointments/1").text
        for page, who in (("/volunteer", me), ("/charity/appointments/1", desk), ("/charity/volunteers/1", desk),
                          ("/desk/appointments/1", station), ("/desk/appointments?state=served", station)):
            assert who.page(f"{page}{'&' if '?' in page else '?'}lang=en").lang == "en"


def test_the_second_adult_steps_back_and_who_forgot_to_come_is_written_down(city, app, charity):
    giver, other = (help_of.user(help_of.volunteer(city, charity)) for _n in range(2))
    made = help_of.proposed(help_of.promised(city, giver, charity, child=True), giver)
    along, station = app.test_client().sign_in(other), app.test_client().sign_in(help_of.worker(city))
    desk, at, second = app.test_client().sign_in(help_of.lead(city, charity)), f"/desk/appointments/{made.id}", other.id
    number, starts_at, ends_at = made.id, made.starts_at, made.ends_at
    db.session.remove()
    for odd in ("volunteer:²", "volunteer:" + "9" * 23):
        assert station.send(f"{at}/confirm", at=at, second=odd).status_code == 200
    assert "服务中" in station.page(at).text and "当天有效" in station.page(at).text
    station.send(f"{at}/confirm", at=at, second=f"volunteer:{second}")
    back = f"/volunteer/appointments/{number}/step-back"
    assert "不能陪同" in along.page("/volunteer").text and along.page(f"{back}?lang=en").lang == "en"
    along.send(f"{back}?lang=zh", words="")
    station.send(f"{at}/confirm", at=at, second="guardian")
    assert along.get(back).status_code == 404
    with clock.at(starts_at):
        station.send(f"{at}/attest", at=at, second="guardian")
    with clock.at(ends_at):
        assert "忘了签到" in station.page(at).text and "忘了签到" in desk.page(f"/charity/appointments/{number}").text
        early = {"started": "0001-01-01T00:00", "ended": "0001-01-01T00:00", "words": "x"}
        assert "相差太远" in desk.send(f"/charity/appointments/{number}", 422, **early).text
        assert "相差太远" in station.send(f"{at}/times", 422, **early).text
        said = {name: when.astimezone(clock.CITY).strftime("%Y-%m-%dT%H:%M")
                for name, when in (("started", starts_at), ("ended", ends_at))}
        assert "2 小时" in station.send(f"{at}/times", **said, words="当时我在场").text


def test_a_stranger_is_told_as_one_on_the_desk_and_far_days_and_turned_papers_are_said(city, app, charity):
    stranger, helper = city.person("donor"), help_of.volunteer(city, charity)
    made = help_of.proposed(help_of.promised(city, stranger, charity), stranger)
    me, station = app.test_client().sign_in(stranger), app.test_client().sign_in(help_of.worker(city))
    desk, at = app.test_client().sign_in(help_of.lead(city, charity)), f"/desk/appointments/{made.id}"
    delivery, paper = made.delivery_id, f"/charity/volunteers/{helper.id}"
    db.session.remove()
    page = station.page(at).text
    assert "不是这家慈善组织的志愿者" in page and "请您陪着去" in page
    far = {"day": "9999-12-31", "begins": "23:00", "length": 120, "venue": "home"}
    assert me.send(f"/volunteer/promises/{delivery}/time", 422, **far).status_code == 422
    today = clock.today().isoformat()
    for until in ("2020-01-01", (clock.today() - timedelta(days=1)).isoformat()):
        assert desk.send(paper, 422, kind="identity", issued_on=today, valid_until=until, number="1").status_code == 422


def test_the_lead_names_who_comes_for_a_company(city, app, charity):
    clerk, helper = campaigns.clerk(city, charity), help_of.volunteer(city, charity)
    written = offering.record(offers.draft(charity, 5, kind="service", category="company"), Reach("某公司", "13900000001"),
                              by=clerk)
    offering.accept(written, by=clerk)
    pledges.from_offer(city.need(kind="service", category="company", price_fen=0, charity=charity), 1, written, by=clerk)
    city.settle()
    desk, helper_id = app.test_client().sign_in(help_of.lead(city, charity)), helper.user_id
    db.session.remove()
    assert "谁去" in desk.page("/charity/appointments").text
    at = "/charity/appointments/promises/1/time"
    days = [clock.today() + timedelta(days=days) for days in range(1, 8)]
    said = {"who": helper_id, "begins": "10:00", "length": 60, "venue": "home"}
    for day in days[:7]:
        desk.send(at, None if day.isoweekday() == 6 else 422, **said, day=day.isoformat())
    found = db.session.scalars(select(Appointment)).one()
    assert found.user_id == helper_id and clock.day_of(found.starts_at).isoweekday() == 6


def test_who_is_asked_takes_it_and_nobody_else_sees_it(city, app, charity):
    giver, other = (help_of.user(help_of.volunteer(city, charity)) for _n in range(2))
    made = help_of.confirmed(city, help_of.promised(city, giver, charity), giver)
    me, them, stranger = (app.test_client().sign_in(user) for user in (giver, other, city.person("volunteer")))
    number, other_id = made.id, other.id
    db.session.remove()
    me.send(f"/volunteer/appointments/{number}/cancel", words="")
    ask = db.session.scalars(select(AppointmentAsk.id)).one()
    db.session.remove()
    assert "替别人" in them.page("/volunteer").text and "替别人" not in stranger.page("/volunteer").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', stranger.get("/volunteer").text).group(1)
    assert stranger.post(f"/volunteer/asks/{ask}/take", data={"csrf_token": token}).status_code == 404
    assert "由您来" in them.send(f"/volunteer/asks/{ask}/take", at="/volunteer").text
    assert db.session.get_one(Appointment, number).user_id == other_id


def test_the_spreadsheet_has_phones_for_who_calls_volunteers_and_it_is_kept_who_took_it(city, app, charity):
    made = help_of.volunteer(city, charity, name="=1+1周")
    number, phone = made.id, help_of.user(made).phone.reveal()
    posts = (("volunteer_lead", True), ("clerk", False))
    people = [(campaigns.clerk(city, charity, post), phones) for post, phones in posts]
    people = [(app.test_client().sign_in(user), user.id, phones) for user, phones in people]
    db.session.remove()
    for browser, user_id, phones in people:
        sheet = load_workbook(io.BytesIO(browser.get("/charity/volunteers/export.xlsx?state=approved").data)).active
        rows = list(sheet.values)
        assert rows[1][0] == "=1+1周" and sheet["A2"].data_type == "s" and len(rows) == 2
        assert any(phone == cell for cell in rows[1]) is phones
        kept = db.session.scalars(select(AuditEntry).where(AuditEntry.capability == "volunteer.export",
                                                           AuditEntry.actor_id == user_id)).one()
        assert kept.reason == f"1 rows, {'with' if phones else 'without'} phones"
        assert (phone in browser.page(f"/charity/volunteers/{number}").text) is phones
        db.session.remove()


def test_every_list_takes_the_same_statements_however_many_there_are(city, app, charity):
    desk, station = (app.test_client().sign_in(user) for user in (help_of.lead(city, charity), help_of.worker(city)))
    first = help_of.user(help_of.volunteer(city, charity))
    me = app.test_client().sign_in(first)

    def grow(days):
        helper = help_of.user(help_of.volunteer(city, charity))
        help_of.confirmed(city, help_of.promised(city, first, charity), first, starts_at=help_of.at(days))
        off = help_of.confirmed(city, help_of.promised(city, helper, charity), helper, starts_at=help_of.at(days, 14))
        service.release(off, by=helper)
        found = []
        for who, path in ((desk, "/charity/volunteers?papers=ending"), (desk, "/charity/volunteers"), (me, "/volunteer"),
                          (desk, "/charity/appointments"), (station, "/desk/appointments")):
            who.page(path)
            found.append(who.statements)
        return found

    before = grow(3)
    assert grow(4) == before and max(before) < 20


def test_a_profile_is_changed_and_ended_by_its_owner_alone(city, app, charity):
    made = help_of.volunteer(city, charity)
    me, other, number = app.test_client().sign_in(help_of.user(made)), app.test_client(), made.id
    other.sign_in(city.person("volunteer"))
    db.session.remove()
    assert other.get(f"/volunteer/{number}/edit").status_code == 404
    me.send(f"/volunteer/{number}/edit", **{**WRITTEN, "skills": "company"})
    me.send(f"/volunteer/{number}/pause", at="/volunteer")
    me.send(f"/volunteer/{number}/resume", at="/volunteer")
    found = db.session.get_one(Volunteer, number)
    assert (found.state, [one.skill for one in found.skills], found.times[0].first_minute) == ("approved", ["company"], 480)
