import pytest

from marketplace.demo import accounts, filling, pictures, plan
from marketplace.market.deliveries.thanks import MOST
from marketplace.market.wishes import goods
from marketplace.market.wishes.rules import LIMITS, NeedDraft, check_anonymous, check_needs, check_words
from marketplace.network.registry.eligibility import BANDS
from marketplace.people.accounts.models import BY_PASSWORD
from marketplace.people.accounts.rules import normal_phone

WISHES = filling._read("wishes")
PITY = ("可怜", "贫困", "穷", "不幸", "悲惨", "残废", "施舍", "苦命")


@pytest.mark.parametrize("entry", WISHES, ids=lambda e: e["item"])
def test_a_wish_may_be_wished_for(entry):
    kind, fen = entry.get("kind", "goods"), entry.get("price", 0) * 100
    money = kind == "money"
    check_needs([NeedDraft(kind, entry["item"], fen if money else entry.get("wanted", 1), 0 if money else fen,
                           entry["category"], entry.get("unit", ""))], goods.prohibited())
    assert goods.categories()[entry["category"]].kind == kind
    assert set(entry["ages"]) <= {name for _most, name in BANDS} and entry["picture"] in pictures.DRAWINGS
    assert entry.get("season", "winter") in plan.SEASONS and entry.get("sex", "F") in ("F", "M")
    assert (money or entry["unit"]) and (fen > 0 or kind == "service") and len(entry["words"]) <= LIMITS.words
    for field in ("title", "alias", "story", "words"):
        check_words(field, entry[field], goods.prohibited())
        check_anonymous(field, entry[field], [])
        assert not any(word in entry[field] for word in PITY)


def test_there_are_many_and_none_twice():
    assert len(WISHES) >= 100
    for field in ("item", "title", "story", "alias"):
        assert len({e[field] for e in WISHES}) == len(WISHES), field
    fresh = filling._read("aliases")
    assert len(set(fresh)) == len(fresh) and not set(fresh) & {e["alias"] for e in WISHES}


def test_every_age_finds_wishes_in_every_month():
    for _most, band in BANDS:
        for sex in "FM":
            for month in range(1, 13):
                assert [e for e in WISHES if band in e["ages"] and e.get("sex", sex) == sex
                        and month in plan.SEASONS.get(e.get("season", ""), range(1, 13))]


def test_thanks_give_nobody_away():
    for kind, said in filling._read("thanks").items():
        assert kind in ("goods", "service", "money") and len(said) >= 5
        for words in said:
            check_anonymous("words", words, [])
            assert len(words) <= MOST


def test_the_sign_in_page_names_somebody_for_every_role():
    people = accounts.listed()
    assert {p["role"] for p in people} == {"beneficiary", "donor", "volunteer", *BY_PASSWORD}
    for person in people:
        assert person["name"]
        assert normal_phone(person["phone"]) if "phone" in person else person["username"] and person["password"]
