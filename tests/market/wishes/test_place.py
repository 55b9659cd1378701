"""Nobody can be singled out: where fewer than five eligible households of a kind live, the public sees less."""
from marketplace.market.wishes import public
from marketplace.market.wishes.public import Filter
from tests.city import TOWN


def seen(wish):
    return public.one(wish.ref).place_code


def test_few_of_a_kind_show_the_city_then_the_district_then_the_town(city):
    wish = city.wish()
    assert seen(wish) == "3714"
    for _ in range(4):
        city.home(place="371402002001")
    assert seen(wish) == "371402"
    for _ in range(4):
        city.home()
    assert seen(wish) == TOWN


def test_other_kinds_do_not_hide_it(city):
    wish = city.wish()
    for _ in range(6):
        city.home(ages=(30,))
    assert seen(wish) == "3714"


def test_a_filter_by_place_tells_no_more_than_the_page(city):
    wish = city.wish()
    for area, found in (("3714", 1), ("371402", 0), (TOWN, 0)):
        assert len(public.browse(Filter(area=area))[0]) == found
    for _ in range(4):
        city.home()
    assert [w.ref for w in public.browse(Filter(area=TOWN))[0]] == [wish.ref]


def test_when_one_of_five_leaves_the_town_is_hidden_again(city):
    wish = city.wish()
    others = [city.home() for _ in range(4)]
    assert seen(wish) == TOWN
    city.lose(others[0])
    assert seen(wish) == "3714"
