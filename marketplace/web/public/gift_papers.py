"""Papers of a promise or a gift of money. The secret link is the key."""
from flask import Blueprint, url_for

from marketplace.extensions import limiter
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.public import giver_papers, money
from marketplace.web.public.giver_papers import Held

gift_papers = Blueprint("gift_papers", __name__, url_prefix="/gifts")


def _held(secret: str) -> Held:
    found = money.held(secret)
    thanked = found.kind == "money" or found.of.state == "fulfilled"
    return Held(found.of, found.charity, found.kind, money.acting(found.of), "gift_papers",
                url_for("gifts.follow", secret=secret), url_for("letters.of_gift", secret=secret) if thanked else "",
                args={"secret": secret})


@gift_papers.get("/<secret>/receipt")
@allowed(PUBLIC)
def receipt(secret: str):
    return giver_papers.receipt(_held(secret))


@gift_papers.get("/<secret>/<any(receipt, certificate):kind>.pdf")
@allowed(PUBLIC)
@limiter.limit("30 per minute")
def pdf(secret: str, kind: str):
    return giver_papers.pdf(_held(secret), kind)


@gift_papers.post("/<secret>/name")
@allowed(PUBLIC)
def name(secret: str):
    return giver_papers.name(_held(secret))


@gift_papers.route("/<secret>/official", methods=["GET", "POST"])
@allowed(PUBLIC)
def official(secret: str):
    return giver_papers.official(_held(secret))
