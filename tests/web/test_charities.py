"""A charity's papers and people at its desk, and the officers who check them: what each of them sees and does."""
import io
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.people.accounts.models import User
from marketplace.people.organisations import queries
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.models import Certificate, Cooperation, Organisation
from marketplace.people.organisations.rules import CertificateDraft, CooperationDraft
from marketplace.people.organisations.service import certificates, cooperations, team
from tests.browser import Page
from tests.city import picture

PASSWORD = "quilt kettle lantern"


@pytest.fixture
def world(city):
    """A charity whose certificate waits for its check, and a group that wants to cooperate with it."""
    until = clock.today() + timedelta(30)
    charity = organisations.create("德城区向阳公益社", city.credit_code(), until, "Sunward", "371402")
    manager = city.person("charity", organisation_id=charity.id)
    sent = send(charity, manager)
    group = organisations.create("晚晴互助社", city.credit_code(), kind="group", area_code="371402")
    ours = city.person("charity", organisation_id=group.id)
    proposed = propose(group, charity, ours)
    users = {"manager": manager, "group": ours, "officer": city.person("supervisor", "371402"),
             "clerk": city.person("charity", organisation_id=charity.id, post="clerk"),
             "storekeeper": city.person("charity", organisation_id=charity.id, post="storekeeper"),
             "administrator": city.person("administrator")}
    return {"charity": charity.id, "certificate": sent.id, "group": group.id, "cooperation": proposed.id,
            "users": {who: plain(user) for who, user in users.items()}}


def plain(user):
    key = user.get_id()
    return SimpleNamespace(id=user.id, get_id=lambda: key)


def fresh(model, number):
    """A row as it is now, after what browsers did."""
    db.session.remove()
    return db.session.get_one(model, number)


def send(charity, manager, number="德慈募第009号"):
    today = clock.today()
    draft = CertificateDraft(number, today - timedelta(5), today - timedelta(5), today + timedelta(900))
    return certificates.submit(charity, draft, picture(), by=manager)


def propose(group, charity, by):
    today = clock.today()
    draft = CooperationDraft("HZ-1", "为老人筹集夜灯", today, today + timedelta(90))
    return cooperations.propose(group, charity, draft, by=by)


def signed_in(app, world, who):
    db.session.remove()
    return app.test_client().sign_in(world["users"][who])


PAGES = [
    *[("manager", f"/charity/{path}") for path in ("", "team/", "team/new", "certificate/", "certificate/new",
                                                   "cooperations/", "cooperations/new",
                                                   "cooperations/{cooperation}/decline")],
    *[("group", f"/charity/{path}") for path in ("", "certificate/", "cooperations/", "cooperations/new")],
    ("clerk", "/charity/"), ("clerk", "/charity/certificate/"), ("storekeeper", "/charity/"),
    ("storekeeper", "/charity/cooperations/"), ("officer", "/desk/certificates/{certificate}/refuse"),
    *[("officer", f"/desk/charities/{path}") for path in (
        "", "?need=waiting&area=371402&q=%25&after=zz", "?need=nothing&area=x&q=nobody", "new", "{charity}", "{group}",
        "{charity}/managers/new")],
    *[("administrator", f"/desk/charities/{path}") for path in ("", "{charity}", "new")]]


def test_every_page_opens_in_both_languages(world, app):
    for who, path in PAGES:
        browser, path = signed_in(app, world, who), path.format(**world)
        joint = "&" if "?" in path else "?"
        for lang in ("zh", "en"):
            assert browser.page(f"{path}{joint}lang={lang}").lang.startswith(lang), path


@pytest.mark.parametrize("who, path", [("manager", "/charity/team/"), ("manager", "/charity/certificate/"),
                                       ("manager", "/charity/cooperations/"), ("manager", "/charity/"),
                                       ("officer", "/desk/charities/"), ("officer", "/desk/charities/{charity}")])
def test_a_list_takes_the_same_statements_however_long_it_is(world, city, app, who, path):
    browser, path = signed_in(app, world, who), path.format(**world)

    def grow():
        manager = db.session.get_one(User, world["users"]["manager"].id)
        charity = db.session.get_one(Organisation, world["charity"])
        city.person("charity", organisation_id=charity.id)
        waiting = db.session.query(Certificate).filter_by(organisation_id=charity.id, state="submitted").one()
        certificates.approve(waiting, by=city.person("supervisor"))
        send(charity, manager)
        more = organisations.create("再来一家", city.credit_code(), area_code="371402", kind="group")
        propose(more, charity, city.person("charity", organisation_id=more.id))
        browser.page(path)
        return browser.statements

    before = grow()
    grow(), grow()
    assert grow() == before


