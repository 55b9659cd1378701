"""What the link of a gift to a campaign or a fund, or of a monthly gift, leads to. The routes are in `web.public.gifts`."""
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from marketplace.market.deliveries import followed as promised
from marketplace.market.gifts import followed, service, targets
from marketplace.market.gifts.followed import Given, Monthly
from marketplace.market.gifts.models import Gift
from marketplace.market.gifts.targets import Target
from marketplace.market.honours import service as honours
from marketplace.market.honours.rules import STANDING
from marketplace.market.matches import public as matches
from marketplace.market.pledges.models import Pledge
from marketplace.market.thanking import queries as thanking
from marketplace.money.payments import service as payments
from marketplace.money.payments.provider import ProviderAway
from marketplace.people.accounts.models import Guest
from marketplace.people.organisations.models import Organisation
from marketplace.web.forms import Form, YuanField, attempt
from marketplace.web.locale import lang
from marketplace.web.public import gift_links, honour_form


class AmountForm(Form):
    yuan = YuanField(_l("Amount each month, in yuan"))


def found(secret: str) -> Given | Monthly | None:
    """The gift of money, or the monthly gift, of a secret link; None when it leads to something else."""
    return followed.gift(secret) or followed.monthly(secret)


@dataclass(frozen=True)
class Held:
    """What a secret link stands for on paper and on the board: a promise or a gift of money, and who receives it."""

    of: Pledge | Gift
    charity: Organisation
    kind: str


def held(secret: str) -> Held:
    """The promise or the gift of a secret link. Raises NoResultFound, also for a monthly gift, whose months are gifts."""
    if (given := followed.gift(secret)) is not None:
        return Held(given.gift, given.target.charity, "money")
    gift = promised.gift(secret)
    return Held(gift.pledge, gift.charity, gift.need.kind)


def acting(thing):
    """Who acts on a gift: the account that made it, else the bearer of its secret link."""
    owner = current_user.is_authenticated and current_user.id == thing.giver_id
    return current_user if owner else Guest(thing.follow_digest)


def name(target: Target) -> str:
    """What a gift is for, on the page of the payment service."""
    charity = target.charity.english if lang() == "en" and target.charity.english else target.charity.name
    title = target.english if lang() == "en" and target.english else target.title
    return _("Gift to %(charity)s for “%(title)s”", charity=charity, title=title) if title else _(
        "Gift to %(charity)s", charity=charity)


def payment_page(of: Given | Monthly, secret: str) -> str:
    """Where the giver pays. Raises ProviderAway, WrongState."""
    back = url_for("gifts.follow", secret=secret, paid=1, _external=True)
    no = url_for("gifts.confirm", secret=secret, _external=True)
    if isinstance(of, Monthly):
        return payments.subscription_checkout(of.subscription, name(of.target), success_url=back, cancel_url=no, lang=lang())
    return payments.checkout(of.line.payment, [name(of.target)], success_url=back, cancel_url=no, lang=lang())


def waiting(of: Given | Monthly) -> bool:
    """Whether it still waits for its giver to pay."""
    return of.monthly.state == "created" if isinstance(of, Monthly) else of.gift.state == "reserved"


def confirm(of: Given | Monthly, secret: str):
    """Before paying, and after the page of the payment service was left: pay, or do not."""
    if not waiting(of):
        return redirect(url_for("gifts.follow", secret=secret))
    form = Form()
    if form.validate_on_submit():
        with form.refusals():
            return redirect(payment_page(of, secret))
    return render_template("public/money/confirm.html", found=of, monthly=isinstance(of, Monthly), form=form,
                           secret=secret), 422 if form.errors else 200


def follow(of: Given | Monthly, secret: str):
    """How a gift stands. Right after paying, the provider is asked, in case its event is slower than the giver."""
    gift_links.remember(secret)
    paid = request.args.get("paid") is not None
    if paid and waiting(of):
        try:
            if isinstance(of, Monthly):
                payments.ask_subscription(of.subscription.id)
            else:
                payments.ask(of.line.payment)
        except ProviderAway:
            flash(_("Your bank has answered, the payment service not yet. This page will show it soon."))
        of = found(secret) or of
    if isinstance(of, Monthly):
        return _monthly_page(of, secret, AmountForm(formdata=None), paid and waiting(of))
    named = honours.find(of.gift)
    return render_template("public/money/gift.html", found=of, secret=secret, waits=paid and waiting(of),
                           month_of=followed.of_month(of), papers=thanking.papers(of.gift), honour=named,
                           honour_form=honour_form.blank(named, of.gift.shown_as), standing=of.gift.state in STANDING,
                           added=matches.added_to(of.gift))


def cancel(of: Given | Monthly) -> None:
    """Take back what is not paid, or end what comes each month."""
    if isinstance(of, Monthly):
        attempt(lambda: service.stop_monthly(of.monthly, acting(of.monthly)),
                _("It has ended. Nothing more is taken from your card. Thank you for what you gave."))
    else:
        attempt(lambda: service.cancel(of.gift, acting(of.gift)), _("You have taken it back. Nothing was paid."))


def choose(of: Given | Monthly, choice: str, done: str) -> None:
    """What becomes of money that came late."""
    if isinstance(of, Monthly):
        raise NoResultFound
    attempt(lambda: service.choose(of.gift, choice, acting(of.gift)), done)


def change(of: Monthly | None, secret: str):
    """Another amount each month: on to the page where it is agreed to."""
    if of is None:
        raise NoResultFound
    form = AmountForm()
    if form.validate_on_submit():
        with form.refusals():
            made = service.change_monthly(of.monthly, form.yuan.fen or 0, acting(of.monthly))
            gift_links.remember(made.secret)
            return redirect(url_for("gifts.confirm", secret=made.secret))
    return _monthly_page(of, secret, form, False), 422


def _monthly_page(of: Monthly, secret: str, form: AmountForm, waits: bool) -> str:
    return render_template("public/money/monthly.html", found=of, secret=secret, form=form, waits=waits,
                           open=targets.is_open_here(of.target), again=_begin_again(of.target),
                           receipts=thanking.months([one.gift for one in of.months]))


def _begin_again(target: Target) -> str:
    if target.campaign:
        return url_for("giving.campaign", ref=target.campaign.ref, often="monthly")
    return url_for("giving.fund", number=target.charity.id, often="monthly")
