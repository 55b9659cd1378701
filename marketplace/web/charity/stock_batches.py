"""One batch: where its units are and were, what is done with them, and its labels."""
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from marketplace.core import clock
from marketplace.market.offers import service as offers
from marketplace.market.pledges import service as pledges
from marketplace.market.stock import overview as sums
from marketplace.market.stock import queries, service
from marketplace.market.stock.models import Batch, Store
from marketplace.market.stock.rules import TEXT_MOST, is_kit
from marketplace.market.wishes import goods
from marketplace.web import words_of_goods as words
from marketplace.web.charity.stock import about
from marketplace.web.forms import REQUIRED, CheckedPart, Form, OnceForm, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.papers import labels as label_paper
from marketplace.web.papers import paper

charity_batches = Blueprint("charity_batches", __name__, url_prefix="/charity/stock")
SHOWN = 20
MOST_LABELS = 480


class ActForm(OnceForm):
    """Units of a batch in one of the charity's stores; `done` is said afterwards."""

    done: Any = ""

    store_id = SelectField(_l("From which store?"), coerce=int, validate_choice=False)

    def prepare(self, batch: Batch, lines: list[queries.Line]) -> None:
        """Choices that fit the batch."""
        self.store_id.choices = choices(
            (line.store.id, _("%(store)s (%(free)s free)", store=words.name(line.store), free=line.free)) for line in lines)

    def act(self, batch: Batch, store: Store) -> str:
        """Do it; the label of the batch that was made, or "". Raises Refused."""
        raise NotImplementedError


class TransferForm(ActForm):
    done = _l("Brought over.")
    units = IntegerField(_l("How many of them?"), [REQUIRED])
    to = SelectField(_l("To which store?"), coerce=int, validate_choice=False)

    def prepare(self, batch: Batch, lines: list[queries.Line]) -> None:
        super().prepare(batch, lines)
        only = {line.store.id for line in lines} if len(lines) == 1 else set()
        self.to.choices = choices((store.id, words.name(store)) for store in queries.stores(current_user)
                                  if store.state == "open" and store.id not in only)

    def act(self, batch: Batch, store: Store) -> str:
        service.transfer(batch, store, queries.store(current_user, "stock.transfer", self.to.data), self.units.data,
                         by=current_user)
        return ""


class WriteOffForm(ActForm):
    done = _l("Written off.")
    units = IntegerField(_l("How many of them?"), [REQUIRED])
    reason = RadioField(_l("Why can it not be given?"), [REQUIRED], choices=choices(words.WRITE_OFFS.items()))
    words = text(_l("In your own words (needed for “another reason”)"), TEXT_MOST, required=False)

    def act(self, batch: Batch, store: Store) -> str:
        service.write_off(batch, store, self.units.data, self.reason.data, by=current_user, words=self.words.data or "")
        return ""


class ConditionForm(ActForm, CheckedPart):
    done = _l("They are a batch of their own now. Put its labels on them.")
    units = IntegerField(_l("How many of them?"), [REQUIRED])
    condition = RadioField(_l("How is it really?"), [REQUIRED])

    def prepare(self, batch: Batch, lines: list[queries.Line]) -> None:
        super().prepare(batch, lines)
        item = goods.items().get(batch.item_code)
        self.ask_checked(bool(item and item.electrical) and batch.condition != "good")
        self.condition.choices = choices((code, text) for code, text in words.CONDITIONS.items()
                                         if code not in ("new", batch.condition))

    def act(self, batch: Batch, store: Store) -> str:
        return service.change_condition(batch, store, self.units.data, self.condition.data, by=current_user,
                                        checked=self.checked()).ref


class ApartForm(ActForm):
    done = _l("Taken apart. Its things are back in the store, each in its batch.")
    units = IntegerField(_l("How many kits?"), [REQUIRED])

    def act(self, batch: Batch, store: Store) -> str:
        service.take_apart(batch, store, self.units.data, by=current_user)
        return ""


class PutRightForm(ActForm):
    done = _l("Put right. The books say how many came.")
    units = IntegerField(_l("How many really came?"), [REQUIRED])
    reason = text(_l("What was wrong?"), TEXT_MOST, description=_l("It stays in the books; nothing about people."))

    def act(self, batch: Batch, store: Store) -> str:
        offers.put_right(batch, self.units.data, self.reason.data, by=current_user)
        return ""


