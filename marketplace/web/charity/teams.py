"""Names of teams at the charity's desk: confirmed, declined, taken away."""
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.market.teams import queries, service
from marketplace.market.teams.models import LIFE
from marketplace.web.forms import Form, attempt
from marketplace.web.guard import allowed

charity_teams = Blueprint("charity_teams", __name__, url_prefix="/charity/teams")


@charity_teams.get("")
@allowed("company_team.read")
def listed():
    state, after = request.args.get("state", "asked"), request.args.get("after", "")
    state = state if state in LIFE.states else ""
    found = queries.desk(current_user, state, after)
    return render_template("charity/teams/list.html", rows=found.rows, more=found.after, after=after, state=state,
                           counts=queries.counts(current_user))


@charity_teams.post("/<int:team_id>/<any(approve, decline, hide):verb>")
@allowed("company_team.approve", "company_team.decline", "company_team.hide")
def act(team_id: int, verb: str):
    """Confirm a name and say how one knows, or refuse it and say why."""
    team = queries.one(current_user, f"company_team.{verb}", team_id)
    if Form().validate_on_submit():
        deed, done = {"approve": (service.approve, _("Confirmed. The team has its page now.")),
                      "decline": (service.decline, _("The founder is told why.")),
                      "hide": (service.hide, _("The page is gone. The founder is told why."))}[verb]
        attempt(lambda: deed(team, request.form.get("why", ""), by=current_user), done)
    return redirect(url_for(".listed"))
