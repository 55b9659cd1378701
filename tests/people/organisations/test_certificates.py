"""A certificate: sent in by the manager, checked by an officer of the area, and by nobody else."""
import io
from datetime import date, timedelta

import pytest
from PIL import Image

from marketplace.core import audit, clock, storage
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.people.organisations import queries
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.queries import papers
from marketplace.people.organisations.rules import CertificateDraft, CharitiesAlone, WaitsAlready, earliest_issue
from marketplace.people.organisations.service import certificates
from tests.city import TOWN, picture


def draft(**more):
    today = clock.today()
    days = {"issued_on": today - timedelta(10), "valid_from": today - timedelta(10), "valid_until": today + timedelta(900)}
    return CertificateDraft(**{"number": "德慈募第2026001号", **days, **more})


@pytest.fixture
def charity(city):
    """Registered long ago, without a certificate."""
    return organisations.create("德城区向阳公益社", city.credit_code(), area_code="371402", registered_on=date(2015, 3, 1))


@pytest.fixture
def manager(city, charity):
    return city.person("charity", organisation_id=charity.id)


@pytest.fixture
def officer(city):
    return city.person("supervisor", "371402")


def test_it_counts_once_an_officer_has_approved_it(charity, manager, officer):
    sent = certificates.submit(charity, draft(), picture(), by=manager)
    assert (sent.state, sent.area_code, sent.recorded_by) == ("submitted", "371402", manager.id)
    assert queries.certificate(charity.id) is None
    certificates.approve(sent, by=officer)
    held = queries.certificate(charity.id)
    assert held and held.id == sent.id and held.checked_by == officer.id and held.checked_at
    assert charity.id in {o.id for o in queries.serving("371402001001")}
    done = [entry.capability for entry in db.session.query(audit.AuditEntry).filter_by(
        subject=f"certificate:{sent.id}").order_by(audit.AuditEntry.id)]
    assert done == ["certificate.submit", "certificate.approve"]


def test_its_picture_is_drawn_again(charity, manager):
    out = io.BytesIO()
    image = Image.new("RGB", (900, 600), (250, 240, 220))
    exif = Image.Exif()
    exif[0x010E] = "a secret of the camera"
    image.save(out, "JPEG", exif=exif)
    sent = certificates.submit(charity, draft(), out.getvalue(), by=manager)
    for width in (1200, 480):
        kept = storage.store().get(f"{sent.picture}-{width}.webp")
        assert Image.open(io.BytesIO(kept)).format == "WEBP" and b"a secret of the camera" not in kept


@pytest.mark.parametrize("role, area", [("supervisor", "371425"), ("supervisor", TOWN), ("supervisor", ""),
                                        ("administrator", ""), ("social_worker", "3714"), ("verifier", "3714")])
def test_only_an_officer_of_the_area_decides(city, charity, manager, role, area):
    sent = certificates.submit(charity, draft(), picture(), by=manager)
    other = city.person(role, area)
    for act in (certificates.approve, lambda paper, by: certificates.refuse(paper, "看不清", by)):
        with pytest.raises(NotAllowed):
            act(sent, by=other)
    assert db.session.get_one(type(sent), sent.id).state == "submitted"


@pytest.mark.parametrize("post", ["clerk", "storekeeper", "volunteer_lead"])
def test_only_the_manager_sends_it_in(city, charity, post):
    with pytest.raises(NotAllowed):
        certificates.submit(charity, draft(), picture(), by=city.person("charity", organisation_id=charity.id, post=post))


def test_not_for_another_charity(city, charity):
    with pytest.raises(NotAllowed):
        certificates.submit(charity, draft(), picture(), by=city.person("charity", organisation_id=city.organisation().id))


def test_a_refusal_says_why_and_leaves_the_way_open(charity, manager, officer):
    sent = certificates.submit(charity, draft(), picture(), by=manager)
    certificates.refuse(sent, " 照片看不清编号。 ", by=officer)
    assert (sent.state, sent.reason) == ("refused", "照片看不清编号。") and queries.certificate(charity.id) is None
    with pytest.raises(WrongState):
        certificates.approve(sent, by=officer)
    certificates.approve(certificates.submit(charity, draft(), picture(), by=manager), by=officer)
    assert queries.certificate(charity.id)


def test_a_reason_is_needed(charity, manager, officer):
    sent = certificates.submit(charity, draft(), picture(), by=manager)
    for reason in ("", "   ", "长" * 301):
        with pytest.raises(Invalid):
            certificates.refuse(sent, reason, by=officer)


