"""Where the money goes, for everybody: the city's sums, the trail of each wish, and all of it to take along."""
import csv
import io
import json
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, abort, render_template, request, stream_with_context

from marketplace.market.matches import public as matches
from marketplace.market.transparency import city, data, trails
from marketplace.market.wishes import goods
from marketplace.people.organisations import queries as organisations
from marketplace.web import errors
from marketplace.web.guard import PUBLIC, allowed

transparency = Blueprint("transparency", __name__, url_prefix="/transparency")
FILES: dict[str, tuple[tuple[str, ...], Callable[[], Iterator[tuple]]]] = {
    "entries": (data.ENTRY, data.entries), "wishes": (data.WISH, data.wishes)}
MONTHS = 24


@transparency.get("/")
@allowed(PUBLIC)
def overview():
    """What came in and what became of it; and the wishes that came true."""
    category = request.args.get("category", "")
    found = trails.fulfilled(category if category in goods.categories() else "", request.args.get("after", ""))
    return render_template("public/transparency/overview.html", city=city.money(), months=MONTHS, found=found,
                           needs=trails.needs_of([row.id for row in found.rows]), category=category,
                           goods=goods.categories(), charities=organisations.names(), matches=matches.running())


@transparency.get("/wishes/<ref>")
@allowed(PUBLIC)
def trail(ref: str):
    """One wish, step by step. What is not public now answers like what never was."""
    found = trails.trail(ref)
    if found is None:
        return errors.page(410)
    return render_template("public/transparency/trail.html", trail=found, charity=organisations.one(found.organisation_id))


@transparency.get("/data")
@allowed(PUBLIC)
def files():
    """What can be taken along, and what stands in it."""
    return render_template("public/transparency/data.html", files=FILES)


@transparency.get("/data/<name>.csv")
@allowed(PUBLIC)
def table(name: str):
    heads, rows = FILES.get(name) or abort(404)
    return _file(f"{name}.csv", "text/csv; charset=utf-8", _lines(heads, rows()))


@transparency.get("/data/<name>.json")
@allowed(PUBLIC)
def objects(name: str):
    heads, rows = FILES.get(name) or abort(404)
    return _file(f"{name}.json", "application/json", _objects(heads, rows()))


def _lines(heads: tuple[str, ...], rows: Iterator[tuple]) -> Iterator[str]:
    """A CSV file, line by line, however long it is."""
    yield _line(heads)
    for row in rows:
        yield _line(row)


def _line(row: tuple) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(row)
    return out.getvalue()


def _objects(heads: tuple[str, ...], rows: Iterator[tuple]) -> Iterator[str]:
    """A JSON list of objects, one on each line."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps(dict(zip(heads, row)), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _file(name: str, kind: str, content: Iterator[str]) -> Response:
    answer = Response(stream_with_context(content), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
