"""What somebody did and a household confirmed adds up to hours; nobody stands there for whom it was done."""
from marketplace.extensions import db
from marketplace.market.volunteering import hours
from tests.service import done


def test_hours_and_visits_that_were_confirmed(city, app):
    helper, other, charity = city.person("volunteer"), city.person("volunteer"), city.organisation()
    done(city, helper, 6, charity)
    done(city, helper, 2, charity, "次")
    done(city, helper, 9, charity, confirmed=False)
    done(city, other, 1, charity)
    city.promise(city.need(), by=helper)
    assert hours.totals(hours.served(helper.id)) == hours.Total(360, 2)
    browser = app.test_client().sign_in(helper)
    db.session.remove()
    text = browser.page("/gifts/hours").text
    assert "6 小时" in text and "2 次" in text and "菊花奶奶" not in text
    assert browser.page("/gifts/hours?lang=en").lang == "en"


def test_one_must_be_signed_in_and_may_have_none_yet(city, app, browser):
    assert "/sign-in" in browser.get("/gifts/hours").headers["Location"]
    assert "还没有" in app.test_client().sign_in(city.person("donor")).page("/gifts/hours").text
