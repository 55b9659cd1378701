"""Teams: their pages for everyone; founding, joining and leaving for those who are signed in."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import RadioField, SelectField

from marketplace.extensions import limiter
from marketplace.market.teams import public, queries, service
from marketplace.market.teams.models import KINDS
from marketplace.market.teams.queries import Mine
from marketplace.market.teams.rules import CONTACT_MOST, NAME_MOST, SHOWN_MOST
from marketplace.people.accounts.permissions import may
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.queries.papers import certified
from marketplace.web.forms import Form, attempt, choices, text
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang
from marketplace.web.words_of_worth import TEAM_KINDS

teams = Blueprint("teams", __name__, url_prefix="/teams")


class TeamForm(Form):
    name = text(_l("Name of the team, as everybody sees it"), NAME_MOST)
    english = text(_l("Its name in English (optional)"), NAME_MOST, required=False)
    kind = RadioField(_l("Whose people are you?"), default="company", choices=choices(TEAM_KINDS.items()))
    charity = SelectField(_l("Which charity shall confirm the name?"), coerce=int)
    contact = text(_l("Who there can confirm it? Name and phone number"), CONTACT_MOST)

    def draft(self) -> service.Draft:
        return service.Draft(self.name.data or "", self.kind.data, self.charity.data, self.contact.data or "",
                             self.english.data or "")


class NameForm(Form):
    shown_as = text(_l("Your name on the team's page; empty to stay unnamed"), SHOWN_MOST, required=False)


@teams.get("")
@allowed(PUBLIC)
def listed():
    """All teams, by name."""
    kind, after = request.args.get("kind", ""), request.args.get("after", "")
    kind = kind if kind in KINDS else ""
    found = public.listed(kind, after)
    return render_template("public/teams/list.html", rows=found.rows, more=found.after, after=after, kind=kind)


@teams.get("/<ref>")
@allowed(PUBLIC)
def one(ref: str):
    team = public.one(ref) or abort(404)
    return render_template("public/teams/one.html", team=team, together=public.together(team), names=public.names(team),
                           charity=organisations.one(team.organisation_id))


@teams.route("/new", methods=["GET", "POST"])
@allowed("company_team.found")
def new():
    """Found a team."""
    form = _form(None)
    if form.validate_on_submit():
        with form.refusals():
            service.found(form.draft(), by=current_user)
            flash(_("Founded. Send the link to your colleagues; the page opens when the charity has confirmed the name."))
            return redirect(url_for(".mine"))
    return render_template("public/teams/new.html", form=form, team=None), 422 if form.errors else 200


@teams.route("/mine/ask-again", methods=["GET", "POST"])
@allowed("company_team.found")
def ask_again():
    """Ask anew for a name that was declined."""
    found = queries.mine(current_user)
    if found is None or found.team.state != "declined" or not may(current_user, "company_team.ask_again", found.team):
        return redirect(url_for(".mine"))
    form = _form(found)
    if form.validate_on_submit():
        with form.refusals():
            service.ask_again(found.team, form.draft(), by=current_user)
            flash(_("The charity is asked again."))
            return redirect(url_for(".mine"))
    return render_template("public/teams/new.html", form=form, team=found.team), 422 if form.errors else 200


def _form(found: Mine | None) -> TeamForm:
    known = {"name": found.team.name, "english": found.team.english, "kind": found.team.kind,
             "charity": found.team.organisation_id, "contact": found.contact} if found else None
    form = TeamForm(data=known)
    form.charity.choices = choices((one.id, one.english if lang() == "en" and one.english else one.name)
                                   for one in certified())
    return form


def _mine() -> Mine:
    return queries.mine(current_user) or abort(404)


@teams.get("/mine")
@allowed("company_team.join")
def mine():
    """The own team: its link, the own name, the way out."""
    found = queries.mine(current_user)
    if found is None:
        return render_template("public/teams/none.html")
    return render_template("public/teams/mine.html", found=found, team=found.team, together=public.together(found.team),
                           form=NameForm(formdata=None, shown_as=found.member.shown_as))


@teams.get("/join/<secret>")
@allowed(PUBLIC)
@limiter.limit("30 per minute")
def invited(secret: str):
    """What it means to join, before one does."""
    return render_template("public/teams/join.html", team=queries.invited(secret), secret=secret,
                           present=queries.mine(current_user))


@teams.post("/join/<secret>")
@allowed("company_team.join")
@limiter.limit("30 per minute")
def join(secret: str):
    if Form().validate_on_submit() and attempt(lambda: service.join(secret, by=current_user),
                                               _("You are in the team now.")):
        return redirect(url_for(".mine"))
    return redirect(url_for(".invited", secret=secret))


@teams.post("/mine/name")
@allowed("company_team.join")
def name():
    """Be seen on the team's page, or not."""
    found, form = _mine(), NameForm()
    if form.validate_on_submit():
        attempt(lambda: service.show_as(found.member, form.shown_as.data or "", by=current_user), _("Kept."))
    return redirect(url_for(".mine"))


@teams.post("/mine/<any(leave, renew, end):verb>")
@allowed("company_team.join")
def act(verb: str):
    """Leave; of the founder also a new link, or the end of the team."""
    found = _mine()
    if Form().validate_on_submit():
        deeds = {"leave": (lambda: service.leave(found.member, by=current_user), _("You have left the team.")),
                 "renew": (lambda: service.renew_link(found.team, by=current_user), _("The old link is worth nothing now.")),
                 "end": (lambda: service.end(found.team, by=current_user), _("The team has ended."))}
        attempt(*deeds[verb])
    return redirect(url_for(".mine"))
