"""News are public at once, with pictures drawn again; a correction shows, and nothing is taken away."""
import io

import pytest
from PIL import Image

from marketplace.core import storage
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.market.campaigns import public, service
from tests import campaigns
from tests.city import picture


@pytest.fixture
def clerk(city):
    return campaigns.clerk(city, city.organisation())


@pytest.fixture
def campaign(city, clerk):
    return campaigns.live(city, clerk)


def test_it_is_public_at_once_and_its_pictures_tell_nothing_else(campaign, clerk):
    exif = Image.Exif()
    exif[0x0110] = "camera of somebody"
    uploads = [picture(exif=exif), picture(300, 200)]
    update = service.tell(campaign, "第一批棉被到了", "三十床棉被已经送到街道站点。", clerk, uploads)
    shown = public.updates(campaign.id)
    assert [(u.id, len(u.pictures), c) for u, c in shown] == [(update.id, 2, [])]
    key = update.pictures[0].key
    content = storage.store().get(f"{key}-480.webp")
    assert public.picture(key) and b"camera" not in content and Image.open(io.BytesIO(content)).format == "WEBP"


def test_a_correction_stands_below_what_it_corrects(campaign, clerk):
    first = service.tell(campaign, "第一批", "三十床。", clerk)
    other = service.tell(campaign, "第二批", "十床。", clerk)
    second = service.correct(first, "第一批", "二十九床，一床破了。", by=clerk)
    third = service.correct(second, "第一批", "二十八床。", by=clerk)
    assert [(u.id, [c.id for c in corrections]) for u, corrections in public.updates(campaign.id)] == [
        (other.id, []), (first.id, [second.id, third.id])]
    assert first.words == "三十床。", "what was said stays"
    with pytest.raises(WrongState):
        service.correct(first, "第一批", "三十一床。", by=clerk)


@pytest.mark.parametrize("title, words", [
    ("", "好"), ("好", " "), ("好", "送到王奶奶家，新湖街 12 号"), ("好", "电话 13812345678"), ("好", "长" * 2001),
    ("371402199001011234", "好")])
def test_what_would_identify_a_family_is_not_told(campaign, clerk, title, words):
    with pytest.raises(Invalid):
        service.tell(campaign, title, words, clerk)
    assert not public.updates(campaign.id)


def test_pictures_are_checked_and_counted(campaign, clerk):
    for uploads in ([b"MZ nothing"], [picture()] * 5):
        with pytest.raises(Invalid):
            service.tell(campaign, "好", "好", clerk, uploads)
    assert not public.updates(campaign.id)


def test_others_tell_nothing(city, campaign, clerk):
    first = service.tell(campaign, "第一批", "三十床。", clerk)
    for person in (campaigns.clerk(city, city.organisation()), city.person("supervisor"), city.person("donor"),
                   city.person("charity", organisation_id=clerk.organisation_id, post="storekeeper")):
        with pytest.raises(NotAllowed):
            service.tell(campaign, "好", "好", person)
        with pytest.raises(NotAllowed):
            service.correct(first, "好", "好", by=person)


def test_before_it_is_approved_nothing_is_told_or_shown(clerk):
    campaign = campaigns.handed_in(clerk)
    service_picture = campaign.picture
    with pytest.raises(WrongState):
        service.tell(campaign, "好", "好", clerk)
    assert public.one(campaign.ref) is None and not public.picture(service_picture or "campaign/aa/x")
