"""Every page opens, in both languages, for somebody who may see it; a list takes the same statements however long."""
import pytest

from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries import thanks as words
from marketplace.market.pledges import service as pledges
from marketplace.people.accounts.models import Guest
from marketplace.people.organisations.models import Organisation
from tests.city import TOWN, picture


@pytest.fixture
def world(city):
    """One of everything."""
    charity = city.organisation()
    worker = city.person("social_worker", TOWN)
    home = city.home(ages=(67, 9))
    wish = city.wish(home, wanted=3, price_fen=5000, charity=charity, worker=worker)
    reserved = pledges.reserve(wish.needs[0], 1, by=Guest())
    bearer = Guest(pledges.digest(reserved.secret))
    pledges.commit(reserved.pledge, by=bearer, phone="13900000000")
    city.settle()
    delivery, code = city.arrived(reserved.pledge, worker)
    deliveries.hand_over(delivery, code, by=worker, photo=picture())
    me = city.beneficiary(home)
    deliveries.confirm(delivery, by=me)
    words.write(delivery, "被子很暖和。", by=me)
    open_ = pledges.reserve(wish.needs[0], 1, by=Guest())
    second = city.home()
    returned = city.submitted(second)
    city.settle()
    return {
        "ref": wish.ref, "secret": reserved.secret, "open": open_.secret, "wish": wish.id, "home": home.id,
        "delivery": delivery.id, "submitted": returned.id, "second": second.id,
        "users": {"worker": worker, "family": me, "second": city.beneficiary(second),
                  "charity": city.person("charity", organisation_id=charity.id), "donor": city.person("donor"),
                  "supervisor": city.person("supervisor"), "administrator": city.person("administrator")}}


PAGES = [
    ("", "/"), ("", "/wishes"), ("", "/wishes?q=棉被&kind=goods&sort=urgent"), ("", "/wishes?q=nothing at all"),
    ("", "/wishes?area=371402&town=371402001&most=abc"), ("", "/wishes/{ref}"), ("", "/gifts/"), ("", "/gifts/{secret}"),
    ("", "/gifts/{open}/confirm"), ("", "/gifts/{secret}/receipt"), ("", "/sign-in/"), ("", "/sign-in/family"),
    ("", "/sign-in/giver"), ("", "/sign-in/staff"), ("", "/demo/messages"),
    ("donor", "/gifts/"), ("donor", "/wishes/{ref}"),
    ("family", "/home/"), ("family", "/home/wishes/{wish}"), ("family", "/home/wishes/new"),
    ("family", "/home/deliveries/{delivery}/problem"), ("family", "/home/deliveries/{delivery}/thanks"),
    ("second", "/home/"), ("second", "/home/wishes/{submitted}"),
    ("worker", "/desk/"), ("worker", "/desk/wishes/"),
    ("worker", "/desk/wishes/?state=submitted"), ("worker", "/desk/wishes/?q=%25&area=x&kind=goods&sort=oldest&after=zz"),
    ("worker", "/desk/wishes/{submitted}"), ("worker", "/desk/wishes/{wish}"),
    ("worker", "/desk/wishes/{submitted}/return_"),
    ("worker", "/desk/wishes/{submitted}/reject"), ("worker", "/desk/deliveries/"),
    ("worker", "/desk/deliveries/{delivery}"),
    ("worker", "/desk/households/"),
    ("worker", "/desk/households/{home}"), ("worker", "/desk/households/{second}/wishes/new"),
    ("charity", "/charity/"), ("supervisor", "/operations/"), ("supervisor", "/operations/audit"),
    ("administrator", "/operations/"),
]


@pytest.mark.parametrize("who, path", PAGES)
def test_a_page_opens_in_both_languages(world, browser, who, path):
    if who:
        browser.sign_in(world["users"][who])
    path = path.format(**world)
    joint = "&" if "?" in path else "?"
    for lang, html in (("zh", "zh"), ("en", "en")):
        page = browser.page(f"{path}{joint}lang={lang}")
        assert page.lang.startswith(html)


@pytest.mark.parametrize("path", ["/nothing", "/wishes/nothing", "/gifts/nothing", "/desk/wishes/99999"])
def test_what_is_not_there_has_a_page_of_its_own(world, browser, path):
    browser.sign_in(world["users"]["worker"])
    assert browser.get(path).status_code in (404, 410)


LISTS = [("", "/wishes"), ("worker", "/desk/"), ("worker", "/desk/wishes/"), ("worker", "/desk/deliveries/"),
         ("worker", "/desk/households/"), ("charity", "/charity/"), ("administrator", "/operations/")]


@pytest.mark.parametrize("who, path", LISTS)
def test_a_list_takes_the_same_statements_however_long_it_is(world, city, browser, who, path):
    users = world["users"]
    if who:
        browser.sign_in(users[who])
    charity = db.session.get_one(Organisation, users["charity"].organisation_id)

    def grow():
        wish = city.wish(worker=users["worker"], charity=charity, wanted=2, price_fen=100)
        city.promise(wish.needs[0])
        city.submitted()
        browser.page(path)
        return browser.statements

    before = grow()
    grow(), grow()
    assert grow() == before