def test_the_manager_sends_in_a_certificate_and_the_officer_approves_it(world, city, app):
    bare = organisations.create("齐河春苗会", city.credit_code(), area_code="371425")
    number = bare.id
    manager, officer = city.person("charity", organisation_id=number), city.person("supervisor", "371425")
    today, browser, desk = clock.today(), app.test_client().sign_in(manager), app.test_client().sign_in(officer)
    db.session.remove()
    assert "/charity/certificate/" in browser.get("/charity/").text
    fields = {"number": "德慈募第010号", "issued_on": today, "valid_from": today, "valid_until": today + timedelta(700)}
    answer = browser.send("/charity/certificate/new", status=200, **fields, photo=(io.BytesIO(picture()), "scan.jpg"))
    assert answer.request.path == "/charity/certificate/"
    db.session.remove()
    sent = db.session.query(Certificate).filter_by(organisation_id=number).one().id
    shown = browser.get(f"/charity/certificate/{sent}/small.webp")
    assert shown.mimetype == "image/webp" and len(shown.data) > 100
    assert "齐河春苗会" in desk.page("/desk/charities/").text
    assert desk.get(f"/charity/certificate/{sent}/large.webp").status_code == 200
    desk.send(f"/desk/certificates/{sent}/approve", status=200, at=f"/desk/charities/{number}")
    db.session.remove()
    assert queries.certificate(number).id == sent


def test_what_is_wrong_in_a_certificate_is_said_at_its_field(world, app, city):
    bare = organisations.create("齐河春苗会", city.credit_code(), registered_on=clock.today() - timedelta(100))
    browser = app.test_client().sign_in(city.person("charity", organisation_id=bare.id))
    today = clock.today()
    answer = browser.send("/charity/certificate/new", status=422, number="1", issued_on=today, valid_from=today,
                          valid_until=today + timedelta(9))
    assert "photo-error" in answer.text
    answer = browser.send("/charity/certificate/new", status=422, number="1", issued_on=today, valid_from=today,
                          valid_until=today + timedelta(9), photo=(io.BytesIO(picture()), "scan.jpg"))
    assert "issued_on-error" in answer.text and db.session.query(Certificate).filter_by(organisation_id=bare.id).count() == 0


def test_a_refusal_reaches_the_manager_word_by_word(world, app):
    officer = signed_in(app, world, "officer")
    path = f"/desk/certificates/{world['certificate']}/refuse"
    assert officer.send(path, reason="").status_code == 422
    officer.send(path, status=200, reason="照片里看不清编号。")
    manager = signed_in(app, world, "manager")
    assert "照片里看不清编号。" in manager.page("/charity/certificate/").text
    assert "证书未获核准" in manager.page("/charity/?lang=zh").text


def test_two_officers_at_once_and_the_second_is_told(world, app):
    first, second = signed_in(app, world, "officer"), signed_in(app, world, "officer")
    path = f"/desk/certificates/{world['certificate']}"
    second.get(f"/desk/charities/{world['charity']}")
    first.send(f"{path}/refuse", status=200, reason="看不清")
    answer = second.send(f"{path}/approve", at=f"/desk/charities/{world['group']}")
    assert "notice--trouble" in answer.text
    assert fresh(Certificate, world["certificate"]).state == "refused"


def test_somebody_is_invited_chooses_a_password_and_is_at_the_desk(world, app):
    manager = signed_in(app, world, "manager")
    answer = manager.send("/charity/team/new", status=200, display_name="郑洁", username="zheng.jie", post="storekeeper")
    link = re.search(r"http://[^<\s]+(/invitations/[\w-]+)", answer.text).group(1)
    assert answer.headers["Cache-Control"] == "no-store" and "data:image/svg" in answer.text
    assert link not in manager.get("/charity/team/").text, "it is shown once"
    guest = app.test_client()
    page = guest.page(link)
    assert "郑洁" in page.text and "zheng.jie" in page.text
    assert guest.send(link, password="short", again="short").status_code == 422
    assert guest.send(link, password=PASSWORD, again=PASSWORD + "x").status_code == 422
    answer = guest.send(link, status=200, password=PASSWORD, again=PASSWORD)
    assert answer.request.path == "/charity/"
    assert guest.get("/charity/team/").status_code == 403
    assert app.test_client().get(link).status_code == 410
    door = app.test_client()
    assert door.send("/sign-in/staff", username="zheng.jie", password=PASSWORD).request.path == "/charity/"


