"""A run on its driver's phone: stations in their order, scans on and off, with and without signal. It knows no household."""
import secrets
from datetime import datetime

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from marketplace.market.runs import queries, service
from marketplace.market.runs.models import SCANS, Run
from marketplace.web import words_of_runs as words
from marketplace.web.forms import Form, attempt
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.numbers import whole

runs = Blueprint("runs", __name__, url_prefix="/runs")


@runs.get("")
@allowed("run.drive")
def mine():
    """What somebody drives."""
    return render_template("public/runs/mine.html", rows=queries.driven(current_user))


@runs.get("/worker.js")
@allowed(PUBLIC)
def worker():
    """The part of the page that works without signal; here, so that it reaches the pages of runs and nothing else."""
    answer = current_app.send_static_file("js/run-worker.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@runs.get("/<int:run_id>")
@allowed("run.drive")
def one(run_id: int):
    """The run for its driver. `key` is the number of a scan that is sent without the script."""
    run = queries.one(current_user, "run.drive", run_id)
    key = secrets.token_hex(16)
    return render_template("public/runs/one.html", run=run, stops=queries.stops(run), said=_said(), key=key)


@runs.get("/<int:run_id>/facts")
@allowed("run.drive")
def facts(run_id: int):
    """How the run stands, and a token to send scans with."""
    return jsonify(_facts(queries.one(current_user, "run.drive", run_id)))


@runs.post("/<int:run_id>/scans")
@allowed("run.drive")
def scans(run_id: int):
    """Scans that a phone kept, in their order; each with its answer."""
    run = queries.one(current_user, "run.drive", run_id)
    answers = service.scan(run, _read(request.get_json(silent=True)), by=current_user)
    run = queries.one(current_user, "run.drive", run_id)
    return jsonify({**_facts(run), "answers": [{"key": one.key, "result": one.result} for one in answers]})


@runs.post("/<int:run_id>/scan")
@allowed("run.drive")
def scan(run_id: int):
    """One scan, typed, from a browser without the script."""
    run = queries.one(current_user, "run.drive", run_id)
    if Form().validate_on_submit():
        typed = request.form.to_dict()
        stop = whole(typed.get("stop", ""))
        answer = service.scan(run, _read({"scans": [{**typed, "stop": stop, "at": ""}]}), by=current_user)[0]
        flash(str(words.ANSWERS[answer.result]), "message" if answer.result in ("accepted", "already") else "error")
    return redirect(url_for(".one", run_id=run_id))


@runs.post("/<int:run_id>/<any(load, depart, finish):verb>")
@allowed("run.drive")
def act(run_id: int, verb: str):
    run = queries.one(current_user, "run.drive", run_id)
    if Form().validate_on_submit():
        attempt(lambda: getattr(service, verb)(run, by=current_user), _("Done."))
    return redirect(url_for(".one", run_id=run_id))


def _facts(run: Run) -> dict:
    parcels = {parcel.ref: parcel.state for stop in queries.stops(run) for parcel in stop.parcels}
    return {"token": generate_csrf(), "state": run.state, "parcels": parcels}


def _read(sent) -> list[service.Scan]:
    """Scans as a phone sends them; anything else is a bad request.

    One that makes no sense is refused with its own number, so that the others go on.
    """
    found = sent.get("scans") if isinstance(sent, dict) else None
    if not isinstance(found, list) or len(found) > service.SCANS_MOST:
        abort(400)
    return [_scan(one) for one in found]


def _scan(one) -> service.Scan:
    key = one.get("key") if isinstance(one, dict) else None
    if not isinstance(key, str) or not key:
        abort(400)
    try:
        kind, at = one["kind"], one.get("at", "")
        ref, stop = str(one.get("ref", "")), one.get("stop", 0)
        moment = datetime.fromisoformat(at.replace("Z", "+00:00")) if at else None
    except (TypeError, KeyError, ValueError, AttributeError):
        return service.Scan(key, "")
    short = len(key) <= service.KEY_MOST and key.isprintable() and len(ref) <= 100
    fits = kind in SCANS and isinstance(stop, int) and 0 <= stop < 2**31 and (moment is None or moment.tzinfo)
    return service.Scan(key, kind if short and fits else "", ref, stop, moment)


def _said() -> dict:
    """What the script says, in the reader's language."""
    return {
        "parcels": {name: str(text) for name, text in words.PARCELS.items()},
        "answers": {name: str(text) for name, text in words.ANSWERS.items()},
        "sent": _("Everything is sent"), "unsent": _("not sent yet"), "kept": _("scanned"),
        "waiting": _("{n} not sent yet"), "offline": _("No signal: {n} kept on this phone, sent later by itself"),
        "signedOut": _("Please sign in again: {n} are kept on this phone"),
        "notYours": _("This run is not yours any more. {n} scans are kept on this phone and were not taken: tell the store "
                      "their numbers, marked below, and what was done with each"),
        "fault": _("The site answers with a fault: {n} kept on this phone, sent later by itself"),
        "notRead": _("The site could not read what this phone sent. {n} scans are kept: tell the store their numbers, "
                     "marked below"),
        "notANumber": _("This is no number of a parcel"), "notListed": _("is not listed here; the store is asked"),
        "sendFirst": _("Wait until everything is sent"),
    }
