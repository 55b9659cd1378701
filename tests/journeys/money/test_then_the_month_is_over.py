"""A gift each month; then everything that happened in this town is held against the payment service. Last of all, because
the clock of the payment service goes on by a month."""
from tests.journeys.money.conftest import follow, pay, sums

MONTH = 32 * 86_400


def test_each_month_is_a_gift_until_its_giver_ends_it(town):
    giver = town.visitor()
    giver.go(f"/charities/{town.charity}/give?often=monthly")
    giver.fill(yuan="30", mail="giver@example.com")
    giver.press("main form:has([name=yuan])")
    giver.see("monthly-checkout")
    pay(giver)
    monthly = giver.page.url.partition("?")[0]
    taken = town.say("下一次将于", "The next ¥30 will be taken on")
    giver.wait_for(monthly, taken)
    giver.wait_for(monthly, town.say("已到慈善组织", "With the charity"))
    assert giver.page.locator("main .gift-row").count() == 1

    town.provider("/control/clock", seconds=MONTH)
    giver.wait_for("/gifts/", town.say("2 个月", "2 months so far, ¥60 in all"))
    giver.go(monthly)
    giver.see("monthly-twice")
    assert giver.page.locator("main .gift-row").count() == 2
    follow(giver, "main .gift-row a")
    giver.go(monthly)
    giver.press("main form[action$=cancel]")
    assert town.say("您已停止月捐", "You have ended it") in giver.text()
    giver.see("monthly-ended")
    town.provider("/control/clock", seconds=MONTH)
    giver.wait_for("/gifts/", town.say("2 个月", "2 months so far, ¥60 in all"))


def test_the_books_agree_with_the_payment_service_to_the_fen(town):
    bureau = town.visitor("bureau")
    bureau.go("/books/provider")
    bureau.press("form[action$=compare]")
    bureau.wait_for("/books/provider", town.say("上次核对", "Last compared"))
    bureau.see("compared")
    assert town.say("一致", "the same") in bureau.page.locator("dl.facts").inner_text()
    assert town.say("没有未查清的差异", "Nothing differs that nobody has looked into") in bureau.text()
    assert not bureau.page.locator("main .pill--trouble").count()
    bureau.go("/books/")
    bureau.see("books")
    bureau.press("form[action$=proof]")
    assert "balanced" in town.site.flask("ledger", "verify")
    assert town.say("账是平的", "It adds up") in (sums(bureau) and bureau.text())
    bureau.see("transparency")
    errors = [line for line in (town.site.data / "log" / "site.log").read_text().splitlines() if '"level": "error"' in line]
    assert not errors and "stopped" not in (town.site.data / "run.log").read_text()