def test_one_waits_at_a_time_and_can_be_taken_back(charity, manager):
    first = certificates.submit(charity, draft(), picture(), by=manager)
    with pytest.raises(WaitsAlready):
        certificates.submit(charity, draft(), picture(), by=manager)
    certificates.withdraw(first, by=manager)
    assert certificates.submit(charity, draft(), picture(), by=manager).id != first.id


def test_a_revoked_one_counts_no_more(charity, manager, officer):
    sent = certificates.submit(charity, draft(), picture(), by=manager)
    certificates.approve(sent, by=officer)
    certificates.revoke(sent, "组织已注销。", by=officer)
    assert queries.certificate(charity.id) is None and not queries.may_raise(charity.id)
    assert charity.id not in {o.id for o in queries.serving("371402001001")}


def test_the_longest_of_two_is_the_one(charity, manager, officer):
    today = clock.today()
    for until in (today + timedelta(30), today + timedelta(700)):
        certificates.approve(certificates.submit(charity, draft(valid_until=until), picture(), by=manager), by=officer)
    held = queries.certificate(charity.id)
    assert held and held.valid_until == today + timedelta(700)


def test_one_that_ended_while_it_waited_is_not_approved(charity, manager, officer, hold):
    sent = certificates.submit(charity, draft(valid_until=clock.today() + timedelta(1)), picture(), by=manager)
    with hold(clock.now() + timedelta(days=3)), pytest.raises(Invalid) as no:
        certificates.approve(sent, by=officer)
    assert (no.value.field, no.value.rule) == ("valid_until", "over")


def test_the_same_number_at_another_charity_is_noticed(city, charity, manager, officer):
    other = organisations.create("另一家慈善会", city.credit_code(), clock.today() + timedelta(90), number=draft().number)
    sent = certificates.submit(charity, draft(), picture(), by=manager)
    assert [o.id for o in papers.same_number(sent)] == [other.id]


def faults():
    today = clock.today()
    return [({"number": " "}, "number", "empty"), ({"number": "9" * 41}, "number", "too_long"),
            ({"issued_on": today + timedelta(1)}, "issued_on", "not_come"),
            ({"valid_until": today - timedelta(11)}, "valid_until", "days_turned"),
            ({"valid_until": today - timedelta(1)}, "valid_until", "over"),
            ({"valid_from": date(2015, 12, 31)}, "valid_from", "too_early")]


@pytest.mark.parametrize("number", range(6))
def test_what_cannot_stand_on_a_certificate(charity, manager, number):
    change, field, rule = faults()[number]
    with pytest.raises(Invalid) as no:
        certificates.submit(charity, draft(**change), picture(), by=manager)
    assert (no.value.field, no.value.rule) == (field, rule)


@pytest.mark.parametrize("upload, rule", [(b"", "empty"), (b"%PDF-1.7", "no_picture")])
def test_without_a_picture_nothing_is_sent_in(charity, manager, upload, rule):
    with pytest.raises(Invalid) as no:
        certificates.submit(charity, draft(), upload, by=manager)
    assert (no.value.field, no.value.rule) == ("photo", rule)


@pytest.mark.parametrize("registered, first", [
    (date(2025, 3, 1), date(2026, 3, 1)),  # after the change: one year
    (date(2020, 6, 15), date(2022, 6, 15)),  # long before it: two
    (date(2023, 1, 10), date(2024, 9, 5)),  # two years would be later than the change, and by then one had passed
    (date(2022, 9, 5), date(2024, 9, 5)), (date(2024, 2, 29), date(2025, 3, 1))])
def test_the_first_day_on_which_one_can_be_issued(registered, first):
    assert earliest_issue(registered) == first


def test_a_young_charity_cannot_have_one(city):
    young = organisations.create("新芽公益社", city.credit_code(), registered_on=clock.today() - timedelta(200))
    with pytest.raises(Invalid) as no:
        certificates.submit(young, draft(), picture(), by=city.person("charity", organisation_id=young.id))
    assert (no.value.field, no.value.rule) == ("issued_on", "too_young")


def test_a_company_cannot_have_one(city):
    company = organisations.create("德州暖阳商贸有限公司", city.credit_code(), kind="company")
    with pytest.raises(CharitiesAlone):
        certificates.submit(company, draft(), picture(), by=city.person("charity", organisation_id=company.id))
