"""The list of a household in the registry: who may open it, what is written down, and what goes to its phone."""
import json

import pytest
from sqlalchemy import select

from marketplace.assistance.policies import benefits
from marketplace.assistance.policies.benefits import NoPhone
from marketplace.core.audit import AuditEntry
from marketplace.core.errors import NotAllowed
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry import queries
from marketplace.people.notices import queries as notices
from marketplace.people.notices.models import Notice
from marketplace.people.notices.service import post
from tests.city import OTHER_TOWN, TOWN, City

PART = 67  # characters of a part of a long message in Chinese letters


@pytest.fixture
def home(city, monkeypatch):
    """A grandmother and her daughter, who expects a child; the grandmother has the phone."""
    usual = City._person
    monkeypatch.setattr(City, "_person", lambda self, reference, n, age, today: {
        **usual(self, reference, n, age, today), **({"pregnant": "1", "sex": "F"} if n else {})})
    return city.home(ages=(67, 31))


def deeds(capability: str) -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.capability == capability)))


def private(opened) -> list[str]:
    return [line.policy.id for section in opened.found.sections for line in section.lines if line.private]


def test_the_household_and_the_workers_of_its_area_open_it_and_it_is_written_down(city, home):
    me, worker = city.beneficiary(home), city.person("social_worker", TOWN)
    for user in (me, worker):
        opened = benefits.of_household(user, home)
        assert opened.found.counts["receiving"] and "王秀英" in str(opened.letter("zh"))
        entry = deeds("household.read")[-1]
        assert (entry.actor_id, entry.subject, entry.reason) == (user.id, f"household:{home.id}", benefits.LOOK)
    assert [look.purpose for look in queries.looks(home.id)] == [benefits.LOOK] * 2


def test_nobody_else_does(city, home):
    other = city.home(place=OTHER_TOWN + "001")
    for user in (city.beneficiary(other), city.person("social_worker", OTHER_TOWN), city.person("donor"),
                 city.person("supervisor"), city.person("administrator")):
        with pytest.raises(NotAllowed):
            benefits.of_household(user, home)
    assert not deeds("household.read")


def test_a_list_names_its_own_members_alone(city, home):
    other = city.home(ages=(70,))
    name = city.people(other)[0].name.reveal()
    letter = benefits.of_household(city.beneficiary(home), home).letter("zh")
    assert name not in str(letter) and city.people(home)[0].name.reveal() in str(letter)


def test_what_is_for_the_daughter_alone_her_mother_does_not_see(city, home):
    me, worker = city.beneficiary(home), city.person("social_worker", TOWN)
    assert private(benefits.of_household(worker, home)) == ["maternal_care_package"]
    assert private(benefits.of_household(me, home)) == []
    with transaction():
        me.person_id = city.people(home)[1].id
    assert private(benefits.of_household(me, home)) == ["maternal_care_package"]
    shared = benefits.of_household(worker, home).shared()
    assert "孕" not in str(shared) and shared.rest == benefits.of_household(worker, home).found.rest + 1


def test_a_message_goes_to_the_phone_with_numbers_alone(city, home):
    worker = city.person("social_worker", TOWN)
    benefits.tell(home, "zh", by=worker)
    sent = notices.newest(1)[0]
    assert (sent.channel, sent.recipient) == ("sms", city.people(home)[0].phone.reveal())
    found = benefits.of_household(worker, home).shared()
    facts = json.loads(db.session.scalars(select(Notice.facts)).one().reveal())
    assert facts == benefits.told(found) and facts["receiving"] == 1 and facts["open"] > 1
    assert str(facts["open"]) in sent.text and "/home/benefits" in sent.text
    person = city.people(home)[0]
    for secret in (person.name.reveal(), person.name.reveal()[1:], person.resident_id.reveal(), person.phone.reveal()[3:]):
        assert secret not in sent.text
    assert [(e.actor_id, e.subject) for e in deeds("benefits.tell")] == [(worker.id, f"household:{home.id}")]


def test_a_message_fits_two_parts(app):
    for language in ("zh", "en"):
        text = post.words("benefits", {"receiving": 12, "open": 23, "missed": 11}, language)
        site = app.config["SETTINGS"].site_url
        assert len(text.replace(site, "https://wishes.dezhou.gov.cn")) <= 2 * PART, language


def test_only_a_worker_of_the_area_sends_it_and_not_to_the_own_house(city, home):
    me = city.beneficiary(home)
    for user in (me, city.person("social_worker", OTHER_TOWN), city.person("social_worker", TOWN, household_id=home.id)):
        with pytest.raises(NotAllowed):
            benefits.tell(home, "zh", by=user)
    assert not notices.newest(1) and not deeds("benefits.tell")


def test_without_a_phone_nothing_is_sent(city, home):
    worker, first = city.person("social_worker", TOWN), city.people(home)[0]
    with transaction():
        first.phone = first.phone_index = None
    with pytest.raises(NoPhone):
        benefits.tell(home, "zh", by=worker)
    assert not notices.newest(1)
