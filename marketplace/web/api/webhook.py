"""Where the payment provider speaks to us: stored before anything else, answered at once."""
from flask import Blueprint, jsonify, request

from marketplace.extensions import limiter
from marketplace.money.payments import service as payments
from marketplace.money.payments.provider import BadSignature
from marketplace.web.guard import PUBLIC, allowed

hook = Blueprint("webhook", __name__)
MOST = 256 * 1024


@hook.post("/payments/stripe/webhook")
@allowed(PUBLIC)
@limiter.exempt
def stripe():
    if (request.content_length or 0) > MOST:
        return jsonify(error="too large"), 413
    try:
        payments.store_event(request.get_data(), request.headers.get("Stripe-Signature", ""))
    except BadSignature:
        return jsonify(error="bad signature"), 400
    return jsonify(received=True)
