"""Where a campaign's money goes: set aside line by line, approved by a second person, paid with an invoice; and its end."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import Length

from marketplace.core import clock, images
from marketplace.core.errors import Invalid
from marketplace.market.campaigns import service
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.queries import allocations, duties, figures, settlements
from marketplace.market.campaigns.rules import LIMITS
from marketplace.market.deliveries import followed
from marketplace.people.organisations import queries as organisations
from marketplace.web.charity.campaigns import ReasonForm, found
from marketplace.web.charity.plan_forms import LargeYuanField
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import yuan
from marketplace.web.numbers import whole
from marketplace.web.public.wishes import serve_picture

charity_money = Blueprint("charity_money", __name__, url_prefix="/charity/campaigns")


class MoneyForm(Form):
    line = SelectField(_l("Budget line"), coerce=int)
    amount = LargeYuanField(_l("Amount in yuan"), [REQUIRED])

    def offer(self, campaign: Campaign, *kinds: str) -> None:
        """The lines of these kinds, with what each has left."""
        self.line.choices = choices((line.id, _("%(item)s (%(left)s left)", item=line.item, left=yuan(line.left_fen)))
                                    for line in campaign.lines if line.kind in kinds)


class PurchaseForm(MoneyForm):
    purpose = text(_l("What is bought, and for what?"), 80, description=_l("It is published. No names of families."))


class InvoiceForm(Form):
    invoice = text(_l("Number of the invoice"), 40)
    photo = FileField(_l("Picture of the invoice"))


class WordsForm(Form):
    words = TextAreaField(_l("What was done, and what is still to come?"), [REQUIRED, Length(max=LIMITS.words)],
                          description=_l("It is published with the figures of today. No names of families."))


class SettleForm(Form):
    target = RadioField(_l("Where does the rest go?"))
    words = TextAreaField(_l("The account in words"), [REQUIRED, Length(max=LIMITS.words)],
                          description=_l("What was reached, and why the rest goes where it goes. It is published."))


def _campaign_page(campaign_id: int):
    return redirect(url_for(".money", campaign_id=campaign_id))


@charity_money.get("/<int:campaign_id>/money")
@allowed("allocation.read")
def money(campaign_id: int):
    """The balance, the budget lines, and every allocation."""
    campaign = found("campaign.read", campaign_id)
    return render_template(
        "charity/campaigns/money.html", campaign=campaign, figures=figures.of(campaign), free=figures.free(campaign),
        cost=figures.cost_left(campaign), lines=allocations.of_campaign(current_user, campaign_id),
        twice=allocations.invoiced_twice(campaign_id), form=InvoiceForm(), alone=LIMITS.alone_fen)


@charity_money.route("/<int:campaign_id>/money/purchase", methods=["GET", "POST"])
@allowed("allocation.propose")
def purchase(campaign_id: int):
    campaign, form = found("campaign.read", campaign_id), PurchaseForm()
    form.offer(campaign, "use", "cost")
    if form.validate_on_submit():
        with form.refusals():
            line = next(line for line in campaign.lines if line.id == form.line.data)
            made = service.allocating.to_purchase(campaign, line, form.purpose.data, form.amount.fen or 0, by=current_user)
            _say(made.state)
            return _campaign_page(campaign_id)
    return render_template("charity/campaigns/purchase.html", campaign=campaign, form=form, free=figures.free(campaign),
                           cost=figures.cost_left(campaign), alone=LIMITS.alone_fen), 422 if form.errors else 200


@charity_money.route("/<int:campaign_id>/money/wish", methods=["GET", "POST"])
@allowed("allocation.propose")
def wish(campaign_id: int):
    """A gift from the campaign to a wish that asks for money."""
    campaign, form = found("campaign.read", campaign_id), MoneyForm()
    form.offer(campaign, "use")
    offered = allocations.open_needs(campaign)
    need_id = request.form.get("need", 0, whole)
    if form.validate_on_submit():
        with form.refusals():
            if need_id not in {need.id for need, _title, _place in offered}:
                raise Invalid("amount", "unknown")
            line = next(line for line in campaign.lines if line.id == form.line.data)
            made = service.allocating.to_wish(campaign, line, followed.need(need_id), form.amount.fen or 0, by=current_user)
            _say(made.state)
            return _campaign_page(campaign_id)
    return render_template("charity/campaigns/wish.html", campaign=campaign, form=form, offered=offered, need_id=need_id,
                           free=figures.free(campaign), alone=LIMITS.alone_fen), 422 if form.errors else 200


def _say(state: str) -> None:
    flash(_("Set aside. A second person of the charity must approve it.") if state == "proposed"
          else _("Given to the wish.") if state == "paid" else _("Set aside. Pay it when the invoice is there."))


@charity_money.post("/money/<int:allocation_id>/approve")
@allowed("allocation.approve")
def approve(allocation_id: int):
    allocation = allocations.one(current_user, "allocation.approve", allocation_id)
    campaign_id = allocation.campaign_id
    if Form().validate_on_submit():
        attempt(lambda: service.allocating.approve(allocation, by=current_user), _("Approved."))
    return _campaign_page(campaign_id)


@charity_money.route("/money/<int:allocation_id>/pay", methods=["GET", "POST"])
@allowed("allocation.pay")
def pay(allocation_id: int):
    """Book it as paid, with its invoice."""
    allocation, form = allocations.one(current_user, "allocation.pay", allocation_id), InvoiceForm()
    if form.validate_on_submit():
        with form.refusals():
            service.allocating.pay(allocation, form.invoice.data, form.photo.data.read() if form.photo.data else b"",
                                   by=current_user)
            flash(_("Booked as paid."))
            return _campaign_page(allocation.campaign_id)
    return render_template("charity/campaigns/pay.html", allocation=allocation, form=form), 422 if form.errors else 200


@charity_money.route("/money/<int:allocation_id>/<any(refuse, cancel, give_back):verb>", methods=["GET", "POST"])
@allowed("allocation.cancel")
def end(allocation_id: int, verb: str):
    """Say no to it, give it up, or undo a purchase that came to nothing."""
    allocation, form = allocations.one(current_user, f"allocation.{verb}", allocation_id), ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            getattr(service.allocating, verb)(allocation, form.reason.data, by=current_user)
            flash(_("Done."))
            return _campaign_page(allocation.campaign_id)
    return render_template("charity/campaigns/end.html", allocation=allocation, verb=verb, form=form), \
        422 if form.errors else 200


@charity_money.get("/money/<int:allocation_id>/invoice")
@allowed("allocation.read")
def invoice(allocation_id: int):
    """The picture of an invoice, for the charity and the bureau."""
    allocation = allocations.one(current_user, "allocation.read", allocation_id)
    if not allocation.invoice_picture:
        abort(404)
    return serve_picture(f"{allocation.invoice_picture}-{images.WIDTHS[0]}.webp")


@charity_money.route("/reports/<int:disclosure_id>", methods=["GET", "POST"])
@allowed("disclosure.publish")
def report(disclosure_id: int):
    """Write a report that is due, and publish it with the figures of now."""
    disclosure, campaign = duties.one(current_user, "disclosure.publish", disclosure_id)
    form = WordsForm()
    if form.validate_on_submit():
        with form.refusals():
            service.duties.publish(disclosure, form.words.data, by=current_user)
            flash(_("Published."))
            return redirect(url_for("charity_campaigns.one", campaign_id=campaign.id))
    return render_template("charity/campaigns/report.html", campaign=campaign, report=disclosure, form=form,
                           figures=figures.of(campaign), today=clock.today()), 422 if form.errors else 200


@charity_money.route("/<int:campaign_id>/settle", methods=["GET", "POST"])
@allowed("campaign.settle_up")
def settle(campaign_id: int):
    """Give account of a closed campaign, and say where the rest goes."""
    campaign, form = found("campaign.settle_up", campaign_id), SettleForm()
    others = {other.account: other.title for other in settlements.others(campaign)}
    fund = _("The fund of %(charity)s", charity=organisations.one(campaign.raiser_id).name)
    form.target.choices = choices((name, others.get(name, fund)) for name in settlements.targets(campaign))
    before = settlements.of_campaign(campaign_id)
    if request.method == "GET" and before:
        form.target.data, form.words.data = before.target, before.words
    if form.validate_on_submit():
        with form.refusals():
            service.settling.ask(campaign, form.target.data, form.words.data, by=current_user)
            flash(_("Handed in. The bureau checks it."))
            return redirect(url_for("charity_campaigns.one", campaign_id=campaign_id))
    return render_template("charity/campaigns/settle.html", campaign=campaign, form=form, before=before,
                           figures=figures.of(campaign), lines=allocations.of_campaign(current_user, campaign_id)), \
        422 if form.errors else 200
