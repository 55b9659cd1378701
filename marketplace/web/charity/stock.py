"""The storekeeper's desk: what needs doing, what is in store, every movement, and a label typed or scanned."""
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from marketplace.core import clock, sheets
from marketplace.market.stock import overview as sums
from marketplace.market.stock import queries, service
from marketplace.market.stock.models import Store
from marketplace.market.stock.rules import SOON
from marketplace.market.wishes import goods
from marketplace.web import words_of_goods as words
from marketplace.web.charity.stock_sheets import movement_table, stock_table
from marketplace.web.forms import Form
from marketplace.web.guard import allowed
from marketplace.web.numbers import whole

charity_stock = Blueprint("charity_stock", __name__, url_prefix="/charity/stock")
FIRST, MOST_EXPORTED = 10, 20_000


def stores() -> dict[int, Store]:
    """The charity's stores by their number."""
    return {store.id: store for store in queries.stores(current_user)}


def wanted() -> queries.Wanted:
    """The filters in the address; what makes no sense there narrows nothing."""
    asked = request.args
    store, what = asked.get("store", ""), asked.get("what", "")
    category, item = asked.get("category", ""), asked.get("item", "")
    return queries.Wanted(
        store_id=whole(store), what=what if what in words.WHATS else "",
        category=category if category in goods.categories() else "", item_code=item if _listed(item) else "",
        query=asked.get("q", "").strip()[:60])


def _listed(code: str) -> bool:
    return code in goods.items() or code.startswith("kit:") and code[4:].isdecimal()


@charity_stock.get("/")
@allowed("store.read")
def overview():
    """What needs doing first: what cannot be given, what ends soon, what is wished for and not there."""
    found = queries.shortages(current_user, current_user.organisation_id)
    missing = [one for one in found if one.missing]
    return render_template(
        "charity/stock/overview.html", stores=queries.stores(current_user), totals=queries.totals(current_user),
        counted=sums.last_counted(current_user), tally=sums.tally(current_user, queries.Wanted()),
        shortages=found, missing=missing,
        shown=missing if request.args.get("all") else missing[:FIRST], days=SOON.days, form=Form())


@charity_stock.get("/list")
@allowed("store.read")
def listed():
    want, after = wanted(), request.args.get("after", "")
    found = queries.lines(current_user, want, after)
    kits = queries.kits(current_user)
    return render_template(
        "charity/stock/list.html", lines=found.rows, more=found.after, after=after, wanted=want, stores=stores(),
        tally=sums.tally(current_user, want), kits={f"kit:{kit.id}": kit for kit in kits}, today=clock.today(),
        categories=[c for c in goods.categories().values() if c.kind == "goods"], items=words.grouped(), form=Form())


@charity_stock.get("/movements")
@allowed("batch.read")
def movements():
    """The ledger of goods: every unit from where to where, why, by whom."""
    store, after = wanted().store_id, request.args.get("after", "")
    found = queries.movements(current_user, store_id=store, after=after)
    verdict = None if after else service.verify(current_user.organisation_id)
    return render_template("charity/stock/movements.html", rows=found.rows, more=found.after, after=after, store_id=store,
                           verdict=verdict, form=Form(), **about(found.rows))


def about(rows) -> dict:
    """What a list of movements names: kits, stores, labels and people."""
    places = [place for row in rows for place in (row.Movement.from_place, row.Movement.to_place)]
    return {"kits": queries.kit_names([row.Batch.item_code for row in rows]), "stores": stores(),
            "labels": sums.labels(current_user, places), "people": sums.people(row.Movement.by_id for row in rows)}


@charity_stock.get("/scan")
@allowed("batch.read")
def scan():
    """A label, typed or scanned, leads to its batch."""
    typed = request.args.get("ref", "").strip().rpartition("/")[2][:20]
    if typed:
        try:
            return redirect(url_for("charity_batches.one", ref=queries.batch(current_user, typed).ref))
        except NoResultFound:
            flash(_("There is no batch with the label %(label)s in your stores.", label=typed), "error")
    return render_template("charity/stock/scan.html", typed=typed)


@charity_stock.post("/export/<any(stock, movements):what>")
@allowed("store.read")
def export(what: str):
    """What the lists show, as a spreadsheet; the audit trail keeps who took it along."""
    if not Form().validate_on_submit():
        return redirect(url_for(".listed"))
    if what == "stock":
        rows = queries.lines(current_user, wanted(), size=MOST_EXPORTED).rows
        kits = queries.kit_names([row.Batch.item_code for row in rows])
        table = stock_table(rows, kits)
    else:
        rows = queries.movements(current_user, store_id=wanted().store_id, size=MOST_EXPORTED).rows
        table = movement_table(rows, **about(rows))
    service.record_export(what, len(rows), by=current_user)
    return sent(sheets.write(table), f"{what}-{clock.today()}")


def sent(content: bytes, name: str) -> Response:
    """A spreadsheet for no cache to keep."""
    answer = Response(content, mimetype=sheets.MIMETYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
