"""A charity's campaigns: what waits, the plan in its parts, and the steps that the charity takes itself."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import TextAreaField
from wtforms.validators import Length

from marketplace.core import clock
from marketplace.market.campaigns import rules, service
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.queries import allocations, changes, duties, figures, needs, plans, settlements
from marketplace.market.campaigns.service.writing import WRITTEN
from marketplace.people.organisations import queries as organisations
from marketplace.web import words_of_campaigns as words
from marketplace.web.charity.plan_forms import FORMS, AboutForm, FilingForm, MoneyForm
from marketplace.web.forms import REQUIRED, Form, attempt
from marketplace.web.guard import allowed
from marketplace.web.public.wishes import serve_picture

charity_campaigns = Blueprint("charity_campaigns", __name__, url_prefix="/charity/campaigns")
ORDER = [*FORMS, "targets"]


class ReasonForm(Form):
    reason = TextAreaField(_l("Why?"), [REQUIRED, Length(max=300)])


def found(capability: str, campaign_id: int) -> Campaign:
    """The campaign, if the user may do this to it; otherwise as if it did not exist."""
    return plans.one(current_user, capability, campaign_id)


@charity_campaigns.get("/")
@allowed("campaign.write", "campaign.read")
def listed():
    asked = request.args
    wanted = plans.Wanted(asked.get("state", "") if asked.get("state") in words.STATES else "", asked.get("q", "")[:60])
    rows = plans.listed(current_user, wanted, asked.get("after", ""))
    campaigns = [row[0] for row in rows.rows]
    return render_template(
        "charity/campaigns/list.html", campaigns=campaigns, figures=figures.of_all([c.id for c in campaigns]),
        wanted=wanted, more=rows.after or "", after=asked.get("after", ""), counts=plans.counts(current_user, wanted),
        duties=duties.waiting(current_user), proposed=allocations.waiting(current_user), today=clock.today())


@charity_campaigns.get("/<int:campaign_id>")
@allowed("campaign.read")
def one(campaign_id: int):
    """What a campaign is, what waits in it, and what can be done next."""
    campaign = found("campaign.read", campaign_id)
    return render_template(
        "charity/campaigns/one.html", campaign=campaign, figures=figures.of(campaign), free=figures.free(campaign),
        missing=rules.missing(campaign, campaign.lines), order=ORDER, form=Form(), today=clock.today(),
        changes=changes.of_campaign(campaign.id), duties=duties.of_campaign(campaign.id),
        lines=allocations.of_campaign(current_user, campaign.id), settlement=settlements.of_campaign(campaign.id),
        raiser=organisations.one(campaign.raiser_id), certificate=organisations.certificate(campaign.raiser_id),
        open=service.takes_gifts(campaign), filed=service.is_filed(campaign))


@charity_campaigns.route("/new", methods=["GET", "POST"])
@allowed("campaign.write")
def new():
    """A new plan begins with what it is for."""
    form = AboutForm()
    form.prepare()
    if form.validate_on_submit():
        with form.refusals():
            campaign = service.write(form.part(), by=current_user)
            if form.photo.data:
                service.set_picture(campaign, form.photo.data.read(), by=current_user)
            return redirect(url_for(".part", campaign_id=campaign.id, section="when"))
    return render_template("charity/campaigns/part.html", form=form, section="about", campaign=None, order=ORDER), \
        422 if form.errors else 200


@charity_campaigns.route(f"/<int:campaign_id>/plan/<any({', '.join(FORMS)}):section>", methods=["GET", "POST"])
@allowed("campaign.write")
def part(campaign_id: int, section: str):
    """One part of the plan; then the next."""
    campaign = found("campaign.write", campaign_id)
    if campaign.state not in WRITTEN:
        return redirect(url_for(".one", campaign_id=campaign.id))
    form = FORMS[section]()
    form.prepare()
    if request.method == "GET":
        form.fill(campaign)
    if form.validate_on_submit():
        with form.refusals():
            service.change(campaign, form.part(), form.version.data, by=current_user)
            if isinstance(form, AboutForm) and form.photo.data:
                service.set_picture(campaign, form.photo.data.read(), by=current_user)
            return redirect(_next(campaign, section))
    if isinstance(form, MoneyForm):
        form.more()
    return render_template("charity/campaigns/part.html", form=form, section=section, campaign=campaign, order=ORDER), \
        422 if form.errors else 200


def _next(campaign: Campaign, section: str) -> str:
    later = ORDER[ORDER.index(section) + 1]
    if request.form.get("then") == "overview":
        return url_for(".one", campaign_id=campaign.id)
    if later == "targets":
        return url_for(".targets", campaign_id=campaign.id)
    return url_for(".part", campaign_id=campaign.id, section=later)


@charity_campaigns.route("/<int:campaign_id>/targets", methods=["GET", "POST"])
@allowed("campaign.write")
def targets(campaign_id: int):
    """Where it helps: places and kinds of need, ticked on the needs map."""
    campaign = found("campaign.write", campaign_id)
    if campaign.state not in WRITTEN:
        return redirect(url_for(".one", campaign_id=campaign.id))
    area = request.args.get("area", "")
    shown, form = needs.shown(current_user, area if area.startswith("3714") else ""), Form()
    if form.validate_on_submit():
        with form.refusals():
            service.aim(campaign, shown.area, _ticked(), by=current_user)
            flash(_("Kept."))
            return redirect(url_for(".one", campaign_id=campaign.id) if request.form.get("then") == "overview"
                            else url_for(".targets", campaign_id=campaign.id, area=shown.area or None))
    return render_template("charity/campaigns/targets.html", campaign=campaign, shown=shown, form=form, order=ORDER,
                           chosen={(t.place_code, t.kind) for t in campaign.targets}), 422 if form.errors else 200


def _ticked() -> list[tuple[str, str]]:
    parts = [one.partition(":") for one in request.form.getlist("target")]
    return [(place, kind) for place, _colon, kind in parts]


@charity_campaigns.post("/<int:campaign_id>/<any(submit, withdraw):verb>")
@allowed("campaign.submit")
def act(campaign_id: int, verb: str):
    campaign = found(f"campaign.{verb}", campaign_id)
    done = {"submit": _("Handed in. The bureau checks it."), "withdraw": _("Taken back.")}[verb]
    if Form().validate_on_submit():
        attempt(lambda: getattr(service, verb)(campaign, by=current_user), done)
    return redirect(url_for(".one", campaign_id=campaign_id))


@charity_campaigns.route("/<int:campaign_id>/close", methods=["GET", "POST"])
@allowed("campaign.close")
def close(campaign_id: int):
    """End a campaign before its last day."""
    campaign, form = found("campaign.close", campaign_id), ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            service.close(campaign, form.reason.data, by=current_user)
            flash(_("Closed. Nothing new comes in from now."))
            return redirect(url_for(".one", campaign_id=campaign_id))
    return render_template("charity/campaigns/close.html", campaign=campaign, form=form), 422 if form.errors else 200


@charity_campaigns.route("/<int:campaign_id>/file", methods=["GET", "POST"])
@allowed("campaign.write")
def file(campaign_id: int):
    """The filing number of a campaign in a major emergency, which begins before it is filed."""
    campaign, form = found("campaign.write", campaign_id), FilingForm()
    if form.validate_on_submit():
        with form.refusals():
            service.file(campaign, form.part(), by=current_user)
            flash(_("Kept."))
            return redirect(url_for(".one", campaign_id=campaign_id))
    return render_template("charity/campaigns/file.html", campaign=campaign, form=form), 422 if form.errors else 200


@charity_campaigns.get("/<int:campaign_id>/picture")
@allowed("campaign.read")
def picture(campaign_id: int):
    """The picture of a plan that is not public yet."""
    campaign = found("campaign.read", campaign_id)
    if not campaign.picture:
        abort(404)
    return serve_picture(f"{campaign.picture}-480.webp")
