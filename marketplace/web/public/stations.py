"""Stations for everyone: where they are, when they are open, and which one is for one's town."""
from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from marketplace.core import clock, places
from marketplace.market.stations import public, service
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang

stations = Blueprint("stations", __name__, url_prefix="/stations")


@stations.get("")
@allowed(PUBLIC)
def listed():
    """All of them by place, those of a county, or the one for a town."""
    area, town, after = (request.args.get(name, "") for name in ("area", "town", "after"))
    area = area if len(area) == places.COUNTY and places.known(area) else ""
    town = town if len(town) == places.TOWN and places.known(town) else ""
    found = public.listed(area, after)
    return render_template(
        "public/stations.html", rows=[row[0] for row in found.rows], more=found.after, after=after, area=area, town=town,
        mine=service.of_place(town) if town else None, counties=_counties(), towns=_towns(), today=clock.today())


def _counties() -> list[tuple]:
    """The whole city and its counties, as choices for chips."""
    return [("", _("All"), None)] + [(code, places.name(code, lang()), None) for code in places.children(places.CITY)]


def _towns() -> list[tuple[str, list[tuple[str, str]]]]:
    """The towns by county, as groups of a field."""
    return [(places.name(county, lang()), [(town, places.name(town, lang())) for town in places.children(county)])
            for county in places.children(places.CITY)]
