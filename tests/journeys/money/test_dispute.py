"""Givers' banks ask money back: once the charity loses, once it wins."""
from tests.journeys.money.conftest import pay, sums

DISPUTED = "4000 0000 0000 0259"


def disputed(town, path, yuan):
    """A gift whose giver's bank asks it back as soon as it is paid; the giver, and the way to the gift."""
    giver = town.visitor()
    giver.go(path)
    giver.fill(yuan=yuan)
    giver.press("main form:has([name=yuan])")
    if "/confirm" in giver.page.url:
        giver.press()
    pay(giver, DISPUTED)
    return giver, giver.page.url.partition("?")[0]


def answer(town, desk, evidence):
    """Find the dispute's number on the desk, and answer it on the pages of the payment service."""
    desk.wait_for("/charity/gifts?show=disputes", "du_")
    number = desk.page.locator("td .code").first.inner_text()
    town.provider(f"/v1/disputes/{number}", **{"evidence[uncategorized_text]": evidence, "submit": "true"})
    desk.wait_for("/charity/gifts?show=disputes", town.say("没有未决的争议", "No open dispute"))


def test_one_that_is_lost_takes_the_money_and_opens_the_wish_again(town):
    manager, bureau = town.visitor("tongxin"), town.visitor("bureau")
    taken, before = town.say("被银行扣回", "Taken back by banks"), sums(manager)
    giver, gift = disputed(town, f"/wishes/{town.wishes['shoes']}", "70")
    bureau.wait_for("/books/provider", town.say("捐赠人的银行要求退回", "Givers' banks ask back"))
    bureau.see("provider-disputes")
    manager.wait_for("/charity/gifts?show=disputes", "du_")
    manager.see("dispute-on-the-desk")
    answer(town, manager, "losing_evidence")
    giver.wait_for(gift, town.say("您的银行已追回款项", "Your bank has taken the money back"))
    giver.see("dispute-lost")
    assert town.say("已被银行追回", "Taken back by the bank") in giver.page.locator(".pill").first.inner_text()
    after = sums(giver)
    assert after.get(taken, 0) - before.get(taken, 0) == 7_000
    giver.go(f"/transparency/wishes/{town.wishes['shoes']}")
    giver.see("trail-of-a-dispute")
    giver.go(f"/wishes/{town.wishes['shoes']}")
    assert giver.page.locator("[name=yuan]").count()


def test_one_that_is_won_leaves_the_gift_where_it_is(town):
    manager = town.visitor("tongxin")
    came, before = town.say("收到", "Came in"), sums(manager)
    giver, gift = disputed(town, f"/charities/{town.charity}/give", "66")
    answer(town, manager, "winning_evidence")
    giver.go(gift)
    assert town.say("善款已到慈善组织账上", "Your money is with the charity") in giver.text()
    taken, after = town.say("被银行扣回", "Taken back by banks"), sums(giver)
    assert after[came] - before[came] == 6_600 and after.get(taken, 0) == before.get(taken, 0)
    manager.go("/charity/gifts?show=received")
    assert town.say("争议中", "Disputed") not in manager.page.locator("main tr", has_text="¥66").inner_text()
