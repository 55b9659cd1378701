"""Offers at the charity's desk: what waits, what is there, yes and no; what somebody said on the phone; what really came."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from marketplace.market.offers import queries, service
from marketplace.market.offers.models import LIFE, Offer
from marketplace.market.offers.queries import Wanted
from marketplace.market.offers.rules import COMES_LATE
from marketplace.market.stock.rules import TEXT_MOST, BatchDraft
from marketplace.market.thanking import queries as thanking
from marketplace.market.transparency import offers as trails
from marketplace.market.wishes import goods
from marketplace.market.wishes.models import KINDS
from marketplace.web import offer_forms
from marketplace.web import words_of_offers as words
from marketplace.web.forms import CheckedPart, Form, OnceForm, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang

charity_offers = Blueprint("charity_offers", __name__, url_prefix="/charity/offers")


class IntakeForm(OnceForm, CheckedPart):
    store = SelectField(_l("Into which store?"), coerce=int)
    units = IntegerField(_l("How many came?"), [InputRequired(_l("Enter a whole number.")), offer_forms.WHOLE])
    more = BooleanField(_l("More came than was offered, and I counted it"))
    size = RadioField(_l("Which size?"), [Optional()], validate_choice=False)
    condition = RadioField(_l("In which condition are they?"), choices=choices(words.CONDITIONS.items()))
    expires_on = DateField(_l("Can be used until"), [Optional()])
    note = text(_l("Note (optional)"), TEXT_MOST, required=False,
                description=_l("Never about a person."))

    def draft(self, offer: Offer) -> BatchDraft:
        return BatchDraft(offer.item_code, self.units.data or 0, self.size.data or "", self.condition.data,
                          self.expires_on.data, note=self.note.data or "", checked=self.checked())


@charity_offers.get("")
@allowed("offer.accept")
def listed():
    """All of the charity's offers, those first that wait for an answer."""
    asked, after = request.args, request.args.get("after", "")
    state, kind, category = asked.get("state", ""), asked.get("kind", ""), asked.get("category", "")
    known = goods.categories().get(category)
    wanted = Wanted(state if state in LIFE.states else "", kind if kind in KINDS else "", known.code if known else "")
    found = queries.listed(current_user, wanted, after)
    return render_template("charity/offers/list.html", rows=found.rows, more=found.after, after=after, wanted=wanted,
                           counts=queries.counts(current_user), categories=goods.categories().values())


@charity_offers.get("/<int:offer_id>")
@allowed("offer.accept")
def one(offer_id: int):
    """An offer: who makes it, whether it is needed, what came of it."""
    offer = queries.one(current_user, "offer.accept", offer_id)
    came = queries.intakes(offer)
    return render_template(
        "charity/offers/one.html", offer=offer, contact=queries.contact(offer), use=queries.use(current_user, offer),
        trail=trails.trail(offer), came=came, receipts=thanking.of_intakes(came), stores=queries.stores(current_user),
        may_come=service.may_come(offer), late=COMES_LATE.days,
        price_fen=goods.items()[offer.item_code].price_fen if offer.item_code else 0)


@charity_offers.post("/<int:offer_id>/<any(accept, decline, end):verb>")
@allowed("offer.accept")
def act(offer_id: int, verb: str):
    """Say yes; or no, with the reason; or that enough has come."""
    offer, reason = queries.one(current_user, f"offer.{verb}", offer_id), request.form.get("reason", "")
    if Form().validate_on_submit():
        deed, done = {"accept": (lambda: service.accept(offer, current_user), _("Accepted. The giver is told.")),
                      "decline": (lambda: service.decline(offer, reason, current_user), _("The giver is told why.")),
                      "end": (lambda: service.end(offer, current_user, reason),
                              _("Ended. Nothing more is taken of it."))}[verb]
        attempt(deed, done)
    return redirect(url_for(".one", offer_id=offer_id))


@charity_offers.get("/new")
@allowed("offer.record")
def choose():
    """What somebody offers who called or wrote."""
    groups = {category: [one for one in goods.items().values() if one.category == category.code] or [category]
              for category in goods.categories().values()}
    return render_template("charity/offers/choose.html", groups=groups)


@charity_offers.route("/new/<what>", methods=["GET", "POST"])
@allowed("offer.record")
def new(what: str):
    """Write it down for them."""
    kind = offer_forms.kind_of(what) or abort(404)
    form = offer_forms.prepared(offer_forms.OF_DESK, what)
    form.area_code.choices = choices(offer_forms.areas())
    if form.validate_on_submit():
        with form.refusals():
            draft = form.draft(what, current_user.organisation_id, form.area_code.data)
            number = form.only(lambda: str(service.record(draft, form.reach(), current_user, lang()).id))
            flash(_("Written down. They are sent the link to follow it."))
            return redirect(url_for(".one", offer_id=int(number)))
    return render_template("charity/offers/new.html", what=what, kind=kind, item=goods.items().get(what), form=form), \
        422 if form.errors else 200


@charity_offers.route("/<int:offer_id>/take-in", methods=["GET", "POST"])
@allowed("offer.take_in")
def take_in(offer_id: int):
    """What the storekeeper sees of an offer; it may be less, smaller or older than was said."""
    offer = queries.one(current_user, "offer.take_in", offer_id)
    if offer.kind != "goods" or not (service.may_come(offer) or request.method == "POST"):
        return redirect(url_for(".one", offer_id=offer_id))
    form, stores, item = IntakeForm(), queries.stores(current_user), goods.items()[offer.item_code]
    form.store.choices = choices((store.id, words.store(store)) for store in stores)
    form.size.choices = choices((code, goods.size_name(code, lang())) for code in item.sizes)
    form.ask_checked(item.electrical)
    if not form.is_submitted():
        form.units.data, form.size.data, form.condition.data = offer.left, offer.size, offer.condition
    if stores and form.validate_on_submit():
        with form.refusals():
            store = next(one for one in stores if one.id == form.store.data)
            ref = form.only(lambda: service.take_in(offer, store, form.draft(offer), current_user, form.more.data).ref)
            flash(_("Taken in as %(label)s. The giver is told, and has a receipt.", label=f"{ref[:4]}-{ref[4:]}"))
            return redirect(url_for(".one", offer_id=offer_id))
    return render_template("charity/offers/take_in.html", offer=offer, form=form, stores=stores, item=item), \
        422 if form.errors else 200
