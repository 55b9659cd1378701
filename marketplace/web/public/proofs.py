"""The public proof: what was published of the audit chain, day by day, and how anybody checks a receipt against it."""
import json
from datetime import date, timedelta
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request

from marketplace.core import clock, proof
from marketplace.web import tables
from marketplace.web.guard import PUBLIC, allowed

proofs = Blueprint("proofs", __name__)
SCRIPT = Path(__file__).parents[2] / "data" / "proof" / "check.py"
FIELDS = ("day", "entries", "root", "position", "head", "previous", "published_at", "digest")


@proofs.get("/transparency/proof")
@allowed(PUBLIC)
def listed():
    """The days of a month, newest first; the last published month when none is asked for."""
    span = proof.span()
    last = span[1] if span else clock.today()
    month = request.args.get("month", "")
    found = proof.of_month(month)
    if not month:
        month = f"{last:%Y-%m}"
        found = proof.of_month(month)
    return render_template("public/proofs/list.html", days=found, month=month, span=span,
                           before=_month(month, -1), after=_month(month, 1), script=SCRIPT.read_text(encoding="utf-8"))


def _month(month: str, step: int) -> str:
    """The month before or after one; "" for what is no month."""
    try:
        first = date.fromisoformat(f"{month}-01")
        return f"{first + timedelta(days=32 if step > 0 else -1):%Y-%m}"
    except (ValueError, OverflowError):
        return ""


@proofs.get("/transparency/proof/<string(length=10):day>")
@allowed(PUBLIC)
def one(day: str):
    found = _of(day)
    return render_template("public/proofs/day.html", proof=found, before=proof.of_day(found.day - timedelta(days=1)),
                           after=proof.of_day(found.day + timedelta(days=1)))


def _of(day: str) -> proof.DailyProof:
    try:
        return proof.of_day(date.fromisoformat(day)) or abort(404)
    except ValueError:
        abort(404)


@proofs.get("/transparency/proof/<string(length=10):day>.json")
@allowed(PUBLIC)
def one_json(day: str):
    return _json(_of(day).public)


@proofs.get("/transparency/proof.json")
@allowed(PUBLIC)
def all_json():
    """Every published day, oldest first, as the script wants it."""
    return _json({"days": [row.public for row in proof.everything()]})


@proofs.get("/transparency/proof.csv")
@allowed(PUBLIC)
def all_csv():
    return tables.download("daily-proofs", FIELDS, ([row.public[name] for name in FIELDS] for row in proof.everything()))


@proofs.get("/transparency/proof/check.py")
@allowed(PUBLIC)
def script():
    """The script with which anybody checks a receipt without us."""
    return Response(SCRIPT.read_bytes(), mimetype="text/x-python",
                    headers={"Content-Disposition": 'attachment; filename="check.py"'})


def _json(facts: dict) -> Response:
    return Response(json.dumps(facts, ensure_ascii=False, indent=1), mimetype="application/json")