FORMS: dict[str, type[ActForm]] = {"transfer": TransferForm, "write_off": WriteOffForm, "condition": ConditionForm,
                                   "apart": ApartForm, "right": PutRightForm}


@charity_batches.get("/batch/<ref>")
@allowed("batch.read")
def one(ref: str):
    batch = queries.batch(current_user, ref)
    reservations = queries.reservations(batch)
    found = queries.movements(current_user, batch_id=batch.id, after=request.args.get("after", ""), size=SHOWN)
    named = about(found.rows)
    named["labels"] |= sums.labels(current_user, [batch.source, *(h.place for h in queries.places(batch))])
    return render_template(
        "charity/stock/batch.html", batch=batch, places=queries.places(batch), lines=sums.held(current_user, batch.id),
        rows=found.rows, more=found.after, after=request.args.get("after", ""), reservations=reservations,
        recallable=pledges.to_recall([one.id for one in reservations], batch.organisation_id),
        right=sums.right_to_put(batch), fit=service.can_be_given(batch), today=clock.today(), **named)


@charity_batches.route("/batch/<ref>/<any(transfer, write_off, condition, apart, right):verb>", methods=["GET", "POST"])
@allowed("stock.transfer")
def act(ref: str, verb: str):
    """One thing to do with units of a batch."""
    batch = queries.batch(current_user, ref)
    lines = [line for line in sums.held(current_user, batch.id) if line.units]
    form: Any = FORMS[verb]()
    if not form.is_submitted() and (not lines or not _makes_sense(verb, batch)):
        abort(404)
    form.prepare(batch, lines)
    if form.validate_on_submit():
        with form.refusals():
            made = form.only(lambda: form.act(batch, queries.store(current_user, "stock.transfer", form.store_id.data)))
            flash(form.done)
            return redirect(url_for(".labels", refs=made, copies=min(form.units.data, MOST_LABELS)) if made
                            else url_for(".one", ref=batch.ref))
    return render_template("charity/stock/act.html", batch=batch, lines=lines, verb=verb, form=form, today=clock.today(),
                           kits=queries.kit_names([batch.item_code])), 422 if form.errors else 200


def _makes_sense(verb: str, batch: Batch) -> bool:
    """Whether this can be done with a batch at all."""
    if verb == "right":
        return sums.right_to_put(batch) is not None
    return is_kit(batch.item_code) if verb == "apart" else not (is_kit(batch.item_code) and verb == "condition")


class LabelForm(Form):
    """What is read from the address; nothing is changed by it."""

    class Meta:
        csrf = False

    copies = IntegerField(_l("Labels of each"), [InputRequired(), NumberRange(1, MOST_LABELS)], default=1)
    skip = IntegerField(_l("Labels of the first sheet that are used up"), [NumberRange(0, label_paper.A_SHEET - 1)],
                        default=0)


@charity_batches.get("/labels")
@allowed("batch.read")
def labels():
    """How many labels of which batches."""
    batches = _asked()
    if not batches:
        return redirect(url_for("charity_stock.listed"))
    copies = request.args.get("copies", "1")
    form = LabelForm(formdata=None, copies=int(copies) if copies.isdecimal() and len(copies) < 4 else 1)
    return render_template("charity/stock/labels.html", batches=batches, form=form, today=clock.today(),
                           refs=".".join(b.ref for b in batches), a_sheet=label_paper.A_SHEET,
                           kits=queries.kit_names([b.item_code for b in batches]))


@charity_batches.get("/labels.pdf")
@allowed("batch.read")
def labels_pdf():
    """The labels to print, in the reader's language."""
    batches, form = _asked(), LabelForm(request.args)
    if not batches or not form.validate():
        flash(_("Choose 1 to %(most)s labels of each.", most=MOST_LABELS), "error")
        return redirect(url_for(".labels", refs=request.args.get("refs", "")))
    copies = min(form.copies.data, max(1, MOST_LABELS // len(batches)))
    kits = queries.kit_names([b.item_code for b in batches])
    drawn = label_paper.render([b for b in batches for _n in range(copies)], kits, form.skip.data or 0, lang())
    return paper.sent(drawn, f"labels-{batches[0].ref}")


def _asked() -> list[Batch]:
    """The batches that the address names, as far as they are the charity's."""
    return sums.batches(current_user, request.args.get("refs", "").upper().split(".")[:MOST_LABELS])
