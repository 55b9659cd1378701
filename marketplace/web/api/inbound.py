"""Where the message gateway brings what phones send: signed, once each, and answered alike whatever came of it."""
from flask import Blueprint, current_app, jsonify, request

from marketplace.core import signatures
from marketplace.extensions import limiter
from marketplace.market.deliveries import receiving
from marketplace.web import words_of_deliveries
from marketplace.web.guard import PUBLIC, allowed

inbound = Blueprint("inbound", __name__)
MOST, TEXT_MOST, ID_MOST = 16 * 1024, 500, 100


@inbound.post("/messages/inbound")
@allowed(PUBLIC)
@limiter.exempt
def message():
    """One message: JSON with `id`, `from` and `text`, and its signature in `X-Signature`."""
    if (request.content_length or 0) > MOST:
        return jsonify(error="too large"), 413
    secret = current_app.config["SETTINGS"].sms_inbound_secret
    if not signatures.holds(secret, request.get_data(), request.headers.get("X-Signature", "")):
        return jsonify(error="bad signature"), 400
    said = request.get_json(silent=True, force=True)
    facts = [said.get(name) for name in ("id", "from", "text")] if isinstance(said, dict) else []
    if not facts or not all(map(_is_text, facts)) or not (facts[0] and facts[1]):
        return jsonify(error="not a message"), 400
    receiving.take_reply(facts[0][:ID_MOST], facts[1][:40], facts[2][:TEXT_MOST], words_of_deliveries.unsaid())
    return jsonify(received=True)


def _is_text(fact: object) -> bool:
    """Whether this is text that can be kept: no zero byte, and no half of a character."""
    return isinstance(fact, str) and "\0" not in fact and not any("\ud800" <= c <= "\udfff" for c in fact)
