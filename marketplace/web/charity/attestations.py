"""Certificates of voluntary service at the charity's desk: asked for, issued, revoked."""
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.market.attestations import queries, service
from marketplace.market.attestations.models import LIFE
from marketplace.market.volunteering import hours
from marketplace.web.forms import Form, attempt
from marketplace.web.guard import allowed

charity_service = Blueprint("charity_service", __name__, url_prefix="/charity/service")


@charity_service.get("")
@allowed("attestation.issue")
def listed():
    state, after = request.args.get("state", "asked"), request.args.get("after", "")
    state = state if state in LIFE.states else ""
    found = queries.desk(current_user, state, after)
    return render_template("charity/service/list.html", rows=found.rows, more=found.after, after=after, state=state,
                           counts=queries.counts(current_user))


@charity_service.get("/<int:attestation_id>")
@allowed("attestation.issue")
def one(attestation_id: int):
    """What was asked for and confirmed; or what was issued."""
    found = queries.one(current_user, "attestation.issue", attestation_id)
    asked = found.state == "asked"
    done = queries.confirmed(found) if asked else ()
    return render_template("charity/service/one.html", one=found, holder=service.holder(found), done=done,
                           totals=hours.totals(done), overlapping=queries.overlapping(found) if asked else ())


@charity_service.post("/<int:attestation_id>/issue")
@allowed("attestation.issue")
def issue(attestation_id: int):
    asked = queries.one(current_user, "attestation.issue", attestation_id)
    if Form().validate_on_submit():
        attempt(lambda: service.issue(asked, by=current_user), _("Issued. Print it, sign it and put your seal on it."))
    return redirect(url_for(".one", attestation_id=attestation_id))


@charity_service.post("/<int:attestation_id>/<any(decline, revoke):verb>")
@allowed("attestation.decline", "attestation.revoke")
def end(attestation_id: int, verb: str):
    """Say no, or take the charity's word back; with a reason."""
    found = queries.one(current_user, f"attestation.{verb}", attestation_id)
    if Form().validate_on_submit():
        act, done = {"decline": (service.decline, _("The volunteer is told why.")),
                     "revoke": (service.revoke, _("Revoked. Whoever checks it sees so."))}[verb]
        attempt(lambda: act(found, request.form.get("reason", ""), by=current_user), done)
    return redirect(url_for(".one", attestation_id=attestation_id))
