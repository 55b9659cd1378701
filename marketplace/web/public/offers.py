"""Giving things, time or money before there is a wish for it: what can be offered, the form, and what became of it.

The secret link is the key to an offer; an account only collects links.
"""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.core import images, places
from marketplace.extensions import limiter
from marketplace.market.deliveries import thanks as saying
from marketplace.market.offers import public, queries, service
from marketplace.market.offers.models import Offer
from marketplace.market.thanking import queries as thanking
from marketplace.market.transparency import offers as trails
from marketplace.market.wishes import goods
from marketplace.people.organisations import queries as organisations
from marketplace.web import offer_forms
from marketplace.web.forms import Form, attempt, choices
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang
from marketplace.web.public.money import acting
from marketplace.web.public.wishes import serve_picture

offers = Blueprint("offers", __name__, url_prefix="/offers")


@offers.get("")
@allowed("offer.make")
def mine():
    """What somebody offered."""
    after = request.args.get("after", "")
    found = queries.mine(current_user, after)
    return render_template("public/offers/mine.html", rows=found.rows, more=found.after, after=after)


@offers.get("/new")
@allowed(PUBLIC)
def choose():
    """What can be offered: kinds of things, of time and of money; of a kind of things, each thing with its fair price."""
    category = goods.categories().get(request.args.get("category", ""))
    items = [one for one in goods.items().values() if category and one.category == category.code]
    return render_template("public/offers/choose.html", category=category if items else None, items=items,
                           categories=goods.categories().values())


@offers.route("/new/<what>", methods=["GET", "POST"])
@allowed("offer.make")
@limiter.limit("30 per hour", methods=["POST"])
def new(what: str):
    """The offer itself; before it, where it may be used, because that says which charities there are."""
    kind = offer_forms.kind_of(what) or abort(404)
    area = request.args.get("area", "")
    if area not in dict(offer_forms.areas()):
        return render_template("public/offers/where.html", what=what, kind=kind, areas=offer_forms.areas(), city=places.CITY)
    form = offer_forms.prepared(offer_forms.OF_GIVER, what)
    takers = public.charities(area)
    form.organisation_id.choices = choices((one.id, one.english if lang() == "en" and one.english else one.name)
                                           for one in takers)
    if not form.is_submitted():
        form.organisation_id.data, form.name.data = takers[0].id if takers else None, current_user.display_name
    if takers and form.validate_on_submit():
        with form.refusals():
            draft = form.draft(what, form.organisation_id.data, area)
            number = form.only(lambda: str(service.make(draft, current_user, lang(), form.name.data or "").id))
            offer = queries.one(current_user, "offer.read", int(number))
            flash(_("Thank you. Your offer is on its way to the charity."))
            return redirect(url_for(".follow", secret=queries.contact(offer).secret.reveal()))
    return render_template("public/offers/new.html", what=what, kind=kind, item=goods.items().get(what), area=area,
                           form=form, takers=takers), 422 if form.errors else 200


@offers.get("/follow/<secret>")
@allowed(PUBLIC)
def follow(secret: str):
    """How an offer stands, where its units are, and what its giver does next."""
    offer = queries.of_secret(secret)
    came = queries.intakes(offer)
    return render_template(
        "public/offers/one.html", offer=offer, secret=secret, trail=trails.trail(offer), came=came,
        receipts=thanking.of_intakes(came), charity=organisations.one(offer.organisation_id), stores=_stores(offer),
        thanks=saying.thanks_of_offer(offer.id),
        price_fen=goods.items()[offer.item_code].price_fen if offer.item_code else 0)


@offers.get("/follow/<secret>/drawings/<int:number>")
@allowed(PUBLIC)
def drawing(secret: str, number: int):
    """A drawing from a household that received something of the offer, once a worker has looked at it."""
    offer = queries.of_secret(secret)
    drawn = {said.thanks_id: said.drawing for said in saying.thanks_of_offer(offer.id) if said.drawing}
    if number not in drawn:
        abort(404)
    return serve_picture(f"{drawn[number].key}-{images.WIDTHS[0]}.webp")


def _stores(offer: Offer):
    """Where it is brought, once the charity has said yes."""
    return public.stores(offer.organisation_id) if offer.to_store and offer.state == "accepted" else ()


@offers.post("/follow/<secret>/withdraw")
@allowed(PUBLIC)
def withdraw(secret: str):
    """Take back what nobody counts on yet."""
    offer = queries.of_secret(secret)
    if Form().validate_on_submit():
        attempt(lambda: service.withdraw(offer, acting(offer)), _("You have taken it back."))
    return redirect(url_for(".follow", secret=secret))
