"""Households that qualify and were never spoken to: whom to go to, and what came of it."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from marketplace.assistance.policies import service
from marketplace.assistance.policies.queries import contacts, silent
from marketplace.core import places
from marketplace.web import screened, tables, words
from marketplace.web.forms import Form, attempt
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.numbers import rows

desk_silent = Blueprint("desk_silent", __name__, url_prefix="/desk/silent")
NAMED = 3


@desk_silent.get("/")
@allowed("silent.read")
def listed():
    seen = screened.seen()
    wanted, after = screened.wanted(current_user, seen), request.args.get("after", "")
    found = silent.listed(current_user, seen, wanted, after) if seen else None
    return render_template(
        "desk/screened/silent.html", seen=seen, wanted=wanted, after=after, more=found.after or "" if found else "",
        rows=_rows(seen, found.rows) if found else [], counted=silent.counted(current_user, seen, wanted) if seen else 0,
        areas=screened.areas(current_user, wanted.area), policies=screened.offered(seen),
        noted=contacts.lately(current_user), again=silent.AGAIN.days, form=Form())


def _rows(seen, found) -> list[tuple]:
    """Each household with the names of the first of its policies, and how many more there are."""
    voice = screened.voice(seen)
    return [(row, [voice.name(policy) for policy in row.policies[:NAMED]], row.claims - len(row.policies[:NAMED]))
            for row in found]


@desk_silent.post("/contacts")
@allowed("outreach.record")
def note():
    """What came of going to the chosen households; those of other areas, and the worker's own, are not among them."""
    homes = contacts.homes(current_user, rows(request.form.getlist("home")))
    if Form().validate_on_submit():
        if not homes:
            flash(_("Choose at least one household first."), "error")
        else:
            attempt(lambda: service.record_all(homes, request.form.get("kind", ""), by=current_user),
                    ngettext("Noted for %(num)d household. It is off this list; below you can take it back.",
                             "Noted for %(num)d households. They are off this list; below you can take it back.",
                             len(homes)))
    return redirect(_back())


@desk_silent.post("/contacts/take-back")
@allowed("contact.take_back")
def take_back():
    numbers = rows(request.form.get("contacts", "").split(","))
    if Form().validate_on_submit():
        attempt(lambda: service.take_back(contacts.own(current_user, numbers), by=current_user), _("Taken back."))
    return redirect(_back())


def _back() -> str:
    return url_for(".listed") + (f"?{request.query_string.decode()}" if request.query_string else "")


@desk_silent.post("/export")
@allowed("silent.read")
def export():
    """The list as a file, as it is narrowed: numbers of households, places, amounts and policies, no names of people."""
    seen = screened.seen()
    if seen is None or not Form().validate_on_submit():
        return redirect(_back())
    found = silent.listed(current_user, seen, screened.wanted(current_user, seen), size=screened.MOST).rows
    service.exported(seen.run, "silent households", len(found), by=current_user)
    voice = screened.voice(seen)
    rows = [(row.household_id, places.full_name(row.place_code, lang()), tables.yuan(row.stake_fen), row.claims,
             row.since, _all_policies(voice, row)) for row in found]
    head = [_("Household"), _("Place"), _("Could claim a year, yuan"), _("Policies"), _("Qualifies since"), _("Which")]
    return tables.download(f"silent-{seen.run.as_of}", head, rows)


def _all_policies(voice, row) -> str:
    return "; ".join([*(voice.name(policy) for policy in row.policies), *[str(words.FOR_ONE_ALONE)] * row.unnamed])
