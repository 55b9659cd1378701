"""Kits: written once, made of what is in a store as often as it is enough for."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import FieldList, FormField, IntegerField, SelectField
from wtforms import Form as PlainForm
from wtforms.validators import Optional

from marketplace.core.errors import Invalid
from marketplace.market.stock import overview as sums
from marketplace.market.stock import queries, service
from marketplace.market.stock.rules import MOST_UNITS, PartDraft
from marketplace.market.wishes import goods
from marketplace.web import words_of_goods as words
from marketplace.web.charity.stock_batches import MOST_LABELS
from marketplace.web.forms import REQUIRED, OnceForm, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang

charity_kits = Blueprint("charity_kits", __name__, url_prefix="/charity/stock/kits")
PARTS = 6


class PartForm(PlainForm):
    item_code = SelectField(_l("Thing"), [Optional()], validate_choice=False)
    size = SelectField(_l("Size"), [Optional()], validate_choice=False)
    units = IntegerField(_l("How many of them?"), [Optional()])


class KitForm(OnceForm):
    name = text(_l("Name of the kit"), 60, description=_l("As a family would call it, for example: Winter parcel"))
    english = text(_l("Its name in English (optional)"), 80, required=False)
    category = SelectField(_l("Which kind of help is it?"))
    parts = FieldList(FormField(PartForm), _l("What is in one kit?"), min_entries=PARTS, max_entries=PARTS)

    def prepare(self) -> None:
        """Choices in the reader's language."""
        self.category.choices = choices((c.code, getattr(c, lang())) for c in goods.categories().values()
                                        if c.kind == "goods")
        for entry in self.parts:
            entry.form.item_code.choices = words.grouped(_("Choose a thing"))
            entry.form.size.choices = choices([("", _("Any size")), *words.sizes()])

    def drafts(self) -> list[PartDraft]:
        """The lines that were written on. Raises Invalid."""
        found = [entry.form for entry in self.parts if entry.form.item_code.data]
        if any(not 0 < (part.units.data or 0) <= MOST_UNITS for part in found):
            raise Invalid("parts", "units_between", most=MOST_UNITS)
        return [PartDraft(part.item_code.data, part.units.data, part.size.data or "") for part in found]


class AssembleForm(OnceForm):
    store_id = SelectField(_l("In which store?"), coerce=int)
    units = IntegerField(_l("How many kits?"), [REQUIRED])


@charity_kits.get("")
@allowed("kit.read")
def listed():
    """Every kit, what it is made of, how many are ready, and for how many more there is enough."""
    kits, free = queries.kits(current_user), sums.to_give(current_user)
    return render_template("charity/stock/kits.html", kits=kits, ready=sums.kit_stock(current_user), more={
        kit.id: sum(sums.makeable(kit, there) for there in free.values()) for kit in kits})


@charity_kits.route("/new", methods=["GET", "POST"])
@allowed("kit.write")
def new():
    form = KitForm()
    form.prepare()
    if form.validate_on_submit():
        with form.refusals():
            number = form.only(lambda: str(service.write_kit(
                form.name.data, form.english.data or "", form.category.data, form.drafts(), by=current_user).id))
            flash(_("Kept. It can be made now."))
            return redirect(url_for(".one", kit_id=int(number)))
    return render_template("charity/stock/kit_form.html", form=form), 422 if form.errors else 200


@charity_kits.route("/<int:kit_id>", methods=["GET", "POST"])
@allowed("kit.read")
def one(kit_id: int):
    """A kit and, for those who keep the stores, making it."""
    kit = queries.kit(current_user, "kit.read" if request.method == "GET" else "kit.assemble", kit_id)
    stores, free = [s for s in queries.stores(current_user) if s.state == "open"], sums.to_give(current_user)
    form = AssembleForm()
    form.store_id.choices = choices((s.id, _("%(store)s (enough for %(num)s)", store=words.name(s), num=sums.makeable(
        kit, free.get(s.id, {})))) for s in stores)
    if form.validate_on_submit():
        with form.refusals():
            store = queries.store(current_user, "stock.assemble", form.store_id.data)
            ref = form.only(lambda: service.assemble(kit, store, form.units.data, by=current_user).ref)
            flash(_("Made. Now print the labels and put them on."))
            return redirect(url_for("charity_batches.labels", refs=ref, copies=min(form.units.data, MOST_LABELS)))
    return render_template("charity/stock/kit.html", kit=kit, form=form, stores=stores, parts=[
        (part, {s.id: sums.of_part(part, free.get(s.id, {})) for s in stores}) for part in kit.parts]), \
        422 if form.errors else 200
