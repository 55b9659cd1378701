"""The basket of small wishes: chosen needs with their amounts, and one payment for each charity. It holds nothing back."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.core import fen
from marketplace.core.errors import Refused
from marketplace.market.deliveries import followed
from marketplace.market.gifts import targets
from marketplace.market.gifts.basket import Basket, Item, laid_out
from marketplace.market.gifts.targets import Target
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import IF_ENDED
from marketplace.people.accounts.permissions import may
from marketplace.web import words
from marketplace.web.forms import Form
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang
from marketplace.web.numbers import whole
from marketplace.web.public import basket_cookie, gift_links

basket = Blueprint("basket", __name__, url_prefix="/basket")


@basket.get("")
@allowed(PUBLIC)
def shown():
    return _page(laid_out(basket_cookie.wanted()), {}, _rest())


@basket.post("")
@allowed(PUBLIC)
def change():
    """Keep the amounts as typed, then do what the button says: take something out, pay for a group, promise a thing."""
    if not (Form().validate_on_submit() and may(current_user, "pledge.reserve")):
        abort(400)
    verb, _dash, number = request.form.get("then", "").partition("-")
    chosen = whole(number)
    if verb == "out":
        basket_cookie.take_out(chosen)
        return redirect(url_for(".shown"))
    wrong = _keep_typed(laid_out(basket_cookie.wanted()))
    found = laid_out(basket_cookie.wanted())
    basket_cookie.take_out(*found.gone)
    if wrong:
        return _page(found, wrong), 422
    act = {"pay": _pay, "promise": _promise}.get(verb)
    answer = act(found, chosen) if act else redirect(url_for(".shown"))
    return answer or redirect(url_for(".shown"))


def _page(found: Basket, wrong: dict[int, str], rest: tuple[int, Target] | None = None):
    return render_template("public/basket.html", basket=found, wrong=wrong, typed=request.form, rest=rest)


def _rest() -> tuple[int, Target] | None:
    """Fen that found no wish, as the address says, and the fund of the charity that could have it all the same."""
    number, fen_left = (request.args.get(name, 0, int) for name in ("charity", "rest"))
    return (fen_left, targets.fund(number)) if 0 < number < 2**31 and 0 < fen_left < 10**10 else None


def _keep_typed(found: Basket) -> dict[int, str]:
    """Keep what was typed; what is wrong with the rest, by need."""
    wrong = {}
    for item in [*(i for group in found.groups for i in group.items), *found.things]:
        typed = request.form.get(f"amount-{item.need.id}", "").strip()
        units = _units(item, typed) if typed else item.units
        if units is None:
            wrong[item.need.id] = _("Enter an amount in yuan, for example 80 or 80.50.") if item.need.kind == "money" else _(
                "Enter a number above zero.")
        else:
            basket_cookie.put(item.need.id, units)
    return wrong


def _units(item: Item, typed: str) -> int | None:
    try:
        units = fen.from_yuan(typed) if item.need.kind == "money" else int(typed)
    except ValueError:
        return None
    return units if 0 < units <= 10**9 else None


def _pay(found: Basket, organisation_id: int) -> Response | None:
    """Hold all money of one charity and go on to pay for it at once; nothing is held when one of it is full."""
    group = next((g for g in found.groups if g.charity.id == organisation_id), None)
    if group is None:
        return None
    choice = request.form.get(f"if_ended-{organisation_id}", "refund")
    try:
        made = pledges.reserve_many([(followed.need(item.need.id), item.units) for item in group.items], by=current_user,
                                    if_ended=choice if choice in IF_ENDED else "refund", language=lang())
    except Refused as no:
        flash(words.refusal(no), "error")
        return None
    gift_links.remember(*(one.secret for one in made))
    basket_cookie.take_out(*(item.need.id for item in group.items))
    return redirect(url_for("gifts.confirm", secret=made[0].secret))


def _promise(found: Basket, need_id: int) -> Response | None:
    """Promise one thing or hour, and go on to confirm it."""
    item = next((i for i in found.things if i.need.id == need_id), None)
    if item is None:
        return None
    try:
        made = pledges.reserve(followed.need(need_id), item.units, by=current_user, language=lang())
    except Refused as no:
        flash(words.refusal(no), "error")
        return None
    gift_links.remember(made.secret)
    basket_cookie.take_out(need_id)
    return redirect(url_for("gifts.confirm", secret=made.secret))
