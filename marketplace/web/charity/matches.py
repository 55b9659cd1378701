"""Companies that add to gifts: agreed with, paid for by two persons' word, begun, ended."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField, RadioField, SelectChoice, SelectField

from marketplace.core import clock
from marketplace.market.matches import queries, service
from marketplace.market.matches.models import LIFE
from marketplace.market.matches.rules import NAME_MOST
from marketplace.market.wishes import goods
from marketplace.web.charity.plan_forms import LargeYuanField
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.words_of_matches import FACTORS

charity_matches = Blueprint("charity_matches", __name__, url_prefix="/charity/matches")


class PlanForm(Form):
    company = text(_l("Name of the company, as it is published"), NAME_MOST)
    english = text(_l("Its name in English"), NAME_MOST, required=False)
    target = SelectField(_l("Which gifts does it add to?"))
    factor = RadioField(_l("What does it add to each gift?"), default="1:1", choices=choices(FACTORS.items()))
    limit = LargeYuanField(_l("In all at most, in yuan"), [REQUIRED])
    most = LargeYuanField(_l("To one gift at most, in yuan; empty for no such limit"))
    starts_on = DateField(_l("First day"), [REQUIRED])
    ends_on = DateField(_l("Last day"), [REQUIRED])

    def plan(self) -> service.Plan:
        return service.Plan(
            company=self.company.data or "", english=self.english.data or "", **_read(self.target.data or ""),
            factor=self.factor.data, limit_fen=self.limit.fen or 0, most_fen=self.most.fen or 0,
            starts_on=self.starts_on.data, ends_on=self.ends_on.data)


def _read(target: str) -> dict:
    """What was chosen: "wishes", a category of wishes ("wishes:aid"), "campaign:5" or "fund"."""
    serves, _colon, which = target.partition(":")
    if serves == "campaign":
        return {"serves": serves, "campaign_id": int(which)}
    return {"serves": serves, "category": which}


def _targets() -> dict[str, list[SelectChoice]]:
    """What can be chosen, in groups: wishes of one category or any, campaigns, the own fund."""
    english = lang() == "en"
    wishes = choices([("wishes", _("Gifts to any wish"))] + [
        (f"wishes:{code}", _("Gifts to wishes for “%(category)s”", category=found.en if english else found.zh))
        for code, found in goods.categories().items()])
    campaigns = choices((f"campaign:{one.id}", one.english if english and one.english else one.title)
                        for one in queries.campaigns(current_user))
    groups = {_("Wishes"): wishes, _("Campaigns"): campaigns, _("The charity's own fund"): choices([
        ("fund", _("Gifts to your own fund"))])}
    return {name: group for name, group in groups.items() if group}


class FundingForm(Form):
    amount = LargeYuanField(_l("Amount in yuan"), [REQUIRED])
    reference = text(_l("Number of the transfer"), 60)
    paid_on = DateField(_l("Day of the transfer"), [REQUIRED])


@charity_matches.get("")
@allowed("match.read")
def listed():
    state = request.args.get("state", "")
    state, after = state if state in LIFE.states else "", request.args.get("after", "")
    found = queries.listed(current_user, state, after)
    return render_template("charity/matches/list.html", matches=found.rows, more=found.after, after=after, state=state,
                           counts=queries.counts(current_user))


@charity_matches.route("/new", methods=["GET", "POST"])
@allowed("match.plan")
def new():
    """Keep what a company and the charity have agreed."""
    form = PlanForm()
    form.target.choices = _targets()
    if request.method == "GET":
        form.starts_on.data = clock.today()
    if form.validate_on_submit():
        with form.refusals():
            match = service.plan(form.plan(), by=current_user)
            flash(_("Kept. Record the company's money when it is at your bank."))
            return redirect(url_for(".one", match_id=match.id))
    return render_template("charity/matches/new.html", form=form), 422 if form.errors else 200


@charity_matches.get("/<int:match_id>")
@allowed("match.read")
def one(match_id: int):
    match = queries.one(current_user, "match.read", match_id)
    form = FundingForm(formdata=None, paid_on=clock.today())
    return _page(match, form), 200


def _page(match, form: FundingForm) -> str:
    return render_template("charity/matches/one.html", match=match, form=form, figures=queries.figures(match),
                           fundings=queries.fundings(match))


@charity_matches.post("/<int:match_id>/fund")
@allowed("match.fund")
def fund(match_id: int):
    """Record a transfer of the company."""
    match, form = queries.one(current_user, "match.fund", match_id), FundingForm()
    if form.validate_on_submit():
        with form.refusals():
            service.record_funding(match, form.amount.fen or 0, form.reference.data, form.paid_on.data, by=current_user)
            flash(_("Recorded. It counts once a second person of your charity has confirmed it."))
            return redirect(url_for(".one", match_id=match_id))
    return _page(match, form), 422


@charity_matches.post("/fundings/<int:funding_id>/<any(confirm, refuse):verb>")
@allowed("funding.confirm")
def decide(funding_id: int, verb: str):
    """The second person's word on a transfer."""
    funding = queries.funding(current_user, f"funding.{verb}", funding_id)
    match_id = funding.match_id
    if Form().validate_on_submit():
        if verb == "confirm":
            attempt(lambda: service.confirm_funding(funding, by=current_user), _("Confirmed. The money lies ready."))
        else:
            attempt(lambda: service.refuse_funding(funding, by=current_user), _("Refused."))
    return redirect(url_for(".one", match_id=match_id))


@charity_matches.post("/<int:match_id>/<any(begin, end):verb>")
@allowed("match.begin")
def act(match_id: int, verb: str):
    match = queries.one(current_user, f"match.{verb}", match_id)
    if Form().validate_on_submit():
        if verb == "begin":
            attempt(lambda: service.begin(match, by=current_user),
                    _("It has begun. Gifts are added to from its first day on."))
        else:
            attempt(lambda: service.end(match, by=current_user), _("Ended. What was left is in your own fund."))
    return redirect(url_for(".one", match_id=match_id))
