"""Every page opens, in both languages, for somebody who may see it; a list takes the same statements however long."""
import pytest

from marketplace.extensions import db, limiter
from marketplace.market.deliveries import pictures
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries import thanks as words
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift
from marketplace.market.pledges import service as pledges
from marketplace.money.payments.provider import Bill
from marketplace.people.accounts.models import Guest
from marketplace.people.organisations.models import Organisation
from tests.city import TOWN, picture


@pytest.fixture
def world(city, till):
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
    deliveries.hand_over(delivery, code, by=worker, picture=pictures.show(delivery, picture(), by=worker))
    me = city.beneficiary(home)
    deliveries.confirm(delivery, by=me)
    words.write(delivery, "被子很暖和。", by=me)
    open_ = pledges.reserve(wish.needs[0], 1, by=Guest())
    money = money_of(city, till, charity)
    second = city.home()
    returned = city.submitted(second)
    city.settle()
    return {
        "ref": wish.ref, "secret": reserved.secret, "open": open_.secret, "wish": wish.id, "home": home.id,
        "delivery": delivery.id, "org": charity.id, **money, "submitted": returned.id, "second": second.id,
        "users": {"worker": worker, "family": me, "second": city.beneficiary(second),
                  "charity": city.person("charity", organisation_id=charity.id), "donor": city.person("donor"),
                  "supervisor": city.person("supervisor"), "administrator": city.person("administrator")}}


def money_of(city, till, charity):
    """Gifts of money of all kinds: links that lead to them, and the numbers of slips."""
    wish = city.wish(charity=charity, kind="money", category="aid", wanted=20_000, item="助听器")
    basket = pledges.reserve_many([(wish.needs[0], 2_000)], Guest())
    paid, unpaid = (gifts.give(f"fund:{charity.id}", 5_000, Guest(), phone="13900000000") for _ in range(2))
    city.pay(paid.gift)
    city.dispute(paid.gift)
    monthly = gifts.give_monthly(f"fund:{charity.id}", 5_000, Guest(), phone="13900000000")
    failed = Bill("in_2", 5_000, None, "pi_2", "https://pay.example/2", "expired_card")
    till.bill("sub_1", "past_due", till.month("1"), failed)
    city.begun(monthly.monthly, "sub_1")
    begun = gifts.give_monthly(f"fund:{charity.id}", 5_000, Guest(), phone="13900000000")
    clerk, second = (city.person("charity", organisation_id=charity.id) for _ in range(2))
    confirmed, waits = city.slip(clerk, way="cash"), city.slip(clerk, need_id=wish.needs[0].id)
    gifts.confirm_slip(confirmed, by=second)
    city.settle()
    gifts.refund(db.session.get_one(Gift, int(confirmed.purpose.removeprefix("gift:"))), by=clerk)
    city.settle()
    return {"basket": basket[0].secret, "gift": paid.secret, "unpaid": unpaid.secret, "monthly": monthly.secret,
            "begun": begun.secret, "money": wish.ref, "slip": waits.id}


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
    ("", "/basket"), ("", "/charities"), ("", "/charities/{org}"), ("", "/charities/{org}/give?often=monthly"),
    ("worker", "/charities/{org}/give"), ("", "/wishes/{money}"), ("", "/gifts/{basket}/confirm"), ("", "/gifts/{basket}"),
    ("", "/gifts/{gift}"), ("", "/gifts/{unpaid}"), ("", "/gifts/{unpaid}/confirm"), ("", "/gifts/{monthly}"),
    ("", "/gifts/{begun}"), ("", "/gifts/{begun}/confirm"), ("charity", "/charity/gifts"), ("charity", "/charity/gifts/new"),
    ("charity", "/charity/gifts?show=slips&state=confirmed&after=zz"), ("charity", "/charity/gifts?show=late"),
    ("charity", "/charity/gifts?show=back"), ("charity", "/charity/gifts?show=disputes"),
    ("charity", "/charity/gifts?show=received&way=cash"), ("charity", "/charity/gifts/slips/{slip}"),
    ("charity", "/charity/"), ("supervisor", "/operations/"), ("supervisor", "/operations/audit"),
    ("administrator", "/operations/"),
]


def test_every_page_opens_in_both_languages(world, app):
    wrong = []
    for who in {who for who, _path in PAGES}:
        browser = app.test_client()
        if who:
            browser.sign_in(world["users"][who])
        for path in [path.format(**world) for whose, path in PAGES if whose == who]:
            for lang in ("zh", "en"):
                limiter.reset()
                try:
                    page = browser.page(f"{path}{'&' if '?' in path else '?'}lang={lang}")
                    assert page.lang.startswith(lang)
                except AssertionError as fault:
                    wrong.append((who, path, lang, str(fault)))
    assert not wrong


def test_what_is_not_there_has_a_page_of_its_own(city, browser):
    browser.sign_in(city.person("social_worker"))
    paths = ("/nothing", "/wishes/nothing", "/gifts/nothing", "/desk/wishes/99999")
    assert [path for path in paths if browser.get(path).status_code not in (404, 410)] == []


LISTS = [("", "/wishes"), ("worker", "/desk/"), ("worker", "/desk/wishes/"), ("worker", "/desk/deliveries/"),
         ("worker", "/desk/households/"), ("charity", "/charity/"), ("administrator", "/operations/")]


def test_a_list_takes_the_same_statements_however_long_it_is(world, city, app):
    users = world["users"]
    charity = db.session.get_one(Organisation, users["charity"].organisation_id)
    people = {who: app.test_client() for who, _path in LISTS}
    for who, browser in people.items():
        if who:
            browser.sign_in(users[who])

    def grow():
        wish = city.wish(worker=users["worker"], charity=charity, wanted=2, price_fen=100)
        city.promise(wish.needs[0])
        city.submitted()
        counted = {}
        for who, path in LISTS:
            people[who].page(path)
            counted[path] = people[who].statements
        return counted

    before = grow()
    grow(), grow()
    assert grow() == before
