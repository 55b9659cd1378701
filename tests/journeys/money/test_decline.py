"""A card that is refused, twice, and one that is not."""
from tests.journeys.money.conftest import follow, pay, until

REFUSED, POOR = "4000 0000 0000 0002", "4000 0000 0000 9995"


def test_a_refused_card_is_explained_and_the_next_one_pays(town):
    giver = town.visitor()
    giver.go("/charities")
    follow(giver, f"main a[href='/charities/{town.charity}']")
    giver.see("charity")
    follow(giver, f"main a[href='/charities/{town.charity}/give']")
    assert giver.page.locator("[name=amount]:checked").count() == 1
    giver.fill(yuan="88.80")
    assert not giver.page.locator("[name=amount]:checked").count(), "what was typed last counts"
    giver.press()
    pay(giver, REFUSED)
    giver.see("declined")
    assert town.say("银行", "bank") in giver.page.locator(".problem").inner_text()
    pay(giver, POOR)
    assert town.say("余额不足", "too little money") in giver.page.locator(".problem").inner_text()
    follow(giver, "a.back")
    giver.wait_for(giver.page.url, town.say("卡里余额不足", "There was not enough money on the card"))
    giver.see("declined-back")
    giver.press()
    pay(giver)
    until(giver, town.say("善款已到慈善组织账上", "Your money is with the charity"))
    assert town.say("余额不足", "not enough") not in giver.text(), "what went wrong before is over"
