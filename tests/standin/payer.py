"""Somebody who pays on the hosted page, over plain HTTP."""
import time
import urllib.error
import urllib.parse
import urllib.request

import stripe

CARD = {"method": "card", "number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123"}
DECLINED = CARD | {"number": "4000000000000002"}
POOR = CARD | {"number": "4000000000009995"}


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def visit(url: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Status, Location and text; redirects are not followed."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        answer = urllib.request.build_opener(_Stays).open(url, data, timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers.get("Location", ""), answer.read().decode()


def open_session(client: stripe.StripeClient, options: dict | None = None, **more: object):
    """A session over 80 yuan for a quilt."""
    return client.v1.checkout.sessions.create({
        "mode": "payment", "success_url": "http://127.0.0.1:9/done?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/back", "locale": "zh", "client_reference_id": "ref1",
        "metadata": {"payment": "ref1"}, "payment_intent_data": {"metadata": {"payment": "ref1"}},
        "expires_at": int(time.time()) + 3600, "line_items": [{"quantity": 1, "price_data": {
            "currency": "cny", "unit_amount": 8000, "product_data": {"name": "棉被"}}}]} | more, options or {})
