"""Campaigns, for everyone: the filed plan, what is told of it, its reports and its account."""
from flask import Blueprint, abort, current_app, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from marketplace.core import clock, images, places
from marketplace.market.campaigns import drives, public, service
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.queries import figures
from marketplace.market.campaigns.rules import PUBLIC_STATES
from marketplace.market.matches import public as matches
from marketplace.market.transparency import trails
from marketplace.market.wishes import public as wishes
from marketplace.people.organisations import queries as organisations
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.numbers import whole
from marketplace.web.public.wishes import serve_picture

campaigns = Blueprint("campaigns", __name__, url_prefix="/campaigns")
NAMES = ", ".join(drives.listed())


def _found(ref: str) -> Campaign:
    return public.one(ref) or abort(404)


def give_address(ref: str) -> str:
    """Where one gives to a campaign, or "" while the site has no page for it."""
    path = f"/campaigns/{ref}/give"
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return ""
    return path


@campaigns.get("")
@allowed(PUBLIC)
def browse():
    wanted = _filter()
    found, after = public.browse(wanted, request.args.get("after", ""))
    return render_template("public/campaigns/list.html", campaigns=found, after=after, wanted=wanted,
                           charities=public.charities(), counties=places.children(places.CITY), states=PUBLIC_STATES,
                           drives=drives.listed(), matches=matches.running())


def _filter() -> public.Filter:
    """The filters in the address; what makes no sense there narrows nothing."""
    asked = request.args
    area, drive, state = asked.get("area", ""), asked.get("drive", ""), asked.get("state", "")
    return public.Filter(
        drive=drive if drive in drives.listed() else "", area=area if places.known(area) else "",
        charity=asked.get("charity", 0, whole), state=state if state in PUBLIC_STATES else "")


@campaigns.get("/<ref>")
@allowed(PUBLIC)
def one(ref: str):
    campaign = _found(ref)
    return render_template(
        "public/campaigns/one.html", campaign=campaign, figures=figures.of(campaign), updates=public.updates(campaign.id),
        changes=public.changes(campaign.id), reports=public.reports(campaign.id), lines=public.lines(campaign.id),
        charity=organisations.one(campaign.raiser_id), certificate=organisations.certificate(campaign.raiser_id),
        partner=organisations.one(campaign.organisation_id) if campaign.partner_id else None, today=clock.today(),
        open=service.takes_gifts(campaign), give=give_address(ref), settlement=public.settlement(campaign.id),
        match=matches.of_account(campaign.raiser_id, campaign.account))


@campaigns.get(f"/drives/<any({NAMES}):drive>")
@allowed(PUBLIC)
def drive(drive: str):
    """A seasonal drive: its campaigns, and the open wishes that belong to it."""
    found = drives.listed()[drive]
    cards, _after = public.browse(public.Filter(drive=drive))
    fitting = wishes.of_categories(found.categories)
    return render_template("public/campaigns/drive.html", drive=found, campaigns=cards, wishes=fitting,
                           month=clock.today().month)


@campaigns.get("/<ref>/reports/<int:number>")
@allowed(PUBLIC)
def report(ref: str, number: int):
    """A report of the campaign, with the figures of the day on which it was published."""
    campaign = _found(ref)
    found = public.report(campaign.id, number) or abort(404)
    return render_template("public/campaigns/report.html", campaign=campaign, report=found, figures=figures.kept(found),
                           charity=organisations.one(campaign.raiser_id))


@campaigns.get("/<ref>/account")
@allowed(PUBLIC)
def account(ref: str):
    """Where the money went, to the line; after the settlement with what became of the rest."""
    campaign = _found(ref)
    settled, lines = public.settlement(campaign.id), public.lines(campaign.id)
    return render_template(
        "public/campaigns/account.html", campaign=campaign, figures=figures.of(campaign), settlement=settled,
        lines=lines, trails=trails.refs({line.wish_id for line in lines}), charity=organisations.one(campaign.raiser_id),
        target=public.target(settled.target) if settled else None)


@campaigns.get("/pictures/<path:key>")
@allowed(PUBLIC)
def picture(key: str) -> Response:
    """A picture of a public campaign or of its news."""
    stem, _dash, size = key.removesuffix(".webp").rpartition("-")
    if size not in {str(w) for w in images.WIDTHS} or not public.picture(stem):
        abort(404)
    return serve_picture(f"{stem}-{size}.webp")