def test_a_closed_account_is_signed_out_with_its_next_step(world, app):
    clerk, manager = signed_in(app, world, "clerk"), signed_in(app, world, "manager")
    number = world["users"]["clerk"].id
    assert clerk.get("/charity/").status_code == 200
    manager.send(f"/charity/team/{number}/close", status=200, at="/charity/team/")
    assert "/sign-in" in clerk.get("/charity/").headers["Location"]
    manager.send(f"/charity/team/{number}/reopen", status=200, at="/charity/team/")
    assert "/sign-in" in clerk.get("/charity/").headers["Location"], "the session of before stays over"


def test_a_new_post_changes_the_desk(world, app):
    clerk, manager = signed_in(app, world, "clerk"), signed_in(app, world, "manager")
    number = world["users"]["clerk"].id
    manager.send(f"/charity/team/{number}/post", status=200, at="/charity/team/", post="manager")
    assert clerk.get("/charity/team/").status_code == 200
    manager.send(f"/charity/team/{number}/post", status=200, at="/charity/team/", post="king")
    assert fresh(User, number).post == "manager"


def test_an_officer_takes_up_an_organisation(world, app, city):
    code = city.credit_code()
    officer = signed_in(app, world, "officer")
    fields = {"name": "德城区新芽社", "english": "", "credit_code": code, "kind": "charity", "area_code": "371402",
              "registered_on": "2024-01-10", "manager_name": "新芽 周禾", "manager_username": "xinya"}
    wrong = officer.send("/desk/charities/new", status=422, **{**fields, "credit_code": code[:-1] + "0" * 1 + "1"})
    assert "credit_code-error" in wrong.text
    answer = officer.send("/desk/charities/new", status=200, **fields)
    assert "/invitations/" in answer.text and "xinya" in Page(answer.text).text
    db.session.remove()
    made = db.session.query(Organisation).filter_by(credit_code=code).one().id
    assert "德城区新芽社" in officer.page(f"/desk/charities/{made}?lang=zh").text
    again = officer.send("/desk/charities/new", status=422, **fields)
    assert "credit_code-error" in again.text


def test_an_officer_cannot_reach_into_another_county(world, app, city):
    far = organisations.create("齐河春苗会", city.credit_code(), area_code="371425").id
    officer = signed_in(app, world, "officer")
    assert officer.get(f"/desk/charities/{far}").status_code == 404
    fields = {"name": "x", "credit_code": city.credit_code(), "kind": "charity", "area_code": "371425", "manager_name": "x",
              "manager_username": "xxx"}
    assert officer.send("/desk/charities/new", **fields).status_code == 422


def test_a_lost_manager_gets_a_new_link_from_the_officer(world, app):
    officer = signed_in(app, world, "officer")
    number, at = world["users"]["manager"].id, f"/desk/charities/{world['charity']}"
    answer = officer.send(f"{at}/managers/{number}/link", status=200, at=at)
    assert "/invitations/" in answer.text
    assert officer.send(f"{at}/managers/{world['users']['clerk'].id}/link", at=at).status_code == 404


def test_a_cooperation_from_the_proposal_to_its_end(world, app):
    manager, group = signed_in(app, world, "manager"), signed_in(app, world, "group")
    at = "/charity/cooperations/"
    manager.send(f"{at}{world['cooperation']}/agree", status=200, at=at)
    db.session.remove()
    assert queries.may_raise(world["group"])
    assert "notice--info" in group.get("/charity/certificate/").text
    group.send(f"{at}{world['cooperation']}/end", status=200, reason="项目已完成。")
    assert "项目已完成。" in manager.page(at).text
    assert fresh(Cooperation, world["cooperation"]).state == "ended"


def test_a_proposal_names_only_charities_with_a_certificate(world, app, city):
    bare = organisations.create("无证书慈善会", city.credit_code()).id
    group = signed_in(app, world, "group")
    page = group.page("/charity/cooperations/new?lang=zh").text
    assert "德城区向阳公益社" in page and "无证书慈善会" not in page and "晚晴互助社" not in page
    today = clock.today()
    answer = group.send("/charity/cooperations/new", status=422, charity_id=bare, number="2", purpose="夜灯",
                        signed_on=today, valid_until=today)
    assert db.session.query(Cooperation).count() == 1 and "charity_id" in answer.text


def test_the_last_link_of_a_closed_person_is_over(world, app, city):
    manager = db.session.get_one(User, world["users"]["manager"].id)
    user, secret = team.invite("郑洁", "zheng", "clerk", by=manager)
    team.close(user, by=manager)
    db.session.remove()
    assert app.test_client().get(f"/invitations/{secret}").status_code == 410
