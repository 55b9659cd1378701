"""A charity gives money back: one of two gifts that were paid for at once, then the other."""
from tests.journeys.money.conftest import follow, pay, sums


def give_back(clerk, title):
    clerk.go("/charity/gifts?show=received")
    row = clerk.page.locator("main tr", has_text=title)
    row.locator("summary").click()
    with clerk.page.expect_navigation():
        row.locator("button").click()


def test_one_gift_goes_back_then_the_other(town):
    giver, clerk = town.visitor(), town.visitor("clerk")
    for wish, yuan in (("glasses", "90"), ("lamp", "80")):
        giver.go(f"/wishes/{town.wishes[wish]}")
        giver.fill(yuan=yuan)
        follow(giver, "button[value=basket]")
    follow(giver, "button[value^=pay]")
    giver.press()
    pay(giver)
    glasses = giver.page.url.partition("?")[0]
    lamp = giver.page.locator("a", has_text="台灯").first.get_attribute("href")
    for gift in (glasses, lamp):
        giver.wait_for(gift, town.say("善款已到慈善组织账户", "Your money is with the charity"))
    back, before = town.say("退还捐赠人", "Given back to givers"), sums(giver)

    give_back(clerk, "老花镜")
    clerk.see("given-back")
    giver.wait_for(glasses, town.say("¥90 已退回您的付款账户", "¥90 went back to the account you paid from"))
    giver.see("went-back")
    giver.wait_for(lamp, town.say("善款已到慈善组织账户", "Your money is with the charity"))
    assert sums(giver)[back] - before[back] == 9_000
    giver.go(f"/wishes/{town.wishes['glasses']}")
    assert giver.page.locator("[name=yuan]").count(), "the wish waits for somebody else"

    give_back(clerk, "台灯")
    giver.wait_for(lamp, town.say("¥80 已退回您的付款账户", "¥80 went back to the account you paid from"))
    assert sums(giver)[back] - before[back] == 17_000
