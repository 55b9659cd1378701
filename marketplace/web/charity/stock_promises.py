"""What is in store is promised to a wish by hand, and promises of the store are taken back."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import Optional

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.pledges import service
from marketplace.market.pledges.models import Pledge
from marketplace.market.pledges.rules import NotFitting
from marketplace.market.stock import overview as sums
from marketplace.market.stock import queries
from marketplace.market.stock import service as stock
from marketplace.market.stock.models import Batch
from marketplace.market.stock.rules import TEXT_MOST, is_kit
from marketplace.market.wishes.models import Need
from marketplace.people.accounts.permissions import may
from marketplace.web import words_of_goods as words
from marketplace.web.forms import REQUIRED, OnceForm, choices, text
from marketplace.web.guard import allowed

charity_promises = Blueprint("charity_promises", __name__, url_prefix="/charity/stock")


class GiveForm(OnceForm):
    need = RadioField(_l("To which wish?"), [REQUIRED], coerce=int, validate_choice=False)
    store_id = SelectField(_l("From which store?"), coerce=int, validate_choice=False)
    units = IntegerField(_l("How many of them?"), [Optional()], default=1)

    def prepare(self, batch: Batch, lines: list[queries.Line], found: list[service.Fitting]) -> None:
        """Choices that fit; kits are given one by one."""
        self.need.choices = choices((one.need.id, one.wish.title) for one in found)
        self.store_id.choices = choices((line.store.id, _("%(store)s (%(free)s free)", store=words.name(line.store),
                                                          free=line.free)) for line in lines)
        if is_kit(batch.item_code):
            del self.units

    def promise(self, batch: Batch) -> str:
        """Make it. Raises Refused."""
        store = queries.store(current_user, "stock.promise", self.store_id.data)
        units, need = (self.units.data or 1) if self.units else 1, db.session.get(Need, self.need.data)
        if need is None:
            raise NotFitting
        return service.give(need, units, batch, store, by=current_user).ref


class RecallForm(OnceForm):
    reason = text(_l("Why is it taken back?"), TEXT_MOST, description=_l("It stays in the books; nothing about people."))


@charity_promises.route("/batch/<ref>/give", methods=["GET", "POST"])
@allowed("stock.promise")
def give(ref: str):
    """Open wishes that a batch would serve, to choose one."""
    batch = queries.batch(current_user, ref)
    lines = [line for line in sums.held(current_user, batch.id) if line.free]
    areas = service.areas(batch)
    area = request.args.get("area", "") if request.args.get("area") in areas else ""
    after = request.args.get("after", "")
    page = service.fitting(batch, area, after)
    found: list[service.Fitting] = list(page.rows)
    form = GiveForm()
    form.prepare(batch, lines, found)
    if form.validate_on_submit():
        with form.refusals():
            form.only(lambda: form.promise(batch))
            flash(_("Promised. It is set aside, and to be sent now like any other."))
            return redirect(url_for("charity_batches.one", ref=batch.ref))
    return render_template("charity/stock/give.html", batch=batch, lines=lines, found=found, more=page.after, after=after,
                           area=area, areas=areas, form=form, today=clock.today(),
                           kits=queries.kit_names([batch.item_code]), fit=stock.can_be_given(batch),
                           asks_first=service.asks_first(batch)), \
        422 if form.errors else 200


@charity_promises.route("/promises/<int:reservation_id>/take-back", methods=["GET", "POST"])
@allowed("pledge.recall")
def recall(reservation_id: int):
    """The charity takes back what it promised from its own store and has not sent."""
    pledge: Pledge | None = service.of_reservation(reservation_id, current_user.organisation_id)
    if pledge is None or not may(current_user, "pledge.recall", pledge):
        abort(404)
    reservation, form = stock.one(reservation_id), RecallForm()
    if form.validate_on_submit():
        with form.refusals():
            form.only(lambda: _taken_back(pledge, form))
            flash(_("Taken back. The units are free in the store, and the wish is open again."))
            return redirect(url_for("charity_batches.one", ref=reservation.batch.ref))
    return render_template("charity/stock/recall.html", batch=reservation.batch, reservation=reservation, form=form,
                           recallable=bool(service.to_recall([reservation_id], current_user.organisation_id)),
                           kits=queries.kit_names([reservation.batch.item_code]), today=clock.today()), \
        422 if form.errors else 200


def _taken_back(pledge: Pledge, form: RecallForm) -> str:
    service.recall(pledge, form.reason.data, by=current_user)
    return pledge.ref
