"""Papers over what came to a store of an offer, a receipt for each time. The secret link of the offer is the key."""
from flask import Blueprint, abort, url_for

from marketplace.extensions import limiter
from marketplace.market.offers import queries
from marketplace.people.organisations import queries as organisations
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.public import giver_papers
from marketplace.web.public.giver_papers import Held
from marketplace.web.public.money import acting

offer_papers = Blueprint("offer_papers", __name__, url_prefix="/offers/follow")


def _held(secret: str, number: int) -> Held:
    """What came to a store as the batch of this number; only of the offer of this link."""
    offer = queries.of_secret(secret)
    came = next((one for one in queries.intakes(offer) if one.batch.id == number), None) or abort(404)
    return Held(came, organisations.one(offer.organisation_id), "store", acting(offer), "offer_papers",
                url_for("offers.follow", secret=secret), estimate_fen=came.estimate_fen,
                args={"secret": secret, "number": number})


@offer_papers.get("/<secret>/<int:number>/receipt")
@allowed(PUBLIC)
def receipt(secret: str, number: int):
    return giver_papers.receipt(_held(secret, number))


@offer_papers.get("/<secret>/<int:number>/<any(receipt, certificate):kind>.pdf")
@allowed(PUBLIC)
@limiter.limit("30 per minute")
def pdf(secret: str, number: int, kind: str):
    return giver_papers.pdf(_held(secret, number), kind)


@offer_papers.post("/<secret>/<int:number>/name")
@allowed(PUBLIC)
def name(secret: str, number: int):
    return giver_papers.name(_held(secret, number))


@offer_papers.route("/<secret>/<int:number>/official", methods=["GET", "POST"])
@allowed(PUBLIC)
def official(secret: str, number: int):
    return giver_papers.official(_held(secret, number))
