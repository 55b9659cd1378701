"""A giver's own pages: confirm, pay, follow, choose. The secret link is the key; an account only collects links.

A link leads to a promise to a wish, to a gift of money to a campaign or a fund, or to a monthly gift; the latter two are
shown by `web.public.money`.
"""
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import StringField
from wtforms.validators import Email, Length, Optional

from marketplace.core import clock, images
from marketplace.core.errors import WrongState
from marketplace.market.attestations import queries as attestations
from marketplace.market.deliveries import followed
from marketplace.market.deliveries import service as deliveries
from marketplace.market.gifts import followed as given
from marketplace.market.honours import service as honours
from marketplace.market.honours.rules import STANDING
from marketplace.market.matches import public as matches
from marketplace.market.pledges import service as pledges
from marketplace.market.stations import service as stations
from marketplace.market.thanking import queries as thanking
from marketplace.market.volunteering import hours
from marketplace.market.wishes import public as wishes
from marketplace.money.payments import service as payments
from marketplace.money.payments.provider import ProviderAway
from marketplace.money.receipts import queries as receipts
from marketplace.web.forms import Form, attempt, text
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang
from marketplace.web.public import gift_links, honour_form, money
from marketplace.web.public.wishes import serve_picture

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
    return money.acting(gift.pledge)


@gifts.get("/")
@allowed(PUBLIC)
def mine():
    me, links = current_user.id if current_user.is_authenticated else 0, gift_links.mine()
    single = [*followed.gifts(me, links), *given.gifts(me, links)]
    single.sort(key=_made_at, reverse=True)
    return render_template("public/gifts.html", gifts=single, monthlies=given.monthlies(me, links),
                           years=receipts.years(current_user))


def _made_at(gift) -> datetime:
    return (gift.pledge if isinstance(gift, followed.Gift) else gift.gift).created_at


@gifts.get("/hours")
@allowed("account.use")
def served():
    """What the account's owner did for households, and they confirmed."""
    done = hours.served(current_user.id)
    return render_template("public/hours.html", services=done, total=hours.totals(done), today=clock.today(),
                           attested=attestations.mine(current_user))


@gifts.route("/<secret>/confirm", methods=["GET", "POST"])
@allowed(PUBLIC)
def confirm(secret: str):
    """The last step: how to reach the giver, and for money the way to the payment page."""
    if (other := money.found(secret)) is not None:
        return money.confirm(other, secret)
    gift = followed.gift(secret)
    if gift.pledge.state != "reserved":
        return redirect(url_for(".follow", secret=secret))
    form, together = ContactForm(), followed.together(gift)
    if form.validate_on_submit():
        with form.refusals():
            contact = (form.name.data or "", form.phone.data or "", form.mail.data or "")
            if gift.need.kind == "money":
                pledges.leave_contact(gift.pledge, acting(gift), *contact)
                return redirect(_payment_page(followed.together(followed.gift(secret)), secret))
            pledges.commit(gift.pledge, acting(gift), *contact)
            flash(_("Thank you. Your promise is firm."))
            return redirect(url_for(".follow", secret=secret))
    return render_template("public/confirm.html", gift=gift, together=together, form=form, secret=secret,
                           minutes=_minutes_left(gift.pledge.lapses_at)), 422 if form.errors else 200


def _payment_page(together: list[followed.Gift], secret: str) -> str:
    line, charity = together[0].line, together[0].charity
    if line is None:
        raise WrongState("checkout", together[0].pledge.state)
    name = charity.english if lang() == "en" and charity.english else charity.name
    return payments.checkout(
        line.payment, [_("Gift to %(charity)s for “%(title)s”", charity=name, title=gift.title) for gift in together],
        success_url=url_for(".follow", secret=secret, paid=1, _external=True),
        cancel_url=url_for(".confirm", secret=secret, _external=True), lang=lang())


def _minutes_left(until: datetime) -> int:
    return max(0, int((until - clock.now()).total_seconds() // 60))


@gifts.get("/<secret>/drawing")
@allowed(PUBLIC)
def drawing(secret: str):
    """A drawing that says thanks, once a worker has looked at it."""
    gift = None if money.found(secret) else followed.gift(secret)
    if gift is None or gift.drawing is None:
        abort(404)
    return serve_picture(f"{gift.drawing.key}-{images.WIDTHS[0]}.webp")


@gifts.get("/<secret>")
@allowed(PUBLIC)
def follow(secret: str):
    """Every step of a gift. Right after paying, the provider is asked, in case its event is slower than the giver.

    The station is named no closer than the public page names the place.
    """
    if (other := money.found(secret)) is not None:
        return money.follow(other, secret)
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
    place = shown.place_code if shown else ""
    named = honours.find(gift.pledge)
    return render_template("public/gift.html", gift=gift, together=followed.together(gift), secret=secret,
                           form=DispatchForm(), waits=waits, station=place, office=stations.of_place(place),
                           papers=thanking.papers(gift.pledge), honour=named, honour_form=honour_form.blank(named),
                           standing=gift.pledge.state in STANDING, added=matches.added_to(gift.pledge))


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
    """Take a promise, or a gift that is not paid, back; end a monthly gift."""
    other = money.found(secret)
    gift = followed.gift(secret) if other is None else None
    if Form().validate_on_submit():
        if other is not None:
            money.cancel(other)
        elif gift is not None:
            attempt(lambda: pledges.cancel(gift.pledge, acting(gift)), _("You have taken it back. Others can help now."))
    return redirect(url_for(".follow", secret=secret))


@gifts.post("/<secret>/choose")
@allowed(PUBLIC)
def choose(secret: str):
    """Say what becomes of money that came when nothing could take it."""
    other = money.found(secret)
    gift = followed.gift(secret) if other is None else None
    if Form().validate_on_submit():
        choice, done = request.form.get("choice", ""), _("Thank you. It is done as you chose.")
        if other is not None:
            money.choose(other, choice, done)
        elif gift is not None:
            attempt(lambda: pledges.choose(gift.pledge, choice, acting(gift)), done)
    return redirect(url_for(".follow", secret=secret))


@gifts.post("/<secret>/change")
@allowed(PUBLIC)
def change(secret: str):
    """Another amount for a monthly gift: the page to pay it on, or what is wrong with it."""
    return money.change(given.monthly(secret), secret)

