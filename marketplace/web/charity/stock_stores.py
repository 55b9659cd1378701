"""A charity's stores: opened, changed, closed, opened again."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import FloatField, SelectField

from marketplace.market.stock import overview as sums
from marketplace.market.stock import queries, service
from marketplace.market.stock.models import Store
from marketplace.market.stock.rules import TEXT_MOST
from marketplace.web.charity.plan_forms import areas
from marketplace.web.forms import REQUIRED, Form, OnceForm, attempt, choices, text
from marketplace.web.guard import allowed

charity_stores = Blueprint("charity_stores", __name__, url_prefix="/charity/stock/stores")


class StoreForm(OnceForm):
    name = text(_l("Name of the store"), 60, description=_l("As your people call it, for example: Xinhu Street store"))
    english = text(_l("Its name in English (optional)"), 80, required=False)
    place_code = SelectField(_l("Where it stands"))
    address = text(_l("Address"), TEXT_MOST, required=False, description=_l("Street and house, so that a driver finds it."))
    latitude = FloatField(_l("Latitude"), [REQUIRED], description=_l("In degrees, as a map shows it: about 37.4 here."))
    longitude = FloatField(_l("Longitude"), [REQUIRED], description=_l("In degrees: about 116.3 here."))

    def prepare(self) -> None:
        """The towns to choose from."""
        self.place_code.choices = {group: choices(pairs) for group, pairs in areas().items() if group}

    def draft(self) -> service.StoreDraft:
        return service.StoreDraft(self.name.data, self.place_code.data, self.latitude.data, self.longitude.data,
                                  self.english.data or "", self.address.data or "")


@charity_stores.route("/new", methods=["GET", "POST"])
@allowed("store.open")
def new():
    form = StoreForm()
    form.prepare()
    if form.validate_on_submit():
        with form.refusals():
            number = form.only(lambda: str(service.open_store(form.draft(), by=current_user).id))
            flash(_("The store is open. Now take in what is there."))
            return redirect(url_for(".one", store_id=int(number)))
    return render_template("charity/stock/store_form.html", form=form, store=None), 422 if form.errors else 200


@charity_stores.get("/<int:store_id>")
@allowed("store.read")
def one(store_id: int):
    """What is there, what can be done, and how its last counts went."""
    store = queries.store(current_user, "store.read", store_id)
    counts = queries.counts(current_user, store_id)
    return render_template(
        "charity/stock/store.html", store=store, tally=sums.tally(current_user, queries.Wanted(store_id=store_id)),
        units=queries.totals(current_user)[store_id], counts=counts, people=sums.people(c.by_id for c in counts))


@charity_stores.route("/<int:store_id>/change", methods=["GET", "POST"])
@allowed("store.change")
def change(store_id: int):
    store = queries.store(current_user, "store.change", store_id)
    form = StoreForm(obj=store) if request.method == "GET" else StoreForm()
    form.prepare()
    if form.validate_on_submit():
        with form.refusals():
            service.change_store(store, form.draft(), by=current_user)
            flash(_("Kept."))
            return redirect(url_for(".one", store_id=store_id))
    return render_template("charity/stock/store_form.html", form=form, store=store), 422 if form.errors else 200


@charity_stores.post("/<int:store_id>/<any(close, reopen):verb>")
@allowed("store.close")
def act(store_id: int, verb: str):
    store: Store = queries.store(current_user, f"store.{verb}", store_id)
    if Form().validate_on_submit():
        if verb == "close":
            attempt(lambda: service.close_store(store, by=current_user), _("Closed. Nothing is taken in there any more."))
        else:
            attempt(lambda: service.reopen_store(store, by=current_user), _("Open again."))
    return redirect(url_for(".one", store_id=store_id))
