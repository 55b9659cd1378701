"""The bureau's desk for campaigns: plans, changes and settlements to check, and reports that are due or late."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import IntegerField, TextAreaField
from wtforms.validators import Length
from wtforms.widgets import HiddenInput

from marketplace.core import clock, images
from marketplace.core.errors import Refused
from marketplace.market.campaigns import public, service
from marketplace.market.campaigns.queries import allocations, changes, duties, figures, plans, settlements
from marketplace.people.organisations import queries as organisations
from marketplace.web import words_of_campaigns as words
from marketplace.web.forms import REQUIRED, Form, attempt
from marketplace.web.guard import allowed
from marketplace.web.public.wishes import serve_picture
from marketplace.web.words import refusal

desk_campaigns = Blueprint("desk_campaigns", __name__, url_prefix="/desk/campaigns")


class ApproveForm(Form):
    version = IntegerField(widget=HiddenInput())


class ReasonForm(Form):
    reason = TextAreaField(_l("What should change, or why not?"), [REQUIRED, Length(max=500)])


@desk_campaigns.get("/")
@allowed("campaign.approve")
def listed():
    """What waits comes first."""
    asked = request.args
    wanted = plans.Wanted(asked.get("state", "") if asked.get("state") in words.STATES else "", asked.get("q", "")[:60])
    rows = plans.listed(current_user, wanted, asked.get("after", ""))
    campaigns = [row[0] for row in rows.rows]
    return render_template(
        "desk/campaigns/list.html", campaigns=campaigns, figures=figures.of_all([c.id for c in campaigns]), wanted=wanted,
        more=rows.after or "", after=asked.get("after", ""), counts=plans.counts(current_user, wanted),
        waiting=plans.waiting(current_user), changes=changes.waiting(current_user),
        settlements=settlements.waiting(current_user), duties=duties.waiting(current_user), today=clock.today())


@desk_campaigns.route("/<int:campaign_id>", methods=["GET", "POST"])
@allowed("campaign.approve")
def check(campaign_id: int):
    """Everything about a campaign; the form approves its plan."""
    campaign = plans.one(current_user, "campaign.read", campaign_id)
    form = ApproveForm(obj=campaign) if request.method == "GET" else ApproveForm()
    if form.validate_on_submit():
        with form.refusals():
            service.approve(campaign, form.version.data, by=current_user)
            flash(_("Approved. It begins by itself on its day."))
            return redirect(url_for(".listed"))
    return render_template(
        "desk/campaigns/check.html", campaign=campaign, form=form, trouble=_trouble(campaign), today=clock.today(),
        runs=organisations.one(campaign.organisation_id), raiser=organisations.one(campaign.raiser_id),
        certificate=organisations.certificate(campaign.raiser_id), figures=figures.of(campaign),
        changes=changes.of_campaign(campaign_id), duties=duties.of_campaign(campaign_id), plain=Form(),
        lines=allocations.of_campaign(current_user, campaign_id), twice=allocations.invoiced_twice(campaign_id),
        settlement=settlements.of_campaign(campaign_id), target=public.target, filed=service.is_filed(campaign)), \
        422 if form.errors else 200


def _trouble(campaign) -> str:
    """What keeps a plan from being approved, in words; "" for nothing."""
    if campaign.state != "submitted":
        return ""
    try:
        service.examine(campaign)
    except Refused as no:
        return refusal(no)
    return ""


@desk_campaigns.route("/<int:campaign_id>/<any(return_, refuse):verb>", methods=["GET", "POST"])
@allowed("campaign.return")
def turn_down(campaign_id: int, verb: str):
    campaign, form = plans.one(current_user, f"campaign.{verb.strip('_')}", campaign_id), ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            getattr(service, verb)(campaign, form.reason.data, by=current_user)
            flash(_("The charity is told."))
            return redirect(url_for(".listed"))
    return render_template("desk/campaigns/turn_down.html", campaign=campaign, verb=verb, form=form), \
        422 if form.errors else 200


@desk_campaigns.post("/changes/<int:change_id>/approve")
@allowed("change.approve")
def approve_change(change_id: int):
    change = changes.one(current_user, "change.approve", change_id)
    campaign_id = change.campaign_id
    if Form().validate_on_submit():
        attempt(lambda: service.changing.approve_change(change, by=current_user), _("Approved."))
    return redirect(url_for(".check", campaign_id=campaign_id))


@desk_campaigns.route("/changes/<int:change_id>/refuse", methods=["GET", "POST"])
@allowed("change.refuse")
def refuse_change(change_id: int):
    change, form = changes.one(current_user, "change.refuse", change_id), ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            service.changing.refuse_change(change, form.reason.data, by=current_user)
            flash(_("The charity is told."))
            return redirect(url_for(".check", campaign_id=change.campaign_id))
    return render_template("desk/campaigns/refuse.html", change=change, form=form,
                           back=url_for(".check", campaign_id=change.campaign_id)), 422 if form.errors else 200


@desk_campaigns.post("/settlements/<int:settlement_id>/approve")
@allowed("settlement.approve")
def settle(settlement_id: int):
    settlement, campaign = settlements.one(current_user, "settlement.approve", settlement_id)
    campaign_id = campaign.id
    if Form().validate_on_submit():
        attempt(lambda: service.settling.approve(settlement, by=current_user), _("Settled and published."))
    return redirect(url_for(".check", campaign_id=campaign_id))


@desk_campaigns.route("/settlements/<int:settlement_id>/return", methods=["GET", "POST"])
@allowed("settlement.return")
def return_settlement(settlement_id: int):
    settlement, campaign = settlements.one(current_user, "settlement.return", settlement_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            service.settling.return_(settlement, form.reason.data, by=current_user)
            flash(_("The charity is told."))
            return redirect(url_for(".check", campaign_id=campaign.id))
    return render_template("desk/campaigns/refuse.html", change=None, form=form,
                           back=url_for(".check", campaign_id=campaign.id)), 422 if form.errors else 200


@desk_campaigns.get("/allocations/<int:allocation_id>/invoice")
@allowed("campaign.approve")
def invoice(allocation_id: int):
    """The picture of an invoice."""
    allocation = allocations.one(current_user, "allocation.read", allocation_id)
    return serve_picture(f"{allocation.invoice_picture or 'none'}-{images.WIDTHS[0]}.webp")
