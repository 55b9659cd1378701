"""What is late, stuck or disputed of a charity's, and what it decides about things that came back or got lost."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField, IntegerField, RadioField, SelectField
from wtforms.validators import Optional

from marketplace.market.deliveries import problems, replacing, satisfaction
from marketplace.market.deliveries.replacing import Found
from marketplace.market.stock import queries as stock
from marketplace.market.stock.rules import TEXT_MOST, BatchDraft
from marketplace.market.wishes import goods
from marketplace.people.accounts.permissions import may
from marketplace.web import exceptions
from marketplace.web import words_of_deliveries as said
from marketplace.web import words_of_offers as offers
from marketplace.web.forms import REQUIRED, CheckedPart, Form, OnceForm, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.numbers import whole

charity_exceptions = Blueprint("charity_exceptions", __name__, url_prefix="/charity/exceptions")


class IntakeForm(OnceForm, CheckedPart):
    store = SelectField(_l("Into which store?"), [REQUIRED], coerce=int)
    units = IntegerField(_l("How many pieces?"), [Optional()])
    item_code = SelectField(_l("What is it?"), [REQUIRED])
    size = text(_l("Size, where it has one"), 20, required=False)
    condition = RadioField(_l("In which condition are they?"), choices=choices(offers.CONDITIONS.items()))
    expires_on = DateField(_l("Use by (where it has a day)"), [Optional()])
    note = text(_l("Note (nothing about people)"), TEXT_MOST, required=False)

    def offer(self, found: Found) -> None:
        """The charity's open stores, the list of goods, and what is known already."""
        self.store.choices = choices((s.id, s.name) for s in stock.stores(current_user) if s.state == "open")
        names = [(item.code, getattr(item, lang())) for item in goods.items().values()
                 if found.need.kind == "money" or item.category == found.need.category]
        names = names or [(i.code, getattr(i, lang())) for i in goods.items().values()]
        self.item_code.choices = choices([("", _("Choose")), *names])
        if not self.is_submitted():
            self.item_code.data = found.need.item_code or goods.guess(found.need.item, found.need.category)
            self.condition.data = "damaged" if found.problem.condition == "damaged" else "new"
            self.size.data = found.need.size

    def draft(self, found: Found) -> BatchDraft:
        """What was typed; how many there are is known, except of what money had bought."""
        units = (self.units.data or 0) if found.delivery.kind == "money" else found.problem.units
        return BatchDraft(self.item_code.data, units, self.size.data or "", self.condition.data, self.expires_on.data,
                          note=self.note.data or "", checked=self.checked())


@charity_exceptions.get("/")
@allowed("delivery.watch_own")
def listed():
    return exceptions.page("delivery.watch_own", satisfaction.of_charity(current_user.organisation_id))


@charity_exceptions.get("/sheet.xlsx")
@allowed("delivery.watch_own")
def sheet():
    return exceptions.sheet("delivery.watch_own")


@charity_exceptions.route("/<int:problem_id>", methods=["GET", "POST"])
@allowed("problem.settle")
def one(problem_id: int):
    """What came back or got lost; the form takes it into a store."""
    found = replacing.one(current_user, "problem.settle", problem_id)
    form = IntakeForm()
    form.offer(found)
    if form.validate_on_submit():
        with form.refusals():
            store = stock.store(current_user, "stock.take_in", form.store.data)
            ref = form.only(lambda: replacing.take_in(found, store, form.draft(found), by=current_user).ref)
            flash(_("It is in the store, as batch %(ref)s.", ref=ref))
            return redirect(url_for(".one", problem_id=problem_id))
    return render_template(
        "charity/exceptions/one.html", found=found, form=form, back_form=_back(found), said=said,
        instead=replacing.proposals(found) if found.public else [],
        may_take_in=may(current_user, "problem.take_in", found.problem)), 422 if form.errors else 200


class BackForm(Form):
    condition = RadioField(_l("In which condition are they?"), [REQUIRED], choices=choices(said.CONDITIONS.items()))


def _back(found: Found) -> BackForm:
    """What the worker at the station saw is only proposed."""
    form = BackForm()
    if not form.is_submitted():
        form.condition.data = found.problem.condition
    return form


@charity_exceptions.post("/<int:problem_id>/back")
@allowed("problem.take_in")
def take_back(problem_id: int):
    """The storekeeper has what came back to its store."""
    found = replacing.one(current_user, "problem.take_in", problem_id)
    form = BackForm()
    if form.validate_on_submit():
        attempt(lambda: replacing.take_back(found, form.condition.data, by=current_user), _("It is in the store again."))
    return redirect(url_for(".one", problem_id=problem_id) if may(current_user, "problem.settle") else url_for(".listed"))


@charity_exceptions.post("/<int:problem_id>/<any(open, instead, again):verb>")
@allowed("problem.settle")
def decide(problem_id: int, verb: str):
    """Leave the need open, promise something of a store instead, or bring once more what was bought."""
    found = replacing.one(current_user, "problem.settle", problem_id)
    if Form().validate_on_submit():
        if verb == "open":
            attempt(lambda: problems.leave_open(found.problem, by=current_user), _("Decided."))
        elif verb == "again":
            attempt(lambda: replacing.bring_again(found, by=current_user), _("It is to be sent now, like any other."))
        else:
            batch_id, store_id = request.form.get("batch", 0, whole), request.form.get("store", 0, whole)
            attempt(lambda: replacing.promise_instead(found, batch_id, store_id, by=current_user),
                    _("Promised. It is to be sent now, like any other."))
    return redirect(url_for(".one", problem_id=problem_id))
