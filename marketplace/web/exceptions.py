"""The exceptions desk, for every audience the same: what is narrowed to, the page, and the sheet to take along."""
from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.core import clock, places, sheets
from marketplace.market.deliveries import exceptions, labels, satisfaction
from marketplace.market.deliveries.exceptions import Exceptional, Wanted
from marketplace.web import tables, words
from marketplace.web import words_of_deliveries as said
from marketplace.web.locale import lang
from marketplace.web.numbers import whole


def wanted() -> Wanted:
    """What the address narrows the list to; what makes no sense narrows nothing."""
    kind, town = request.args.get("kind", ""), request.args.get("town", "")
    return Wanted(kind if kind in exceptions.KINDS else "", request.args.get("charity", 0, whole),
                  town if places.known(town) else "")


def page(capability: str, content: satisfaction.Average | None) -> str:
    """The list with its counts and filters, in a fixed number of statements."""
    chosen = wanted()
    found = exceptions.listed(current_user, capability, chosen, request.args.get("after", ""))
    return render_template(
        "desk/exceptions/list.html", found=found.rows, after=found.after, wanted=chosen, content=content,
        counts=exceptions.counts(current_user, capability, chosen), choices=exceptions.choices(current_user, capability),
        today=clock.today())


def sheet(capability: str) -> Response:
    """The list as it is narrowed: deliveries, towns and charities, nobody's name and no household."""
    found = exceptions.listed(current_user, capability, wanted(), size=exceptions.MOST).rows
    heads = [_("Number"), _("What is the matter"), _("Since"), _("Days"), _("State"), _("What it is"), _("Units"),
             _("Town"), _("Charity"), _("Due on")]
    return tables.workbook(f"exceptions-{clock.today()}", sheets.Table(
        _("Exceptions"), heads, (_row(one) for one in found), (14, 26, 18, 8, 16, 24, 8, 24, 28, 12)))


def _row(one: Exceptional) -> list[object]:
    money = one.need_kind == "money"
    return [labels.said(one.ref), str(said.KINDS[one.kind]), one.since, (clock.today() - clock.day_of(one.since)).days,
            str(words.DELIVERY_STATES[one.state]), one.item, None if money else one.units,
            places.full_name(one.place_code[:places.TOWN], lang()),
            one.charity_english if lang() == "en" and one.charity_english else one.charity, one.due_on]
