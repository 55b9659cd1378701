"""The doors: for families and givers by phone and one-time code, for staff by name and password."""
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length

from marketplace.extensions import limiter
from marketplace.network.registry import service as registry
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User
from marketplace.web import sessions
from marketplace.web.forms import REQUIRED, Form, text
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang

sign_in = Blueprint("sign_in", __name__, url_prefix="/sign-in")
DOORS = ("family", "giver")


class PhoneForm(Form):
    phone = text(_l("Phone number"), 20, render_kw={"inputmode": "tel", "autocomplete": "tel"})


class CodeForm(Form):
    phone = HiddenField()
    code = text(_l("The code from the message"), 6, render_kw={
        "inputmode": "numeric", "autocomplete": "one-time-code", "pattern": "[0-9]{6}"})


class PasswordForm(Form):
    username = text(_l("Name to sign in with"), 60, render_kw={"autocomplete": "username", "autocapitalize": "none"})
    password = PasswordField(_l("Password"), [REQUIRED, Length(max=200)],
                             render_kw={"autocomplete": "current-password"})


@sign_in.get("/")
@allowed(PUBLIC)
def choose():
    _keep_way()
    return render_template("public/sign_in/choose.html")


def _keep_way() -> None:
    """Remember the page somebody came for, if it is one of ours."""
    way = request.args.get("next", "")
    parts = urlsplit(way)
    if way.startswith("/") and not way.startswith(("//", "/\\")) and not parts.netloc:
        session["next"] = way


@sign_in.route("/<any(family, giver):door>", methods=["GET", "POST"])
@allowed(PUBLIC)
@limiter.limit("10 per minute; 60 per hour", methods=["POST"])
def by_phone(door: str):
    form = PhoneForm()
    if form.validate_on_submit():
        with form.refusals():
            accounts.send_code(form.phone.data, lang())
            return render_template("public/sign_in/code.html", door=door, form=CodeForm(formdata=None, data={
                "phone": form.phone.data}))
    return render_template("public/sign_in/phone.html", door=door, form=form), 422 if form.errors else 200


@sign_in.post("/<any(family, giver):door>/code")
@allowed(PUBLIC)
@limiter.limit("20 per minute; 100 per hour")
def by_code(door: str):
    form = CodeForm()
    if form.validate_on_submit():
        with form.refusals():
            accounts.use_code(form.phone.data, form.code.data)
            user = registry.beneficiary(form.phone.data) if door == "family" else accounts.of_phone(
                form.phone.data, "donor", "volunteer")
            return _enter(user)
    return render_template("public/sign_in/code.html", door=door, form=form), 422


@sign_in.route("/staff", methods=["GET", "POST"])
@allowed(PUBLIC)
@limiter.limit("20 per minute; 200 per hour", methods=["POST"])
def staff():
    form = PasswordForm()
    if form.validate_on_submit():
        with form.refusals():
            return _enter(accounts.sign_in_by_password(
                form.username.data.strip(), form.password.data, request.remote_addr or ""))
    return render_template("public/sign_in/staff.html", form=form), 422 if form.errors else 200


def _enter(user: User):
    way = session.get("next")
    sessions.begin(user)
    return redirect(way or url_for(sessions.HOME.get(user.role, "public.front")))


@sign_in.post("/out")
@allowed(PUBLIC)
def out():
    if Form().validate_on_submit():
        sessions.end()
    return redirect(url_for("public.front"))


