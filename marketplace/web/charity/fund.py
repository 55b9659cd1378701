"""A charity's own fund: what is free, what it gave to wishes, and what waits for a second person."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from wtforms import TextAreaField
from wtforms.validators import Length

from marketplace.core.errors import Invalid
from marketplace.market.campaigns.rules import LIMITS
from marketplace.market.deliveries import followed
from marketplace.market.funds import public, queries, service
from marketplace.market.funds.models import LIFE
from marketplace.market.funds.rules import REASON_MOST
from marketplace.market.transparency import trails
from marketplace.web import words
from marketplace.web.forms import REQUIRED, Form, YuanField
from marketplace.web.guard import allowed
from marketplace.web.numbers import rows, whole

charity_fund = Blueprint("charity_fund", __name__, url_prefix="/charity/fund")


class GrantForm(Form):
    amount = YuanField(_l("Amount in yuan"), [REQUIRED])


class EndForm(Form):
    reason = TextAreaField(_l("Why?"), [REQUIRED, Length(max=REASON_MOST)])


@charity_fund.get("/")
@allowed("charity.desk")
def listed():
    """What the fund has, and its gifts to wishes by state; those that wait can be approved many at once."""
    charity, after = current_user.organisation_id, request.args.get("after", "")
    counts = queries.counts(current_user)
    state = request.args.get("state", "proposed" if counts.get("proposed") else "")
    found = queries.listed(current_user, state if state in LIFE.states else "", after)
    return render_template(
        "charity/fund/list.html", rows=found.rows, more=found.after or "", after=after, counts=counts, form=Form(),
        state=state if state in LIFE.states else "", figures=public.figures(charity), free=queries.free(charity),
        held=queries.set_aside(charity),
        shown=trails.refs([row.Grant.wish_id for row in found.rows]), alone=LIMITS.alone_fen)


@charity_fund.route("/give", methods=["GET", "POST"])
@allowed("grant.propose")
def give():
    """One wish by hand; many at once are proposed by the matching."""
    form, after = GrantForm(), request.args.get("after", "")
    found = queries.open_needs(current_user.organisation_id, after)
    need_id = request.form.get("need", 0, whole)
    if form.validate_on_submit():
        with form.refusals():
            if need_id not in {one.need.id for one in found.rows}:
                raise Invalid("amount", "unknown")
            made = service.propose(followed.need(need_id), form.amount.fen or 0, by=current_user)
            flash(_("Set aside. A second person of the charity must approve it.") if made.state == "proposed"
                  else _("Given to the wish."))
            return redirect(url_for(".listed"))
    return render_template("charity/fund/give.html", form=form, rows=found.rows, more=found.after or "", after=after,
                           need_id=need_id, free=queries.free(current_user.organisation_id),
                           alone=LIMITS.alone_fen), 422 if form.errors else 200


@charity_fund.post("/approve")
@allowed("grant.approve")
def approve():
    """The second person's yes to those with a tick; what cannot be any more is said, and the others go on."""
    if Form().validate_on_submit():
        chosen = queries.some(current_user, "grant.approve", rows(request.form.getlist("grant")))
        outcomes = service.approve_many(chosen, by=current_user)
        if done := outcomes.count(None):
            flash(ngettext("%(num)d gift of the fund is with its wish.", "%(num)d gifts of the fund are with their wishes.",
                           done))
        for text in sorted({words.refusal(no) for no in outcomes if no}):
            flash(text, "error")
    return redirect(url_for(".listed"))


@charity_fund.route("/<int:grant_id>/<any(refuse, cancel):verb>", methods=["GET", "POST"])
@allowed("grant.cancel")
def end(grant_id: int, verb: str):
    """Say no to what somebody else proposed, or give up one's own; the money is free again."""
    grant, form = queries.one(current_user, f"grant.{verb}", grant_id), EndForm()
    if form.validate_on_submit():
        with form.refusals():
            getattr(service, verb)(grant, form.reason.data, by=current_user)
            flash(_("Done."))
            return redirect(url_for(".listed"))
    return render_template("charity/fund/end.html", grant=grant, verb=verb, form=form), 422 if form.errors else 200
