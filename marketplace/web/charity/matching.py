"""What the matching proposes: why, and the charity's yes or no, one by one or many at once."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from wtforms import TextAreaField
from wtforms.validators import Length

from marketplace.core import places
from marketplace.market.matching import queries, service, waiting
from marketplace.market.matching.models import LIFE
from marketplace.market.wishes import goods
from marketplace.web import words
from marketplace.web.forms import REQUIRED, Form
from marketplace.web.guard import allowed
from marketplace.web.numbers import rows

charity_matching = Blueprint("charity_matching", __name__, url_prefix="/charity/matching")


class DeclineForm(Form):
    reason = TextAreaField(_l("Why not?"), [REQUIRED, Length(max=200)])


@charity_matching.get("/")
@allowed("proposal.read")
def listed():
    wanted, after = _wanted(), request.args.get("after", "")
    found = queries.listed(current_user, wanted, after)
    return render_template(
        "charity/matching/list.html", rows=found.rows, more=found.after or "", after=after, wanted=wanted, form=Form(),
        counts=queries.counts(current_user, wanted), fair=waiting.of_charity(current_user),
        areas=places.children(places.CITY), items=goods.items())


def _wanted() -> queries.Wanted:
    """The filters in the address; what makes no sense there narrows nothing."""
    asked = request.args
    state, kind, area, item = (asked.get(name, "") for name in ("state", "kind", "area", "item"))
    return queries.Wanted(
        state=state if state in LIFE.states else "proposed", kind=kind if kind in words.KINDS else "",
        area=area if places.known(area) else "", item_code=item if item in goods.items() else "")


@charity_matching.post("/run")
@allowed("matching.run")
def run():
    """Look again for what fits; what was confirmed stays as it is."""
    if Form().validate_on_submit():
        made = service.run(current_user.organisation_id, by=current_user)
        flash(ngettext("Looked again: %(num)d proposal stands now.", "Looked again: %(num)d proposals stand now.",
                       made.proposals))
    return redirect(url_for(".listed"))


@charity_matching.post("/confirm")
@allowed("proposal.confirm")
def confirm():
    """Make promises of those with a tick. What cannot be any more is said, and the others go on."""
    numbers = rows(request.form.getlist("proposal"))
    if Form().validate_on_submit():
        outcomes = service.confirm_many(queries.some(current_user, "proposal.confirm", numbers), by=current_user)
        if waits := sum(1 for one in outcomes if one.waits):
            flash(ngettext("%(num)d gift of your fund waits for a second person of your charity.",
                           "%(num)d gifts of your fund wait for a second person of your charity.", waits))
        if done := sum(1 for one in outcomes if one.refusal is None and not one.waits):
            flash(ngettext("%(num)d promise was made.", "%(num)d promises were made.", done))
        for text in sorted({words.refusal(one.refusal) for one in outcomes if one.refusal}):
            flash(text, "error")
    return redirect(url_for(".listed", **request.args))


@charity_matching.route("/<int:proposal_id>/decline", methods=["GET", "POST"])
@allowed("proposal.decline")
def decline(proposal_id: int):
    proposal, form = queries.one(current_user, "proposal.decline", proposal_id), DeclineForm()
    if form.validate_on_submit():
        with form.refusals():
            service.decline(proposal, form.reason.data, by=current_user)
            flash(_("Declined. These two are not proposed to each other again soon."))
            return redirect(url_for(".listed"))
    return render_template("charity/matching/decline.html", shown=queries.shown(current_user, proposal), form=form), (
        422 if form.errors else 200)
