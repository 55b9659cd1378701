"""A letter of thanks goes out for what has settled or was confirmed, and holds as long as nothing of it went back."""
import pytest
from sqlalchemy import select

from marketplace.core import clock, paper
from marketplace.core.errors import NotAllowed
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.gifts.models import GiftContact
from marketplace.market.letters import public, queries, service
from marketplace.market.letters.rules import NothingToThank, normal_number
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import PledgeContact
from marketplace.people.accounts.models import Guest
from tests.web.test_papers import bare, read, scanned, text

YEAR = clock.today().year


@pytest.fixture
def charity(city):
    return city.organisation()


def money(city, charity, giver, fen=12_050):
    return city.promise(city.need(kind="money", category="aid", wanted=20_000, charity=charity), fen, by=giver)


def secret_of(pledge):
    return db.session.get_one(PledgeContact, pledge.id).secret.reveal()


def test_a_year_at_one_charity_is_one_letter_that_follows_what_goes_back(city, charity):
    giver = city.person("donor")
    money(city, charity, giver)
    second = money(city, charity, giver, 3_000)
    money(city, city.organisation(), giver, 1_000)
    letter = service.write(YEAR, charity.id, by=giver)
    assert (letter.gifts, letter.amount_fen, letter.giver, len(letter.numbers)) == (2, 15_050, "捐**", 2)
    assert service.write(YEAR, charity.id, by=giver).id == letter.id
    assert public.one(letter.number.lower()).stands and len(queries.year(giver, YEAR)) == 2
    pledges.refund(second, by=city.person("charity", organisation_id=charity.id))
    city.settle()
    city.given_back(second)
    assert not public.one(letter.number).stands
    newer = service.write(YEAR, charity.id, by=giver)
    assert (newer.gifts, newer.amount_fen) == (1, 12_050) and newer.number != letter.number
    with pytest.raises(NothingToThank):
        service.write(YEAR - 1, charity.id, by=giver)
    with pytest.raises(NotAllowed):
        service.write(YEAR, charity.id, by=city.person("charity", organisation_id=charity.id))
    assert normal_number(newer.number) and not normal_number("TW-2026-AAAA-BBBB-CCCC")


def test_goods_are_thanked_for_once_the_household_has_confirmed(city, charity, browser):
    home, giver = city.home(), city.person("donor")
    pledge = city.promise(city.need(home=home, charity=charity, wanted=2), 2, by=giver)
    worker, secret = city.person("social_worker"), secret_of(pledge)
    delivery, code = city.arrived(pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    city.settle()
    at = f"/gifts/{secret}/letter.pdf"
    assert queries.year(giver, YEAR) == [] and browser.get(at).status_code == 404
    assert "letter.pdf" not in browser.get(f"/gifts/{secret}/receipt").text
    deliveries.confirm(delivery, by=city.beneficiary(home))
    city.settle()
    assert [len(one.receipts) for one in queries.year(giver, YEAR)] == [1]
    said = text(read(browser.get(f"{at}?in=zh")))
    assert "棉被×2条" in said and "菊花奶奶" not in said and "letter.pdf" in browser.get(f"/gifts/{secret}/receipt").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_letters_on_paper(city, charity, app, browser, language):
    giver, site = city.person("donor"), app.config["SETTINGS"].site_url
    secret, name = secret_of(money(city, charity, giver)), giver.display_name
    shown = charity.name if language == "zh" else charity.english
    number = queries.of_gift(secret).receipt.number
    me = app.test_client().sign_in(giver)
    db.session.remove()
    reader = read(browser.get(f"/gifts/{secret}/letter.pdf?in={language}"))
    said = text(reader)
    assert scanned(reader) == {f"{site}/receipts/{number}"} and paper.UNKNOWN not in said and len(reader.pages) == 1
    assert all(bare(fact) in said for fact in (name, "¥120.50", shown, number)) and ("感谢信" in said) == (language == "zh")
    assert browser.get(f"/gifts/{'x' * 32}/letter.pdf").status_code == 404

    at = f"/gifts/years/{YEAR}"
    me.send(f"{at}/letters/1", at=f"{at}?lang={language}")
    from marketplace.market.letters.models import YearLetter
    letter = db.session.scalars(select(YearLetter)).one()
    found, receipts = letter.number, letter.numbers
    db.session.remove()
    reader = read(me.get(f"/gifts/letters/1.pdf?in={language}"))
    said = text(reader)
    assert scanned(reader) == {f"{site}/letters/{found}"} and all(bare(one) in said for one in (name, "¥120.50", *receipts))
    seen = browser.page(f"/letters/{found}?lang={language}").text
    assert receipts[0] in seen and name not in seen and browser.page("/letters/GX-1", 404)
    assert app.test_client().sign_in(city.person("donor")).get("/gifts/letters/1.pdf").status_code == 404


def test_a_gift_to_a_fund_has_its_letter_and_what_is_not_paid_has_none(city, charity, browser):
    gift = city.gift(charity=charity)
    secret = db.session.get_one(GiftContact, gift.id).secret.reveal()
    assert queries.of_gift(secret).receipt.purpose == f"gift:{gift.id}" and queries.of_gift("x" * 32) is None
    assert "letter.pdf" in browser.get(f"/gifts/{secret}/receipt").text
    made = pledges.reserve(city.need(kind="money", category="aid", wanted=20_000, charity=charity), 5_000, by=Guest())
    assert queries.of_gift(made.secret) is None
