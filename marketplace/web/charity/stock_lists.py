"""Many batches from a spreadsheet: every row is checked first, all of them come in or none."""
import json
import math

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired

from marketplace.core import clock, sheets
from marketplace.core.errors import Invalid
from marketplace.market.stock import lists, queries, service
from marketplace.web import words
from marketplace.web.charity.stock import sent
from marketplace.web.charity.stock_intake import SourceForm
from marketplace.web.charity.stock_sheets import template, with_reasons
from marketplace.web.forms import Form
from marketplace.web.guard import allowed

charity_lists = Blueprint("charity_lists", __name__, url_prefix="/charity/stock")
MOST_TEXT = 400_000


class UploadForm(SourceForm):
    file = FileField(_l("The list, as a spreadsheet (.xlsx)"), [FileRequired(_l("Choose a file."))])


@charity_lists.get("/list-template.xlsx")
@allowed("stock.take_in")
def empty_list():
    return sent(sheets.write(*template()), "goods-list")


@charity_lists.route("/stores/<int:store_id>/in-list", methods=["GET", "POST"])
@allowed("stock.take_in")
def upload(store_id: int):
    """A file comes in; the answer is what is wrong with it, or all of it to look at once more."""
    store, form = queries.store(current_user, "stock.take_in", store_id), UploadForm()
    if form.validate_on_submit():
        with form.refusals():
            sheet = sheets.read(form.file.data.read(sheets.MOST_BYTES + 1), lists.MOST_ROWS + 1, lists.MOST_COLUMNS)
            rows = lists.read(sheet, clock.today())
            text = json.dumps(sheet, ensure_ascii=False)
            if len(text.encode()) > MOST_TEXT:
                raise Invalid("file", "sheet_too_large", most=sheets.MOST_BYTES // 1_000_000)
            wrong = [row for row in rows if row.problems]
            page = "charity/stock/list_wrong.html" if wrong else "charity/stock/list_look.html"
            return render_template(page, store=store, rows=rows, wrong=wrong, said=_said(wrong), sheet=text, form=form,
                                   source=form.source()), 422 if wrong else 200
    return render_template("charity/stock/list_in.html", store=store, form=form, most=lists.MOST_ROWS), \
        422 if form.errors else 200


def _said(wrong: list[lists.Row]) -> list[tuple[int, str, str, str]]:
    """Row, column, what stands there, and what is wrong with it."""
    return [(row.number, lists.head(no.field), str(row.cells.get(no.field, "")), words.refusal(no))
            for row in wrong for no in row.problems]


def _again() -> tuple[lists.Sheet, list[lists.Row]]:
    """The rows that the page carried, checked anew; what nobody's page carries is refused."""
    try:
        sheet = [(int(number), [cell for cell in cells if isinstance(cell, (str, int, float)) and _finite(cell)])
                 for number, cells in json.loads(request.form.get("sheet", ""))]
        if len(sheet) > lists.MOST_ROWS + 1:
            abort(400)
        return sheet, lists.read(sheet, clock.today())
    except (ValueError, TypeError, OverflowError, RecursionError, Invalid):
        abort(400)


def _finite(cell: str | int | float) -> bool:
    return not isinstance(cell, float) or math.isfinite(cell)


@charity_lists.post("/stores/<int:store_id>/in-list/book")
@allowed("stock.take_in")
def book(store_id: int):
    """Take in all of it."""
    store = queries.store(current_user, "stock.take_in", store_id)
    _sheet, rows = _again()
    form = SourceForm()
    drafts = [row.draft for row in rows if row.draft]
    if form.validate_on_submit() and len(drafts) == len(rows):
        with form.refusals():
            refs = form.only(lambda: ".".join(
                batch.ref for batch in service.take_in_list(store, drafts, form.source(), by=current_user)))
            flash(_("Taken in: %(num)s batches. Now print the labels and put them on.", num=len(drafts)))
            return redirect(url_for("charity_batches.labels", refs=refs))
    for errors in form.errors.values() or [[_("Something in the list does not hold any more. Send it again.")]]:
        flash(errors[0], "error")
    return redirect(url_for(".upload", store_id=store_id))


@charity_lists.post("/in-list/reasons")
@allowed("stock.take_in")
def reasons():
    """The list as it came, with a column that says what is wrong in each row."""
    if not Form().validate_on_submit():
        abort(400)
    sheet, rows = _again()
    said: dict[int, str] = {}
    for number, column, _cell, text in _said([row for row in rows if row.problems]):
        said[number] = f"{said[number]}; {column}: {text}" if number in said else f"{column}: {text}"
    return sent(sheets.write(with_reasons(sheet, rows, said)), "goods-list-reasons")
