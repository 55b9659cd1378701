"""Each thing of the list has a picture of its own; what is no thing of the list has the drawing of its category."""
import re
from pathlib import Path

from marketplace.market.wishes import goods

PICTURES = Path(__file__).parents[2] / "static" / "img"
SYMBOL = re.compile(r'<symbol id="([\w-]+)" viewBox="0 0 120 90">(.+?)</symbol>')


def test_each_thing_has_a_picture_and_no_two_are_alike():
    sprite = (PICTURES / "goods.svg").read_text()
    pictures = SYMBOL.findall(sprite)
    assert [code for code, _drawn in pictures] == list(goods.items())
    assert len({drawn for _code, drawn in pictures}) == len(pictures) == sprite.count("<symbol")
    assert len(sprite.encode()) < 40_000
    drawn = {code for code, _drawn in SYMBOL.findall((PICTURES / "sprite.svg").read_text())}
    assert {f"draw-{code}" for code in goods.categories()} <= drawn


def test_pages_show_the_pictures_of_things(browser):
    def shown(path: str) -> list[str]:
        return re.findall(r"img/goods\.svg(?:\?[^#\"]*)?#(\w+)", browser.get(path).text)

    assert sorted(shown("/goods")) == sorted(goods.items())
    assert shown("/offers/new?category=food") == [one.code for one in goods.items().values() if one.category == "food"]
    assert not shown("/") and not shown("/offers/new")
