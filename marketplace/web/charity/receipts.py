"""The clerk's desk for official receipts: those to issue, and those to reverse."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField

from marketplace.core import clock, images
from marketplace.market.thanking import queries as goods
from marketplace.money.receipts import queries, service
from marketplace.money.receipts.models import KINDS
from marketplace.money.receipts.service import issuing
from marketplace.web import tables
from marketplace.web.forms import REQUIRED, Form, text
from marketplace.web.guard import allowed
from marketplace.web.papers import paper
from marketplace.web.public.wishes import serve_picture

charity_receipts = Blueprint("charity_receipts", __name__, url_prefix="/charity/receipts")
OFF = {"autocomplete": "off", "inputmode": "numeric"}


class RecordForm(Form):
    code = text(_l("Code of the receipt (票据代码)"), 20, render_kw=OFF)
    number = text(_l("Number of the receipt (票据号码)"), 20, render_kw=OFF)
    check_code = text(_l("Check code (校验码)"), 10, required=False, render_kw={"autocomplete": "off"})
    issued_on = DateField(_l("Issued on"), [REQUIRED])


class ReverseForm(Form):
    code = text(_l("Code of the red receipt"), 20, render_kw=OFF)
    number = text(_l("Number of the red receipt"), 20, render_kw=OFF)
    reversed_on = DateField(_l("Reversed on"), [REQUIRED])


@charity_receipts.get("/")
@allowed("official.record")
def listed():
    asked = request.args
    state, kind = asked.get("state", "asked"), asked.get("kind", "")
    found, after = queries.desk(current_user, state, kind if kind in KINDS else "", asked.get("company", ""),
                                asked.get("after", ""))
    return render_template("charity/receipts/list.html", found=found, after=after, state=state, kind=kind,
                           company=asked.get("company", ""), counts=queries.counts(current_user),
                           to_value=goods.waiting(current_user))


@charity_receipts.route("/<int:official_id>", methods=["GET", "POST"])
@allowed("official.record")
def one(official_id: int):
    """What the finance bureau's system asks for, and the form that takes down what it answered."""
    found = queries.official(current_user, "official.record", official_id)
    due = found.official.state == "due"
    form = ReverseForm(reversed_on=clock.today()) if due else RecordForm(issued_on=clock.today())
    if found.official.state in ("asked", "due") and form.validate_on_submit():
        with form.refusals():
            _take_down(found.official, form)
            flash(_("Recorded. The red number stands beside the old one.") if due else _("Recorded. The giver is told."))
            return redirect(url_for(".listed", state="due" if due else "asked"))
    return render_template("charity/receipts/one.html", found=found, form=form, words_fen=paper.in_words,
                           figures=tables.yuan,
                           value=issuing.declared(found.official.purpose)), 422 if form.errors else 200


def _take_down(official, form: Form) -> None:
    if isinstance(form, ReverseForm):
        service.reverse_official(official, form.code.data, form.number.data, form.reversed_on.data, by=current_user)
    elif isinstance(form, RecordForm):
        service.official(official, form.code.data, form.number.data, form.check_code.data or "", form.issued_on.data,
                         by=current_user)


@charity_receipts.get("/<int:official_id>/invoice")
@allowed("official.record")
def invoice(official_id: int):
    """The photo of the invoice behind a declared value."""
    found = queries.official(current_user, "official.record", official_id)
    value = issuing.declared(found.official.purpose)
    if value is None or not value.picture:
        abort(404)
    return serve_picture(f"{value.picture}-{images.WIDTHS[0]}.webp")
