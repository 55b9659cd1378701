"""A volunteer's certificates of service: asked for over some days of one charity, taken back, printed."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField, SelectField

from marketplace.market.attestations import queries, service
from marketplace.market.volunteering import hours
from marketplace.money.receipts.rules import LONGEST_NAME
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.papers import paper
from marketplace.web.papers import service as service_paper

service_hours = Blueprint("service_hours", __name__, url_prefix="/gifts/hours")


class AskForm(Form):
    charity = SelectField(_l("Which charity?"), coerce=int)
    name = text(_l("Your full name, as on your ID card"), LONGEST_NAME, render_kw={"autocomplete": "name"})
    first_on = DateField(_l("First day of service"), [REQUIRED])
    last_on = DateField(_l("Last day of service"), [REQUIRED])


@service_hours.route("/certificate", methods=["GET", "POST"])
@allowed("attestation.ask")
def ask():
    """Ask a charity for a certificate."""
    known = queries.charities(hours.served(current_user.id, None))
    form = AskForm(data={"first_on": known[0].first_on, "last_on": known[0].last_on} if known else None)
    form.charity.choices = choices((one.organisation_id, one.english if lang() == "en" and one.english else one.name)
                                   for one in known)
    if known and form.validate_on_submit():
        with form.refusals():
            service.ask(form.charity.data, form.first_on.data, form.last_on.data, form.name.data or "", by=current_user)
            flash(_("Asked for. The charity looks at it, and we tell you when it is issued."))
            return redirect(url_for("gifts.served"))
    return render_template("public/service/ask.html", form=form, known=known), 422 if form.errors else 200


@service_hours.post("/certificates/<int:attestation_id>/take-back")
@allowed("attestation.take_back")
def take_back(attestation_id: int):
    asked = queries.one(current_user, "attestation.take_back", attestation_id)
    if Form().validate_on_submit():
        attempt(lambda: service.take_back(asked, by=current_user), _("Taken back. You may ask again any time."))
    return redirect(url_for("gifts.served"))


@service_hours.get("/certificates/<int:attestation_id>.pdf")
@allowed("attestation.read")
def pdf(attestation_id: int):
    """On paper, for its holder and for the charity, which puts its seal on it."""
    issued = queries.one(current_user, "attestation.read", attestation_id)
    if not issued.in_force:
        abort(404)
    language = paper.asked_language(request.args.get("in", ""))
    return paper.sent(service_paper.render(issued, service.holder(issued), language), f"service-{issued.number}")
