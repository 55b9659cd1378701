"""Checking certificates of public fundraising: genuine and right, or not, or no more."""
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import TextAreaField
from wtforms.validators import Length

from marketplace.people.organisations import queries
from marketplace.people.organisations.queries import papers
from marketplace.people.organisations.rules import REASON_MOST
from marketplace.people.organisations.service import certificates as service
from marketplace.web.forms import REQUIRED, Form, attempt
from marketplace.web.guard import allowed

desk_certificates = Blueprint("desk_certificates", __name__, url_prefix="/desk/certificates")


class ReasonForm(Form):
    reason = TextAreaField(_l("Why? The charity reads it word by word."), [REQUIRED, Length(max=REASON_MOST)])


@desk_certificates.post("/<int:certificate_id>/approve")
@allowed("certificate.check")
def approve(certificate_id: int):
    paper = papers.paper(current_user, "certificate.approve", certificate_id)
    if Form().validate_on_submit():
        attempt(lambda: service.approve(paper, by=current_user), _("Approved. It counts from its first day."))
    return redirect(url_for("desk_charities.one", organisation_id=paper.organisation_id))


@desk_certificates.route("/<int:certificate_id>/<any(refuse, revoke):verb>", methods=["GET", "POST"])
@allowed("certificate.check")
def turn_down(certificate_id: int, verb: str):
    paper = papers.paper(current_user, f"certificate.{verb}", certificate_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            getattr(service, verb)(paper, form.reason.data, by=current_user)
            flash(_("Done. The charity reads your reason."))
            return redirect(url_for("desk_charities.one", organisation_id=paper.organisation_id))
    return render_template("desk/charities/turn_down.html", paper=paper, verb=verb, form=form,
                           organisation=queries.one(paper.organisation_id)), 422 if form.errors else 200
