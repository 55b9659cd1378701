"""Stations at the desk: a county keeps them, and their workers see what lies on the shelves."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import BooleanField, FloatField, SelectField, TextAreaField
from wtforms.validators import Optional

from marketplace.core import clock, places
from marketplace.market.deliveries import labels, shelves
from marketplace.market.deliveries import service as deliveries
from marketplace.market.stations import queries, service
from marketplace.market.stations.models import Station
from marketplace.market.stations.rules import WEEKDAYS, read_days, read_spans, said
from marketplace.people.accounts.permissions import may
from marketplace.web.desk.deliveries import ShelfForm
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang

desk_stations = Blueprint("desk_stations", __name__, url_prefix="/desk/stations")
USUAL = "08:30-12:00, 13:30-17:30"


class StationForm(Form):
    place_code = SelectField(_l("For which town or county?"))
    name = text(_l("Name of the station"), service.NAME_MOST)
    english = text(_l("Name in English (optional)"), service.NAME_MOST, required=False)
    address = text(_l("Address, as it stands on parcels"), service.ADDRESS_MOST)
    phone = text(_l("Telephone of the office"), service.PHONE_MOST)
    latitude = FloatField(_l("Latitude"), [REQUIRED])
    longitude = FloatField(_l("Longitude"), [REQUIRED])
    monday = text(_l("Monday"), 60, required=False, default=USUAL)
    tuesday = text(_l("Tuesday"), 60, required=False, default=USUAL)
    wednesday = text(_l("Wednesday"), 60, required=False, default=USUAL)
    thursday = text(_l("Thursday"), 60, required=False, default=USUAL)
    friday = text(_l("Friday"), 60, required=False, default=USUAL)
    saturday = text(_l("Saturday"), 60, required=False)
    sunday = text(_l("Sunday"), 60, required=False)
    closed_on = TextAreaField(_l("Days on which it is closed"), [Optional()])
    trusts_drivers = BooleanField(_l("What a driver unloads has arrived at once, without a worker"))

    def draft(self) -> service.Draft:
        """What was typed. Raises Invalid."""
        week = tuple(read_spans(self[name].data or "", name) for name in WEEKDAYS)
        return service.Draft(
            place_code=self.place_code.data, name=self.name.data or "", english=self.english.data or "",
            address=self.address.data or "", phone=self.phone.data or "", latitude=self.latitude.data or 0,
            longitude=self.longitude.data or 0, week=week, closed_on=read_days(self.closed_on.data or ""),
            trusts_drivers=self.trusts_drivers.data)

    def show(self, station: Station) -> None:
        """The facts of a station, as they are typed."""
        for name in ("name", "english", "address", "phone", "latitude", "longitude", "trusts_drivers", "place_code"):
            self[name].data = getattr(station, name)
        for name, spans in zip(WEEKDAYS, station.week):
            self[name].data = said(spans)
        self.closed_on.data = "\n".join(day.isoformat() for day in station.days_closed)


@desk_stations.get("/")
@allowed("station.shelf")
def listed():
    after = request.args.get("after", "")
    found = queries.mine(current_user, after)
    rows = [row[0] for row in found.rows]
    return render_template("desk/stations/list.html", rows=rows, more=found.after, after=after,
                           waiting=shelves.counts(current_user, [one.id for one in rows]))


@desk_stations.route("/new", methods=["GET", "POST"])
@allowed("station.write")
def new():
    form = _form()
    if form.validate_on_submit():
        with form.refusals():
            service.write(form.draft(), by=current_user)
            flash(_("The station is open."))
            return redirect(url_for(".listed"))
    return render_template("desk/stations/edit.html", form=form, station=None), 422 if form.errors else 200


@desk_stations.route("/<int:station_id>", methods=["GET", "POST"])
@allowed("station.write")
def edit(station_id: int):
    station = queries.one(current_user, "station.write", station_id)
    form = _form(station)
    if request.method == "GET":
        form.show(station)
    if form.validate_on_submit():
        with form.refusals():
            service.change(station, form.draft(), by=current_user)
            flash(_("Kept."))
            return redirect(url_for(".listed"))
    return render_template("desk/stations/edit.html", form=form, station=station), 422 if form.errors else 200


@desk_stations.post("/<int:station_id>/<any(close, reopen):verb>")
@allowed("station.close", "station.reopen")
def turn(station_id: int, verb: str):
    station = queries.one(current_user, f"station.{verb}", station_id)
    if Form().validate_on_submit():
        attempt(lambda: getattr(service, verb)(station, by=current_user), _("Done."))
    return redirect(url_for(".edit", station_id=station_id))


@desk_stations.get("/<int:station_id>/shelf")
@allowed("station.shelf")
def shelf(station_id: int):
    """What waits here, since when, and the parcel of the number that was typed or scanned."""
    station = queries.one(current_user, "station.shelf", station_id)
    asked = request.args.get("ref", "")
    ref = labels.read(asked)
    item = shelves.by_ref(current_user, ref) if ref else None
    form = ShelfForm()
    if item and request.method == "GET":
        form.shelf.data, form.last_leg.data = item.delivery.shelf, item.delivery.last_leg or "household"
    found = {name: getattr(shelves, name)(current_user, station.id, request.args.get(name, ""))
             for name in ("lying", "unloaded", "coming")}
    return render_template("desk/stations/shelf.html", station=station, asked=asked, item=item, form=form, **found,
                           today=clock.today(), many=shelves.counts(current_user, [station.id])[station.id])


@desk_stations.post("/<int:station_id>/shelf")
@allowed("station.shelf")
def take_in(station_id: int):
    """A parcel has come, or lies elsewhere on the shelves now."""
    station = queries.one(current_user, "station.shelf", station_id)
    item = shelves.by_ref(current_user, labels.read(request.form.get("ref", "")))
    form = ShelfForm()
    if item and form.validate_on_submit():
        facts = (form.shelf.data or "", form.last_leg.data)
        if item.delivery.state == "arrived":
            attempt(lambda: deliveries.shelve(item.delivery, *facts, by=current_user), _("Kept."))
        else:
            attempt(lambda: deliveries.arrive(item.delivery, current_user, *facts, station=station),
                    _("It is in. The household gets its code by message."))
    elif item is None:
        flash(_("No parcel with this number is known here."), "error")
    return redirect(url_for(".shelf", station_id=station_id))


def _form(station: Station | None = None) -> StationForm:
    form = StationForm()
    area = current_user.area_code
    codes = [station.place_code] if station else [
        code for county in ((area,) if len(area) == places.COUNTY else places.children(area))
        for code in (county, *places.children(county))] if may(current_user, "station.write") else []
    form.place_code.choices = choices((code, places.full_name(code, lang())) for code in codes)
    return form
