"""A giver's own pages: confirm, pay, follow. The secret link is the key; an account only collects links."""
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import StringField
from wtforms.validators import Email, Length, Optional

from marketplace.core import clock
from marketplace.core.errors import WrongState
from marketplace.market.deliveries import followed
from marketplace.market.deliveries import service as deliveries
from marketplace.market.pledges import service as pledges
from marketplace.market.thanking import queries as thanking
from marketplace.market.wishes import public as wishes
from marketplace.money.payments import service as payments
from marketplace.money.payments.provider import ProviderAway
from marketplace.money.receipts import queries as receipts
from marketplace.people.accounts.models import Guest
from marketplace.web.forms import Form, attempt, text
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang
from marketplace.web.public import gift_links

gifts = Blueprint("gifts", __name__, url_prefix="/gifts")


class ContactForm(Form):
    name = text(_l("Your name, as it should stand on the receipt (optional)"), 60, required=False)
    phone = text(_l("Phone number"), 20, required=False)
    mail = StringField(_l("Mail address"), [Optional(), Length(max=120), Email(_l("Enter a mail address, like "
                                                                                  "name@example.com."))])


class DispatchForm(Form):
    tracking = text(_l("Tracking number (if you have one)"), 40, required=False)


def acting(gift: followed.Gift):
    """Who acts on a gift: the account that made it, else the bearer of its secret link."""
    owner = current_user.is_authenticated and current_user.id == gift.pledge.giver_id
    return current_user if owner else Guest(gift.pledge.follow_digest)


@gifts.get("/")
@allowed(PUBLIC)
def mine():
    found = followed.gifts(current_user.id if current_user.is_authenticated else 0, gift_links.mine())
    return render_template("public/gifts.html", gifts=found, years=receipts.years(current_user))


@gifts.route("/<secret>/confirm", methods=["GET", "POST"])
@allowed(PUBLIC)
def confirm(secret: str):
    """The last step: for goods and services how to reach the giver, for money the way to the payment page."""
    gift = followed.gift(secret)
    if gift.pledge.state != "reserved":
        return redirect(url_for(".follow", secret=secret))
    form = ContactForm()
    if form.validate_on_submit():
        with form.refusals():
            if gift.need.kind == "money":
                return redirect(_payment_page(gift, secret))
            pledges.commit(gift.pledge, acting(gift), form.name.data, form.phone.data, form.mail.data)
            flash(_("Thank you. Your promise is firm."))
            return redirect(url_for(".follow", secret=secret))
    return render_template("public/confirm.html", gift=gift, form=form, secret=secret,
                           minutes=_minutes_left(gift.pledge.lapses_at)), 422 if form.errors else 200


def _payment_page(gift: followed.Gift, secret: str) -> str:
    if gift.line is None:
        raise WrongState("checkout", gift.pledge.state)
    charity = gift.charity.english if lang() == "en" and gift.charity.english else gift.charity.name
    return payments.checkout(
        gift.line.payment, [_("Gift to %(charity)s for “%(title)s”", charity=charity, title=gift.title)],
        success_url=url_for(".follow", secret=secret, paid=1, _external=True),
        cancel_url=url_for(".confirm", secret=secret, _external=True), lang=lang())


def _minutes_left(until: datetime) -> int:
    return max(0, int((until - clock.now()).total_seconds() // 60))


@gifts.get("/<secret>")
@allowed(PUBLIC)
def follow(secret: str):
    """Every step of a gift. Right after paying, the provider is asked, in case its event is slower than the giver.

    The station is named no closer than the public page names the place.
    """
    gift = followed.gift(secret)
    gift_links.remember(secret)
    if gift.line and gift.line.payment.state == "created" and request.args.get("paid"):
        try:
            payments.ask(gift.line.payment)
        except ProviderAway:
            flash(_("Your bank has answered, the payment service not yet. This page will show it soon."))
        gift = followed.gift(secret)
    waits = bool(gift.line and gift.pledge.state == "reserved" and request.args.get("paid"))
    shown = wishes.one(gift.need.wish.ref)
    return render_template("public/gift.html", gift=gift, secret=secret, form=DispatchForm(), waits=waits,
                           station=shown.place_code if shown else "", papers=thanking.papers(gift.pledge))


@gifts.post("/<secret>/dispatch")
@allowed(PUBLIC)
def dispatch(secret: str):
    gift = followed.gift(secret)
    form = DispatchForm()
    delivery = gift.delivery
    if delivery and form.validate_on_submit():
        way = request.form.get("way", "")
        attempt(lambda: deliveries.dispatch(delivery, way, acting(gift), form.tracking.data or ""),
                _("Thank you. The station knows that it is coming."))
    return redirect(url_for(".follow", secret=secret))


@gifts.post("/<secret>/cancel")
@allowed(PUBLIC)
def cancel(secret: str):
    gift = followed.gift(secret)
    if Form().validate_on_submit():
        attempt(lambda: pledges.cancel(gift.pledge, acting(gift)), _("You have taken it back. Others can help now."))
    return redirect(url_for(".follow", secret=secret))

