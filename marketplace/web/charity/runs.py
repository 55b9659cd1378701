"""The storekeeper's runs: what waits to be brought, planned into the shortest ways, driven, and what is missing then."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from wtforms import DateField, IntegerField, SelectField
from wtforms.validators import InputRequired, Optional

from marketplace.core import clock, places
from marketplace.core.errors import Invalid
from marketplace.extensions import db
from marketplace.market.runs import queries, service
from marketplace.market.runs.models import LIFE, Run
from marketplace.market.runs.rules import Draft, Start
from marketplace.market.stations import queries as stations
from marketplace.market.stations.rules import read_spans
from marketplace.market.stock import queries as stock
from marketplace.people.accounts.models import User
from marketplace.web import words_of_runs as words
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.numbers import rows
from marketplace.web.papers import run as paper
from marketplace.web.papers.paper import asked_language, sent

charity_runs = Blueprint("charity_runs", __name__, url_prefix="/charity/runs")


class PlanForm(Form):
    day = DateField(_l("Day"), [REQUIRED])
    starts = text(_l("Sets off at"), 5, default="08:00")
    start = SelectField(_l("From where, and back?"))
    vehicles = IntegerField(_l("Vehicles"), [InputRequired()], default=1)
    capacity = IntegerField(_l("Parcels that fit into one"), [InputRequired()], default=60)

    def draft(self, starts: dict[str, Start]) -> Draft:
        """What was typed and ticked. Raises Invalid."""
        chosen = tuple(rows(request.form.getlist("delivery")))[:1000]
        minute = read_spans(f"{self.starts.data}-24:00", "starts")[0][0]
        start = starts.get(self.start.data)
        if start is None:
            raise Invalid("start", "unknown")
        return Draft(self.day.data, minute, start, self.vehicles.data, self.capacity.data, chosen)


class DriverForm(Form):
    driver = SelectField(_l("Who drives?"), coerce=int)
    phone = text(_l("Or the phone number of a volunteer"), 20, required=False)


@charity_runs.get("")
@allowed("run.read")
def listed():
    state, after = request.args.get("state", ""), request.args.get("after", "")
    state = state if state in LIFE.states else ""
    found = queries.listed(current_user, state, after)
    return render_template("charity/runs/list.html", rows=found.rows, more=found.after, after=after, state=state,
                           counts=queries.counts(current_user),
                           missing=queries.missing(current_user, request.args.get("missing", "")))


@charity_runs.route("/plan", methods=["GET", "POST"])
@allowed("run.plan")
def plan():
    """What waits, by place; the form plans runs for what is ticked."""
    area, everything = request.args.get("area", ""), request.args.get("whose") == "all"
    area = area if places.known(area) else ""
    starts, form = _starts(), PlanForm()
    form.start.choices = choices((key, start.name) for key, start in starts.items())
    if request.method == "GET":
        form.day.data = clock.today()
    if form.validate_on_submit():
        with form.refusals():
            made = service.plan(form.draft(starts), by=current_user)
            return _planned(made)
    after = request.args.get("after", "")
    found = queries.to_bring(current_user, area, everything, after)
    return render_template("charity/runs/plan.html", form=form, waiting=found.rows, more=found.after, after=after, area=area,
                           everything=everything,
                           ticked=set(request.form.getlist("delivery")), counties=_counties()), 422 if form.errors else 200


def _planned(made: service.Planned):
    flash(ngettext("%(num)d run is planned. Say who drives.", "%(num)d runs are planned. Say who drives.", len(made.runs)))
    if made.left_out:
        names = _(", ").join(words.station_name(one) for one in made.left_out)
        flash(_("Not on any run, because it is closed or too far that day: %(stations)s", stations=names), "error")
    return redirect(url_for(".one", run_id=made.runs[0].id) if len(made.runs) == 1 else url_for(".listed"))


def _starts() -> dict[str, Start]:
    """Where runs can begin: the charity's stores, then stations."""
    stores = {f"store:{one.id}": Start(one.english if lang() == "en" and one.english else one.name, one.latitude,
                                       one.longitude) for one in stock.stores(current_user) if one.state == "open"}
    return stores | {f"station:{one.id}": Start(words.station_name(one), one.latitude, one.longitude)
                     for one in stations.all_open()}


def _counties() -> list[tuple]:
    return [("", _("All"), None)] + [(code, places.name(code, lang()), None) for code in places.children(places.CITY)]


@charity_runs.get("/<int:run_id>")
@allowed("run.read")
def one(run_id: int):
    run = queries.one(current_user, "run.read", run_id)
    return render_template("charity/runs/one.html", run=run, stops=queries.stops(run), driver=queries.name_of(run),
                           form=_driver_form(run))


@charity_runs.post("/<int:run_id>/driver")
@allowed("run.assign")
def assign(run_id: int):
    run = queries.one(current_user, "run.assign", run_id)
    form = _driver_form(run)
    if form.validate_on_submit():
        attempt(lambda: service.assign(run, _driver(form), by=current_user), _("The driver finds the run under “My runs”."))
    return redirect(url_for(".one", run_id=run_id))


def _driver_form(run: Run) -> DriverForm:
    form = DriverForm()
    form.driver.validators = [Optional()]
    form.driver.choices = choices([(0, "—")] + [(one.id, one.display_name) for one in queries.drivers(current_user)])
    if request.method == "GET":
        form.driver.data = run.driver_id
    return form


def _driver(form: DriverForm) -> User:
    if (form.phone.data or "").strip():
        return service.volunteer(form.phone.data or "")
    return db.session.get(User, form.driver.data) or abort(400)


@charity_runs.post("/<int:run_id>/<any(load, depart, finish, cancel):verb>")
@allowed("run.read")
def act(run_id: int, verb: str):
    run = queries.one(current_user, "run.cancel" if verb == "cancel" else f"run.{verb}", run_id)
    if Form().validate_on_submit():
        attempt(lambda: getattr(service, verb)(run, by=current_user), _("Done."))
    return redirect(url_for(".one", run_id=run_id))


@charity_runs.post("/parcels/<int:parcel_id>/<any(find, lose):decision>")
@allowed("run.settle")
def settle(parcel_id: int, decision: str):
    """Decide on a parcel that is missing."""
    parcel = queries.parcel(current_user, parcel_id)
    if Form().validate_on_submit():
        attempt(lambda: service.settle(parcel, decision, by=current_user),
                _("It waits for the next run.") if decision == "find" else _("Booked as lost. The wish is open again."))
    return redirect(url_for(".listed"))


@charity_runs.get("/<int:run_id>/sheet.pdf")
@allowed("run.read")
def sheet(run_id: int):
    """The stops in their order, to take along."""
    run = queries.one(current_user, "run.read", run_id)
    language = asked_language(request.args.get("in", ""))
    return sent(paper.sheet(run, queries.stops(run), queries.name_of(run), language), f"run-{run.day}-{run.id}")


@charity_runs.get("/<int:run_id>/labels.pdf")
@allowed("run.read")
def labels(run_id: int):
    """A label for each parcel: its number to scan, and its station."""
    run = queries.one(current_user, "run.read", run_id)
    made = paper.labels(run, queries.stops(run), asked_language(request.args.get("in", "")))
    return sent(made, f"labels-{run.day}-{run.id}")
