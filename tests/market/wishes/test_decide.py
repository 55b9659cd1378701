import pytest

from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.market.wishes import public
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.rules import ConsentMissing, NotEligible, StaleForm, WishFrozen
from marketplace.market.wishes.service.deciding import PublicText
from tests.city import OTHER_TOWN, TOWN


def text(wish, charity, **other):
    facts = {"title": wish.title, "alias": "菊花奶奶", "story": "想要一床暖和的被子。", "urgency": 0,
             "organisation_id": charity.id, "version": wish.version, **other}
    return PublicText(**facts)


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.mark.parametrize("verb", ["edit", "publish", "return_", "reject"])
@pytest.mark.parametrize("who", ["other_town", "donor", "author", "own_household", "supervisor", "administrator"])
def test_nobody_but_a_worker_of_the_area_who_did_not_write_it_decides(city, charity, verb, who):
    home = city.home()
    worker = city.person("social_worker", TOWN)
    if who == "author":
        wish = wishes.send(city.people(home)[0], city.draft(on_behalf="不识字"), by=worker)
    else:
        wish = city.submitted(home)
    other = {"other_town": lambda: city.person("social_worker", OTHER_TOWN), "author": lambda: worker,
             "own_household": lambda: city.person("social_worker", TOWN, household_id=home.id),
             }.get(who, lambda: city.person(who, TOWN))()
    arguments = {"edit": (text(wish, charity),), "publish": (), "return_": ("x",), "reject": ("x",)}[verb]
    with pytest.raises(NotAllowed):
        getattr(wishes, verb)(wish, *arguments, by=other)
    assert wish.state == "submitted"


@pytest.mark.parametrize("story", ["电话 13800001111 联系", "家住新湖街道 3 号楼", "身份证 371402195001011234",
                                   "写信到 wang@example.com", "李家村 8 号的奶奶"])
def test_text_that_identifies_is_refused(city, charity, story):
    wish = city.submitted()
    with pytest.raises(Invalid) as no:
        wishes.edit(wish, text(wish, charity, story=story), by=city.person("social_worker", TOWN))
    assert no.value.rule == "identifies" and no.value.field == "story"


def test_the_familys_own_name_is_refused(city, charity):
    home = city.home()
    wish = city.submitted(home)
    name = city.people(home)[0].name.reveal()
    with pytest.raises(Invalid) as no:
        wishes.edit(wish, text(wish, charity, story=f"{name}想要一床被子"), by=city.person("social_worker", TOWN))
    assert no.value.facts["what"] == "name"


def test_a_stale_form_changes_nothing(city, charity):
    wish = city.submitted()
    first, second = city.person("social_worker", TOWN), city.person("social_worker", TOWN)
    version = wish.version
    wishes.edit(wish, text(wish, charity, title="厚棉被"), by=first)
    with pytest.raises(StaleForm):
        wishes.edit(wish, text(wish, charity, title="薄棉被", version=version), by=second)
    assert wish.title == "厚棉被"


def test_content_is_frozen_from_the_first_pledge_on(city, charity):
    worker = city.person("social_worker", TOWN)
    wish = city.wish(wanted=2, charity=charity, worker=worker)
    city.promise(wish.needs[0], 1)
    with pytest.raises(WishFrozen):
        wishes.edit(wish, text(wish, charity, title="别的"), by=worker)


def test_a_reason_is_needed_to_turn_down(city):
    wish = city.submitted()
    with pytest.raises(Invalid):
        wishes.reject(wish, "  ", by=city.person("social_worker", TOWN))
    assert wish.state == "submitted"


def test_without_consent_nothing_is_published(city, charity):
    home = city.home()
    wish = city.submitted(home)
    worker = city.person("social_worker", TOWN)
    wishes.edit(wish, text(wish, charity), by=worker)
    wishes.withdraw_consent(wish, by=city.beneficiary(home))
    with pytest.raises(ConsentMissing):
        wishes.publish(wish, by=worker)


def test_an_ineligible_household_is_not_published(city, charity):
    home = city.home()
    wish = city.submitted(home)
    worker = city.person("social_worker", TOWN)
    wishes.edit(wish, text(wish, charity), by=worker)
    city.lose(home)
    with pytest.raises(NotEligible):
        wishes.publish(wish, by=worker)


def test_consent_withdrawn_hides_at_once(city):
    home = city.home()
    wish = city.wish(home)
    assert public.one(wish.ref)
    wishes.withdraw_consent(wish, by=city.beneficiary(home))
    assert public.one(wish.ref) is None and not public.browse(public.Filter())[0]


def test_deciding_twice_is_refused(city, charity):
    wish = city.submitted()
    worker = city.person("social_worker", TOWN)
    wishes.reject(wish, "重复", by=worker)
    with pytest.raises(WrongState) as no:
        wishes.return_(wish, "x", by=worker)
    assert no.value.state == "rejected"


def test_the_family_is_told_what_was_decided(city):
    from marketplace.people.notices import queries as notices
    wish = city.submitted()
    wishes.return_(wish, "请写清尺寸", by=city.person("social_worker", TOWN))
    city.settle()
    assert wish.title in notices.newest(1)[0].text


def test_an_open_wish_ends_after_its_time(city, hold):
    from datetime import timedelta

    from marketplace.core import clock
    wish = city.wish()
    with hold(clock.now() + timedelta(days=181)):
        assert wishes.expire_overdue() == 1
        city.settle()
    assert wish.state == "expired"
