"""Pictures to share lead to their page, and are gone with it."""
import io

import pytest
from PIL import Image

from marketplace.core import cards
from marketplace.extensions import db
from marketplace.market.wishes import service
from marketplace.market.wishes.models import Wish
from tests import campaigns


def test_a_wish_has_a_picture_while_it_is_public(city, browser):
    wish = city.wish(kind="money", category="aid", wanted=20_000)
    ref, number = wish.ref, wish.id
    page = browser.get(f"/wishes/{ref}").text
    assert f'/wishes/{ref}/card.png"' in page and "summary_large_image" in page
    answer = browser.get(f"/wishes/{ref}/card.png")
    assert answer.status_code == 200 and answer.mimetype == "image/png"
    assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    again = browser.get(f"/wishes/{ref}/card.png", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and answer.headers["Cache-Control"] == "no-cache"
    db.session.remove()
    wish = db.session.get_one(Wish, number)
    service.withdraw(wish, by=city.person("social_worker", wish.town_code))
    assert browser.get(f"/wishes/{ref}/card.png", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 410


def test_a_campaign_has_one_from_its_approval_on(city, browser):
    clerk = campaigns.clerk(city, city.organisation())
    ref, draft = campaigns.live(city, clerk, 10_000).ref, campaigns.draft(clerk).ref
    for lang in ("zh", "en"):
        assert browser.get(f"/campaigns/{ref}/card.png?lang={lang}").mimetype == "image/png"
    assert browser.get(f"/campaigns/{draft}/card.png").status_code == 404
    assert f'/campaigns/{ref}/card.png"' in browser.get(f"/campaigns/{ref}").text


@pytest.mark.parametrize("title", [
    "棉被", "给上学路上的孩子一个结实的书包，" * 3,
    "A warm quilt for the winter nights, and a lamp for the bed " * 3, "𠮷" * 30])
def test_a_title_of_any_length_has_room(title):
    card = cards.Card(title, "慈善会" * 20, "还差 ¥80", "扫码看这个心愿。", "微心愿", "https://site.example/wishes/1", 1, 3)
    assert cards.draw(card) == cards.draw.__wrapped__(card)
