"""The hosted page, paid on by posting its form."""
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.standin.months import donor, open_monthly, subscribe
from tests.standin.payer import CARD, DECLINED, POOR, open_session, visit
from tests.standin.server import Running


def test_a_payer_pays_once_however_often_the_form_is_sent(local: stripe.StripeClient) -> None:
    made = open_session(local)
    with ThreadPoolExecutor(4) as four:
        ends = list(four.map(lambda _: visit(made.url, CARD)[:2], range(4)))
    assert ends == [(303, f"http://127.0.0.1:9/done?session={made.id}")] * 4
    kept = local.v1.checkout.sessions.retrieve(made.id)
    assert (kept.status, kept.payment_status) == ("complete", "paid")
    assert len(local.v1.charges.list({"payment_intent": kept.payment_intent}).data) == 1
    status, _, page = visit(made.url)
    assert status == 200 and "已经付好了" in page


@pytest.mark.parametrize(("locale", "shown"), [("zh", "支付 ¥80.00"), ("en", "Pay ¥80.00")])
def test_the_page_says_what_happens(local: stripe.StripeClient, locale: str, shown: str) -> None:
    status, _, page = visit(open_session(local, locale=locale).url)
    assert status == 200
    for words in (shown, "棉被", "演示支付，不会扣款", "Demo payment, no money moves", "http://127.0.0.1:9/back"):
        assert words in page
    assert "<script" not in page and "style=" not in page


@pytest.mark.parametrize(("form", "status", "words"), [
    (DECLINED, 402, "银行没有同意"), (POOR, 402, "余额不足"), (CARD | {"number": "4242"}, 422, "请对照卡片"),
    (CARD | {"number": "5200828282828210"}, 422, "只接受测试卡"), (CARD | {"expiry": "13/40"}, 422, "12 / 34"),
    (CARD | {"expiry": "01/20"}, 422, "已经过期"), (CARD | {"cvc": "x"}, 422, "安全码"), ({}, 422, "还没有付成")])
def test_an_error_says_how_to_mend_it(local: stripe.StripeClient, form: dict, status: int, words: str) -> None:
    made = open_session(local)
    answer, _, page = visit(made.url, form)
    assert answer == status and words in page and 'role="alert"' in page
    assert local.v1.checkout.sessions.retrieve(made.id).status == "open"
    assert visit(made.url, CARD)[0] == 303


@pytest.mark.parametrize("kind", ["alipay", "wechat_pay"])
def test_a_wallet_asks_first(local: stripe.StripeClient, kind: str) -> None:
    made = open_session(local)
    status, question, _ = visit(made.url, {"method": kind})
    assert status == 303 and "确认支付 ¥80.00" in visit(question)[2]
    assert visit(question, {"answer": "no"})[1] == made.url
    assert "没有确认" in visit(made.url)[2]
    _, question, _ = visit(made.url, {"method": kind})
    assert visit(question, {"answer": "yes"})[1].endswith(made.id)
    assert visit(question, {"answer": "no"})[1].endswith(made.id)
    assert local.v1.checkout.sessions.retrieve(made.id).payment_status == "paid"


def test_only_what_is_allowed_is_offered(local: stripe.StripeClient) -> None:
    made = open_session(local, allowed_payment_method_types=["card"])
    assert "支付宝" not in visit(made.url)[2]
    assert visit(made.url, {"method": "alipay"})[0] == 405


def test_an_expired_page_takes_nothing(local: stripe.StripeClient) -> None:
    made = open_session(local)
    local.v1.checkout.sessions.expire(made.id)
    for form in (None, CARD):
        status, _, page = visit(made.url, form)
        assert status == 410 and "付款时间已过" in page and "http://127.0.0.1:9/back" in page


@pytest.mark.parametrize(("locale", "shown"), [
    ("zh", ("每月 ¥30.00", "每月支付 ¥30.00", "今天支付 ¥30.00，以后每月自动扣款一次，直到您取消。", "4000 0000 0000 0341")),
    ("en", ("¥30.00 every month", "Pay ¥30.00 every month", "the same again every month until you cancel", "Due today"))])
def test_the_page_says_how_often(local: stripe.StripeClient, locale: str, shown: tuple[str, ...]) -> None:
    made = open_monthly(local, locale=locale)
    page = visit(made.url)[2]
    for words in (*shown, "每月一份心意"):
        assert words in page
    assert "支付宝" not in page and "Alipay" not in page
    assert visit(made.url, {"method": "alipay"})[0] == 405
    assert visit(made.url, CARD)[:2] == (303, f"http://127.0.0.1:9/done?session={made.id}")
    assert local.v1.checkout.sessions.retrieve(made.id).subscription


@pytest.mark.parametrize(("locale", "every", "shown"), [
    ("zh", 3, "每 3 个月支付 ¥30.00"), ("en", 3, "Pay ¥30.00 every 3 months"), ("en", 1, "Pay ¥30.00 every month")])
def test_a_longer_rhythm(local: stripe.StripeClient, locale: str, every: int, shown: str) -> None:
    made = open_monthly(local, locale=locale, line_items=[{"quantity": 1, "price_data": {
        "currency": "cny", "unit_amount": 3000, "recurring": {"interval": "month", "interval_count": every},
        "product_data": {"name": "心意"}}}])
    assert shown in visit(made.url)[2]


def test_an_unpaid_month_is_paid_on_a_page_of_its_own(local: stripe.StripeClient) -> None:
    made = subscribe(local, donor(local, "pm_card_chargeCustomerFail").id, expand=["latest_invoice"])
    url = made.latest_invoice.hosted_invoice_url
    status, _, page = visit(url)
    assert status == 200 and f"账单 {made.latest_invoice.number}" in page and "以后也会用这张卡" in page
    assert visit(url, DECLINED)[0] == 402 and visit(url, CARD | {"cvc": "x"})[0] == 422
    _, question, _ = visit(url, CARD | {"number": "4000002500003155"})
    assert visit(question, {"answer": "no"})[1] == url and "没有确认" in visit(url)[2]
    _, question, _ = visit(url, CARD | {"number": "4000002500003155"})
    assert visit(question, {"answer": "yes"})[1] == url and "已经付好了" in visit(url)[2]
    now = local.v1.subscriptions.retrieve(made.id, {"expand": ["default_payment_method"]})
    assert (now.status, now.default_payment_method.card.last4) == ("active", "3155")
    assert visit(f"{url}x")[0] == 404


def test_a_page_that_never_was(server: Running) -> None:
    assert visit(f"{server.url}/c/pay/cs_test_none")[0] == 404
    assert visit(f"{server.url}/c/check/pi_none_secret_x")[0] == 404


def test_a_receipt_tells_of_refunds(local: stripe.StripeClient) -> None:
    made = open_session(local)
    visit(made.url, CARD)
    intent = local.v1.checkout.sessions.retrieve(made.id).payment_intent
    local.v1.refunds.create({"payment_intent": intent, "amount": 3000})
    page = visit(local.v1.charges.list({"payment_intent": intent}).data[0].receipt_url)[2]
    assert "¥80.00" in page and "¥30.00" in page
