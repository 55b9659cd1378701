"""Giving to what is not one wish, once or each month: a campaign, or a charity's own fund; and who the charity is."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import Email, Length, Optional

from marketplace.core.errors import Refused
from marketplace.market.campaigns import public as campaigns
from marketplace.market.funds import public as funds
from marketplace.market.gifts import service, targets
from marketplace.market.gifts.rules import AMOUNTS_FEN, SHOWN_MOST
from marketplace.market.gifts.targets import Target
from marketplace.market.matches import public as matches
from marketplace.market.transparency import trails
from marketplace.people.accounts.permissions import may
from marketplace.web import words
from marketplace.web.forms import AmountForm, choices, text
from marketplace.web.gift_words import CAMPAIGN_CHOICES
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang, yuan
from marketplace.web.public import gift_links, money

giving = Blueprint("giving", __name__)


class GiveForm(AmountForm):
    often = RadioField(_l("How often"), default="once", choices=choices([
        ("once", _l("Once")), ("monthly", _l("Every month, until I stop it"))]))
    unnamed = RadioField(_l("On public lists"), default="yes", choices=choices([
        ("yes", _l("Without a name")), ("no", _l("With the name below"))]))
    shown_as = text(_l("Name to show"), SHOWN_MOST, required=False)
    if_ended = RadioField(_l("If it cannot be used for this any more"), default="refund",
                          choices=choices(CAMPAIGN_CHOICES.items()))
    phone = text(_l("Phone number"), 20, required=False)
    mail = StringField(_l("Mail address"), [Optional(), Length(max=120), Email(_l("Enter a mail address, like "
                                                                                  "name@example.com."))])


@giving.get("/charities")
@allowed(PUBLIC)
def charities():
    return render_template("public/charities/list.html", charities=targets.charities())


@giving.get("/charities/<int:number>")
@allowed(PUBLIC)
def charity(number: int):
    """A charity: its papers, its campaigns, and its own fund."""
    found, _after = campaigns.browse(campaigns.Filter(charity=number, state="live"))
    target, lines = targets.fund(number), funds.lines(number)
    return render_template("public/charities/one.html", target=target, campaigns=found, figures=funds.figures(number),
                           lines=lines, trails=trails.refs([line.wish_id for line in lines]),
                           match=matches.of_account(number, target.account))


@giving.route("/charities/<int:number>/give", methods=["GET", "POST"])
@allowed(PUBLIC)
def fund(number: int):
    return _give(targets.fund(number))


@giving.route("/campaigns/<ref>/give", methods=["GET", "POST"])
@allowed(PUBLIC)
def campaign(ref: str):
    return _give(targets.of_campaign(ref))


def _give(target: Target):
    form = GiveForm()
    form.amount.choices = choices([(f"{amount // 100}", yuan(amount)) for amount in AMOUNTS_FEN])
    if request.method == "GET":
        form.amount.data = f"{AMOUNTS_FEN[1] // 100}"
        form.often.data = "monthly" if request.args.get("often") == "monthly" else "once"
    if form.validate_on_submit() and may(current_user, "gift.reserve"):
        if form.amount_fen:
            with form.refusals():
                return _begin(form, target)
        else:
            form.yuan.errors = [_("Enter an amount in yuan, for example 80 or 80.50.")]
    return render_template("public/charities/give.html", target=target, form=form,
                           match=matches.of_account(target.charity.id, target.account),
                           open=targets.is_open_here(target)), 422 if form.errors else 200


def _begin(form: GiveForm, target: Target) -> Response:
    """Begin the gift and lead to where it is paid; when the payment service is away, to where that can be tried again."""
    facts = {"if_ended": form.if_ended.data if target.title else "refund", "language": lang(),
             "shown_as": form.shown_as.data or "" if form.unnamed.data == "no" else "",
             "phone": form.phone.data or "", "mail": form.mail.data or ""}
    begin = service.give_monthly if form.often.data == "monthly" else service.give
    secret = begin(target.account, form.amount_fen, current_user, **facts).secret
    gift_links.remember(secret)
    made = money.found(secret)
    assert made
    try:
        return redirect(money.payment_page(made, secret))
    except Refused as no:
        flash(words.refusal(no), "error")
        return redirect(url_for("gifts.confirm", secret=secret))
