import pytest

from marketplace.core.errors import Invalid, NotAllowed
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import LIFE, Wish
from marketplace.market.wishes.rules import ConsentMissing, NotEligible, TooManyWishes
from tests.city import OTHER_TOWN, TOWN, picture


def test_a_beneficiary_sends_a_wish_with_its_consent(city):
    home = city.home()
    wish = wishes.send(city.people(home)[0], city.draft(), by=city.beneficiary(home))
    assert wish.state == "submitted" and wish.consent_id and wish.age_band == "60+"


def test_over_the_price_cap_nothing_is_kept(city):
    home = city.home()
    with pytest.raises(Invalid) as no:
        wishes.send(city.people(home)[0], city.draft(wanted=4, price_fen=8000), by=city.beneficiary(home))
    assert (no.value.rule, no.value.facts["cap_fen"]) == ("over_cap", 30_000)
    assert db.session.query(Wish).count() == 0


def test_at_the_price_cap_it_is_fine(city):
    home = city.home()
    assert wishes.write(city.people(home)[0], city.draft(wanted=3, price_fen=10_000), by=city.beneficiary(home))


@pytest.mark.parametrize("item", ["两条香烟", "一箱白酒", "降压药", "现金三百元"])
def test_prohibited_kinds_are_refused(city, item):
    home = city.home()
    with pytest.raises(Invalid) as no:
        wishes.write(city.people(home)[0], city.draft(item=item), by=city.beneficiary(home))
    assert no.value.rule == "prohibited"


def test_one_open_wish_a_person(city):
    home = city.home()
    city.submitted(home)
    with pytest.raises(TooManyWishes) as no:
        city.submitted(home)
    assert (no.value.rule, no.value.most) == ("open", 1)


def test_three_wishes_a_year(city):
    home = city.home()
    for _ in range(3):
        wish = city.submitted(home)
        with transaction():
            LIFE.move(wish, "publish")
            LIFE.move(wish, "close")
    with pytest.raises(TooManyWishes) as no:
        city.submitted(home)
    assert no.value.rule == "year"


def test_a_household_without_eligibility_writes_none(city):
    home = city.home()
    member, person = city.beneficiary(home), city.people(home)[0]
    city.lose(home)
    with pytest.raises(NotEligible):
        wishes.write(person, city.draft(), by=member)


def test_a_worker_of_the_area_writes_for_somebody_and_says_why(city):
    home = city.home()
    worker = city.person("social_worker", TOWN)
    with pytest.raises(Invalid) as no:
        wishes.write(city.people(home)[0], city.draft(), by=worker)
    assert no.value.field == "on_behalf"
    wish = wishes.write(city.people(home)[0], city.draft(on_behalf="不会用手机"), by=worker)
    assert wish.author_id == worker.id


@pytest.mark.parametrize("role", ["donor", "volunteer", "charity", "supervisor", "operator", "verifier", "administrator"])
def test_nobody_else_writes(city, role):
    home = city.home()
    with pytest.raises(NotAllowed):
        wishes.write(city.people(home)[0], city.draft(), by=city.person(role, TOWN))


def test_a_worker_of_another_town_does_not(city):
    home = city.home()
    with pytest.raises(NotAllowed):
        wishes.write(city.people(home)[0], city.draft(on_behalf="x"), by=city.person("social_worker", OTHER_TOWN))


def test_another_household_does_not(city):
    home, other = city.home(), city.home()
    with pytest.raises(NotAllowed):
        wishes.write(city.people(home)[0], city.draft(), by=city.beneficiary(other))


def test_a_minors_wish_needs_a_guardian(city):
    home = city.home(ages=(9, 40))
    with pytest.raises(ConsentMissing) as no:
        wishes.send(city.people(home)[0], city.draft(item="书包", category="school"), by=city.beneficiary(home))
    assert no.value.guardian
    wish = wishes.send(city.people(home)[0], city.draft(item="书包", category="school"), by=city.beneficiary(home),
                       guardian="王建国")
    assert wish.state == "submitted" and wish.age_band == "7-13"


def test_a_file_that_is_no_picture_leaves_no_wish(city):
    home = city.home()
    with pytest.raises(Invalid) as no:
        wishes.send(city.people(home)[0], city.draft(), by=city.beneficiary(home), upload=b"MZ not a picture")
    assert no.value.rule == "no_picture" and db.session.query(Wish).count() == 0


def test_a_picture_is_drawn_again_without_metadata(city):
    from PIL import Image

    from marketplace.core import storage
    home = city.home()
    exif = Image.Exif()
    exif[0x010E] = "德城区某村 8 号"
    wish = wishes.send(city.people(home)[0], city.draft(), by=city.beneficiary(home), upload=picture(exif=exif))
    kept = storage.store().get(f"{wish.photos[0].key}-480.webp")
    assert kept[8:12] == b"WEBP" and "某村".encode() not in kept and not wish.photos[0].reviewed


def test_a_returned_wish_is_changed_and_sent_again(city):
    home = city.home()
    wish = city.submitted(home)
    worker = city.person("social_worker", TOWN)
    wishes.return_(wish, "请写清尺寸", by=worker)
    me = city.beneficiary(home)
    wishes.change(wish, city.draft(item="双人棉被"), by=me)
    wishes.submit(wish, by=me)
    assert (wish.state, wish.title, wish.needs[0].item) == ("submitted", "双人棉被", "双人棉被")
