"""Counting a store: what is there is typed without knowing what should be, looked at again, then booked."""
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import TextAreaField
from wtforms.validators import Length

from marketplace.core import clock
from marketplace.market.pledges import service as pledges
from marketplace.market.stock import overview as sums
from marketplace.market.stock import queries, service
from marketplace.market.stock.models import Store
from marketplace.market.stock.rules import MOST_UNITS, TEXT_MOST
from marketplace.web.forms import OnceForm
from marketplace.web.guard import allowed

charity_counts = Blueprint("charity_counts", __name__, url_prefix="/charity/stock/stores")
MOST_ADDED = 20


class CountForm(OnceForm):
    reason = TextAreaField(_l("What may be the reason?"), [Length(max=TEXT_MOST)])


class BooksMoved(Exception):
    """Something moved between looking and booking."""


@dataclass(frozen=True)
class Typed:
    """What somebody typed on the sheet: numbers by batch, what they saw in the books when they looked, and wrong fields."""

    found: dict[int, int]
    seen: dict[int, int]
    wrong: set[int]


def typed(lines: Sequence[queries.Line]) -> Typed:
    """The numbers in the form; an empty field means that nobody counted it."""
    numbers: dict[str, dict[int, int]] = {"found": {}, "seen": {}}
    wrong = set()
    for name, kept in numbers.items():
        for line in lines:
            text = request.form.get(f"{name}-{line.batch.id}", "").strip()
            if text.isdecimal() and len(text) < 10 and int(text) <= MOST_UNITS:
                kept[line.batch.id] = int(text)
            elif text:
                wrong.add(line.batch.id)
    return Typed(numbers["found"], numbers["seen"], wrong)


@charity_counts.get("/<int:store_id>/sheet")
@allowed("stock.count")
def sheet(store_id: int):
    """To print and take along: everything that should be there, with room to write how many are."""
    store = queries.store(current_user, "stock.count", store_id)
    lines = queries.count_sheet(current_user, store_id)
    return render_template("charity/stock/sheet.html", store=store, lines=lines, kits=_kits(lines), today=clock.today())


@charity_counts.route("/<int:store_id>/count", methods=["GET", "POST"])
@allowed("stock.count")
def count(store_id: int):
    """First the numbers, then a look at what differs. Nothing is booked here."""
    store = queries.store(current_user, "stock.count", store_id)
    form, added, strange = CountForm(), *_added(store_id)
    lines = queries.count_sheet(current_user, store_id, added)
    numbers = typed(lines)
    if form.validate_on_submit() and numbers.found and not numbers.wrong and not _goes_on():
        return _look(store, lines, form, numbers)
    sent = request.method == "POST" and not _goes_on()
    return render_template("charity/stock/count.html", store=store, lines=lines, kits=_kits(lines), form=form,
                           numbers=numbers, added=added, strange=strange,
                           nothing=sent and not numbers.found and not numbers.wrong), 422 if sent else 200


def _goes_on() -> bool:
    """Whether the sheet is only shown again: to count again, or with one more batch on it."""
    return bool(request.form.get("again") or request.form.get("label"))


def _added(store_id: int) -> tuple[list[str], str]:
    """The labels that somebody put on the sheet, with the one that was typed last; or what no batch of the store has."""
    known, typed_last = request.form.getlist("added")[:MOST_ADDED], request.form.get("label", "")[:20]
    batch = queries.found_again(current_user, store_id, typed_last) if typed_last else None
    added = list(dict.fromkeys([*known, *([batch.ref] if batch else [])]))
    return added, typed_last if typed_last and batch is None else ""


def _look(store, lines: Sequence[queries.Line], form: CountForm, numbers: Typed, below=None, changed: bool = False):
    counted = [line for line in lines if line.batch.id in numbers.found]
    differing = [line for line in counted if line.units != numbers.found[line.batch.id]]
    below = below or next((service.CountedBelowReserved(line.batch.id, numbers.found[line.batch.id], line.reserved)
                           for line in differing if numbers.found[line.batch.id] < line.reserved), None)
    held = sums.speaking_for(current_user, below.batch_id, store.id) if below else ()
    page = render_template("charity/stock/look.html", store=store, counted=counted, differing=differing, form=form,
                           numbers=numbers, kits=_kits(lines), below=below, held=held, changed=changed,
                           added=request.form.getlist("added")[:MOST_ADDED],
                           recallable=pledges.to_recall([one.id for one in held], store.organisation_id),
                           skipped=len(lines) - len(counted))
    return page, 422 if form.errors or below or changed else 200


@charity_counts.post("/<int:store_id>/count/book")
@allowed("stock.count")
def book(store_id: int):
    """Book what was counted, with the reason for what differs; not when the books changed since somebody looked."""
    store = queries.store(current_user, "stock.count", store_id)
    form, added = CountForm(), _added(store_id)[0]
    lines = queries.count_sheet(current_user, store_id, added)
    numbers, below = typed(lines), None
    if not numbers.found or numbers.wrong:
        return redirect(url_for(".count", store_id=store_id))
    changed = False
    if form.validate_on_submit():
        with form.refusals():
            try:
                form.only(lambda: _booked(store, lines, numbers, form.reason.data or ""))
                flash(_("Booked. The books say what is there."))
                return redirect(url_for("charity_stores.one", store_id=store_id))
            except service.CountedBelowReserved as no:
                below = no
            except BooksMoved:
                changed = True
    return _look(store, lines, form, numbers, below, changed)


def _booked(store: Store, lines: Sequence[queries.Line], numbers: Typed, reason: str) -> str:
    """The number of the count. Raises BooksMoved when the books are not as they were seen."""
    if any(numbers.seen.get(line.batch.id) != line.units for line in lines if line.batch.id in numbers.found):
        raise BooksMoved
    return str(service.count(store, numbers.found, by=current_user, reason=reason).id)


def _kits(lines: Sequence[queries.Line]):
    return queries.kit_names([line.batch.item_code for line in lines])
