"""What somebody did and a household confirmed adds up to hours; nobody stands there for whom it was done."""
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.deliveries import hours
from marketplace.market.deliveries import service as deliveries
from marketplace.market.wishes.models import Need


def done(city, giver, units, unit, confirmed=True):
    home = city.home()
    need = city.need(home=home, kind="service", category="tutoring", wanted=units, price_fen=0)
    with transaction() as session:
        session.get_one(Need, need.id).unit = unit
    pledge = city.promise(need, units, by=giver)
    worker = city.person("social_worker", pledge.place_code[:9])
    delivery, code = city.arrived(pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    if confirmed:
        deliveries.confirm(delivery, by=city.beneficiary(home))
    city.settle()


def test_hours_and_visits_that_were_confirmed(city, app):
    helper, other = city.person("volunteer"), city.person("volunteer")
    done(city, helper, 6, "小时")
    done(city, helper, 2, "次")
    done(city, helper, 9, "小时", confirmed=False)
    done(city, other, 1, "小时")
    city.promise(city.need(), by=helper)
    assert hours.totals(hours.served(helper.id)) == (6, 2)
    browser = app.test_client().sign_in(helper)
    db.session.remove()
    text = browser.page("/gifts/hours").text
    assert "6 小时" in text and "2 次" in text and "菊花奶奶" not in text
    assert browser.page("/gifts/hours?lang=en").lang == "en"


def test_one_must_be_signed_in_and_may_have_none_yet(city, app, browser):
    assert "/sign-in" in browser.get("/gifts/hours").headers["Location"]
    assert "还没有" in app.test_client().sign_in(city.person("donor")).page("/gifts/hours").text
