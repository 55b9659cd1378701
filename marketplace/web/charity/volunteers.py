"""The charity's volunteers: who asks, who helps with what, whose papers end; for the volunteer lead and colleagues."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from marketplace.core import clock, places
from marketplace.market.volunteering import rules, service
from marketplace.market.volunteering.models.people import CHECKS, LIFE
from marketplace.market.volunteering.queries import appointments, people
from marketplace.market.volunteering.service.checking import NUMBER_MOST
from marketplace.people.accounts.permissions import may
from marketplace.web import sheets
from marketplace.web import words_of_volunteers as words
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed

charity_volunteers = Blueprint("charity_volunteers", __name__, url_prefix="/charity/volunteers")
MOST_ROWS = 5000


class CheckForm(Form):
    kind = SelectField(_l("Which paper or training?"), choices=choices((kind, words.CHECKS[kind]) for kind in CHECKS))
    issued_on = DateField(_l("Issued on"), [REQUIRED])
    valid_until = DateField(_l("Valid until (if it says so)"), [Optional()])
    number = text(_l("Number on the paper (optional)"), NUMBER_MOST, required=False, render_kw={"autocomplete": "off"})


def _wanted() -> people.Wanted:
    """The filters in the address; what makes no sense there narrows nothing."""
    state, skill, area, papers = (request.args.get(name, "") for name in ("state", "skill", "area", "papers"))
    return people.Wanted(state if state in LIFE.states else "", skill if skill in rules.skills() else "",
                         area if places.known(area) else "", papers if papers in people.PAPERS else "")


@charity_volunteers.get("")
@allowed("volunteer.export")
def listed():
    wanted, after = _wanted(), request.args.get("after", "")
    found = people.desk(current_user, wanted, after)
    return render_template("charity/volunteers/list.html", rows=found.rows, more=found.after, after=after, wanted=wanted,
                           counts=people.counts(current_user, wanted), skills=words.all_skills(),
                           areas=places.children(places.CITY), open=appointments.counts(current_user))


@charity_volunteers.get("/export.xlsx")
@allowed("volunteer.export")
def export():
    """The list as it is narrowed, as a spreadsheet; phones for the posts that call volunteers. It is kept who took it."""
    rows = people.desk(current_user, _wanted(), size=MOST_ROWS).rows
    phones = may(current_user, "volunteer.call")
    service.exported(len(rows), phones, by=current_user)
    heads = [_("Name"), _("State"), _("What"), _("Where"), _("When"), _("With children"),
             _("Papers that are missing or end"), _("Confirmed minutes"), _("Confirmed visits"), _("Asked to help on"),
             *([_("Phone number")] if phones else [])]
    return sheets.download(f"volunteers-{clock.today()}", _("Volunteers"), heads,
                           ([*_cells(row), *([row.user.phone.reveal() if row.user.phone else ""] if phones else [])]
                            for row in rows))


def _cells(row: people.Listed) -> list[object]:
    one = row.volunteer
    papers = [f"{words.CHECKS[p.kind]}: {words.STANDINGS[p.standing]}" + (f" {p.until}" if p.until else "")
              for p in row.papers if p.needed and p.standing != "valid"]
    return [one.name.reveal(), str(words.STATES[one.state]), words.can(one), words.areas(one), words.times(one),
            _("yes") if one.with_children else _("no"), "; ".join(papers), row.total.minutes, row.total.visits,
            clock.day_of(one.applied_at)]


@charity_volunteers.route("/<int:volunteer_id>", methods=["GET", "POST"])
@allowed("volunteer.export")
def one(volunteer_id: int):
    """One volunteer; the form records a paper that was seen."""
    found = people.one(current_user, "volunteer.export", volunteer_id)
    form = CheckForm()
    if form.validate_on_submit():
        with form.refusals():
            service.record(found, form.kind.data, form.issued_on.data, form.valid_until.data, by=current_user,
                           number=form.number.data or "")
            flash(_("Kept. The number is sealed."))
            return redirect(url_for(".one", volunteer_id=volunteer_id))
    return render_template(
        "charity/volunteers/one.html", row=people.shown(found), recorded=people.recorded(found), form=form,
        visits=appointments.of_volunteer(found), lasts=rules.LASTS), 422 if form.errors else 200


@charity_volunteers.post("/<int:volunteer_id>/checks/<int:check_id>/take-back")
@allowed("volunteer.check")
def take_back(volunteer_id: int, check_id: int):
    """A paper was recorded wrongly, or does not hold any more."""
    found = people.one(current_user, "volunteer.check", volunteer_id)
    if Form().validate_on_submit():
        attempt(lambda: service.take_back(found, check_id, by=current_user), _("Taken back. It does not count any more."))
    return redirect(url_for(".one", volunteer_id=volunteer_id))


@charity_volunteers.post("/<int:volunteer_id>/<any(approve, decline, pause, resume, end):verb>")
@allowed("volunteer.approve", "volunteer.decline", "volunteer.pause", "volunteer.resume", "volunteer.end")
def act(volunteer_id: int, verb: str):
    """Take somebody on, or not; pause, go on, end."""
    found = people.one(current_user, f"volunteer.{verb}", volunteer_id)
    if Form().validate_on_submit():
        reason = (request.form.get("reason", ""),) if verb in ("decline", "end") else ()
        done = _("Welcome to a new volunteer.") if verb == "approve" else _("Done.")
        attempt(lambda: getattr(service, verb)(found, *reason, by=current_user), done)
    return redirect(url_for(".one", volunteer_id=volunteer_id))
