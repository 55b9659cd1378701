"""Two wishes from the basket, paid for at once."""
from tests.journeys.money.conftest import follow, pay, sums, until


def test_two_wishes_are_paid_for_at_once_and_each_has_its_receipt(town):
    giver = town.visitor()
    before = sums(giver)
    for wish, yuan in (("ears", "160"), ("coal", "50.50")):
        giver.go(f"/wishes/{town.wishes[wish]}")
        giver.fill(yuan=yuan)
        follow(giver, "button[value=basket]")
    giver.see("basket")
    giver.page.locator("button[value^=pay]").scroll_into_view_if_needed()
    follow(giver, "button[value^=pay]")
    giver.press()
    assert all(words in giver.text() for words in ("助听器电池", "过冬的煤", "¥160", "¥50.50", "¥210.50"))
    pay(giver)
    until(giver, town.say("已支付给", "Paid to"))
    assert town.say("一起捐出的心愿", "Given together") in giver.text()
    first = giver.page.url.partition("?")[0]
    second = giver.page.locator("section:has(#together-title) a").get_attribute("href")
    giver.wait_for(second, town.say("已支付给", "Paid to"))
    giver.wait_for(first, town.say("查看、打印", "Receipt and certificate"))
    giver.see("basket-paid")
    giver.go(f"{first}/receipt")
    assert "¥160" in giver.text() and "210" not in giver.text(), "one receipt for each gift"
    giver.go("/gifts/")
    giver.see("gifts")
    assert giver.text().count(town.say("已到慈善组织", "With the charity")) == 2

    giver.go(f"/transparency/wishes/{town.wishes['coal']}")
    assert "¥50.50" in giver.text()
    after = sums(giver)
    came = town.say("收到", "Came in")
    assert after[came] - before[came] == 21_050

    clerk = town.visitor("clerk")
    clerk.go("/charity/gifts?show=received")
    assert all(words in clerk.text() for words in ("助听器电池", "¥160", "过冬的煤", "¥50.50"))
    keeper = town.visitor("keeper")
    keeper.page.goto(town.site.url + "/charity/gifts")
    assert "¥" not in keeper.text(), "who keeps the store sees no money"
