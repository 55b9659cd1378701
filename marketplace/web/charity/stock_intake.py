"""Goods come in: first what it is, then the rest; and a batch has its labels."""
import re
from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField, IntegerField, RadioField
from wtforms.validators import Optional, ValidationError

from marketplace.market.stock import queries, service
from marketplace.market.stock.models import Batch, Store
from marketplace.market.stock.rules import TEXT_MOST, BatchDraft
from marketplace.market.wishes import goods
from marketplace.web import words_of_goods as words
from marketplace.web.charity.plan_forms import plain
from marketplace.web.charity.stock_batches import MOST_LABELS
from marketplace.web.forms import REQUIRED, CheckedPart, OnceForm, YuanField, choices, text
from marketplace.web.guard import allowed

charity_intake = Blueprint("charity_intake", __name__, url_prefix="/charity/stock/stores")
Take = Callable[[BatchDraft], Batch]
NUMBER = re.compile(r"[\w\-/.#]{1,40}")
SOURCES = [("purchase", _l("It was bought")), ("opening", _l("It was there before this book was begun"))]


class SourceForm(OnceForm):
    """Where goods came from."""

    came = RadioField(_l("Where does it come from?"), default="purchase", choices=choices(SOURCES))
    number = text(_l("Number of the purchase or its invoice"), 40, required=False, render_kw={"autocomplete": "off"})

    def validate_number(self, field) -> None:
        if self.came and self.came.data == "purchase" and not NUMBER.fullmatch((field.data or "").strip()):
            raise ValidationError(_("Enter the number: letters, digits and - / . # only."))

    def source(self) -> str:
        """As the ledger of movements names it."""
        return f"purchase:{self.number.data.strip()}" if self.came.data == "purchase" else "opening"


class IntakeForm(SourceForm, CheckedPart):
    units = IntegerField(_l("How many of them?"), [REQUIRED])
    size = RadioField(_l("Size"), [REQUIRED])
    condition = RadioField(_l("Condition"), default="new", choices=choices(words.CONDITIONS.items()))
    expires_on = DateField(_l("Can be used until"), [Optional()])
    price_fen = YuanField(_l("Value of one, in yuan"), [REQUIRED])
    note = text(_l("Note for your colleagues (optional)"), TEXT_MOST, required=False,
                description=_l("About the things, for example a shelf. Nothing about people."))

    def prepare(self, item: goods.Item, known: bool) -> None:
        """Only what this thing has; where it comes from is asked unless it is `known`."""
        if item.sizes:
            self.size.choices = choices((code, words.size(code)) for code in item.sizes)
        else:
            del self.size
        if known:
            del self.came, self.number
        self.ask_checked(item.electrical)
        if not item.keeps:
            self.expires_on.validators = [REQUIRED]
        if request.method == "GET":
            self.price_fen.data = plain(item.price_fen)

    def draft(self, item: goods.Item) -> BatchDraft:
        return BatchDraft(item.code, self.units.data, self.size.data if self.size else "", self.condition.data,
                          self.expires_on.data, self.price_fen.fen or 0, self.note.data or "", self.checked())


@charity_intake.route("/<int:store_id>/in", methods=["GET", "POST"])
@allowed("stock.take_in")
def take_in(store_id: int):
    """What was bought, or was there before."""
    return page(queries.store(current_user, "stock.take_in", store_id), request.args.get("item", ""))


def page(store: Store, code: str = "", take: Take | None = None):
    """The page of an intake into `store`: the list of goods to choose from, then the form, then the labels.

    With `take` nobody is asked where the goods come from: it is the verb that takes them in, and may refuse.
    """
    item = goods.items().get(code)
    if item is None:
        if code or request.method == "POST":
            abort(404)
        return render_template("charity/stock/choose.html", store=store, groups=_groups())
    form = IntakeForm()
    form.prepare(item, take is not None)
    if form.validate_on_submit():
        with form.refusals():
            ref = form.only(lambda: _taken(store, form, item, take).ref)
            flash(_("Taken in. Now print the labels and put them on."))
            return redirect(url_for("charity_batches.labels", refs=ref, copies=min(form.units.data, MOST_LABELS)))
    return render_template("charity/stock/in.html", store=store, item=item, form=form, known=take is not None), \
        422 if form.errors else 200


def _taken(store: Store, form: IntakeForm, item: goods.Item, take: Take | None) -> Batch:
    draft = form.draft(item)
    return take(draft) if take else service.take_in(store, draft, form.source(), by=current_user)


def _groups() -> list[tuple[goods.Category, list[goods.Item]]]:
    found = [(one, [i for i in goods.items().values() if i.category == code]) for code, one in goods.categories().items()]
    return [(one, listed) for one, listed in found if listed]
