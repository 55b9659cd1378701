"""The people of the charity: who does what, who joins, who leaves. For its manager."""
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import RadioField

from marketplace.extensions import limiter
from marketplace.people.organisations import queries
from marketplace.people.organisations.queries import team as people
from marketplace.people.organisations.service import team as service
from marketplace.web import links
from marketplace.web.forms import Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.words_of_charities import POSTS

team = Blueprint("team", __name__, url_prefix="/charity/team")
USERNAME = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class InviteForm(Form):
    display_name = text(_l("Name of the person"), 40, description=_l("As colleagues and the records show it."),
                        render_kw={"autocomplete": "off"})
    username = text(_l("Name to sign in with"), 40, description=_l("3 to 40 small letters, digits, dots or dashes."),
                    render_kw=USERNAME)
    post = RadioField(_l("What does the person do?"), choices=choices(POSTS.items()), default="clerk",
                      description=_l("It can be changed at any time."))


@team.get("/")
@allowed("team.read")
def listed():
    return render_template("charity/team/list.html", charity=queries.one(current_user.organisation_id),
                           people=people.people(current_user), form=Form())


@team.route("/new", methods=["GET", "POST"])
@allowed("team.invite")
@limiter.limit("30 per hour", methods=["POST"])
def invite():
    """Take somebody in; they choose a password themselves, behind a link."""
    form = InviteForm()
    if form.validate_on_submit():
        with form.refusals():
            user, secret = service.invite(form.display_name.data, form.username.data, form.post.data, by=current_user)
            return links.shown_once(user, secret, url_for(".listed"))
    return render_template("charity/team/invite.html", form=form), 422 if form.errors else 200


@team.post("/<int:user_id>/link")
@allowed("team.change")
@limiter.limit("30 per hour")
def link(user_id: int):
    """A new link for somebody whose link or password is lost."""
    person = people.person(current_user, "team.change", user_id)
    form = Form()
    if form.validate_on_submit():
        with form.refusals():
            return links.shown_once(person, service.invite_again(person, by=current_user), url_for(".listed"))
    return redirect(url_for(".listed"))


@team.post("/<int:user_id>/post")
@allowed("team.change")
def change(user_id: int):
    person = people.person(current_user, "team.change", user_id)
    if Form().validate_on_submit():
        attempt(lambda: service.change_post(person, request.form.get("post", ""), by=current_user),
                _("Changed. It holds from this moment."))
    return redirect(url_for(".listed"))


@team.post("/<int:user_id>/<any(close, reopen):verb>")
@allowed("team.close")
def turn(user_id: int, verb: str):
    person = people.person(current_user, f"team.{verb}", user_id)
    if Form().validate_on_submit():
        done = _("Closed. Nobody is signed in with this account any more.") if verb == "close" else _("Open again.")
        attempt(lambda: getattr(service, verb)(person, by=current_user), done)
    return redirect(url_for(".listed"))
