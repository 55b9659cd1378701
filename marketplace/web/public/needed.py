"""Giving without choosing: the site says where an amount is needed most, and puts that into the basket."""
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import RadioField

from marketplace.core.errors import Invalid
from marketplace.market.gifts.rules import AMOUNTS_FEN
from marketplace.market.matching import service
from marketplace.market.wishes import goods
from marketplace.web.forms import AmountForm, choices
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang, yuan
from marketplace.web.public import basket_cookie

needed = Blueprint("needed", __name__)
AMOUNTS = (*AMOUNTS_FEN[1:], 30_000)


class NeededForm(AmountForm):
    category = RadioField(_l("What for"), default="")


@needed.route("/give", methods=["GET", "POST"])
@allowed(PUBLIC)
def give():
    """The longest waiting and most urgent wishes that this amount helps, of one charity while it has enough of them."""
    form = NeededForm()
    form.amount.choices = choices((str(amount // 100), yuan(amount)) for amount in AMOUNTS)
    form.category.choices = choices([("", _("Whatever is needed most"))] + [
        (code, getattr(found, lang())) for code, found in goods.categories().items() if found.kind == "money"])
    if form.validate_on_submit():
        with form.refusals():
            if not form.amount_fen:
                raise Invalid("yuan", "empty")
            return redirect(_into_basket(service.where_needed_most(form.amount_fen, form.category.data or "")))
    return render_template("public/needed.html", form=form), 422 if form.errors or form.form_errors else 200


def _into_basket(found: service.Found) -> str:
    """Where to go on, once all parts are in the basket. What found no need, or no room, is said there."""
    put = [part for part in found.parts if basket_cookie.put(part.need_id, part.fen)]
    rest = found.left_fen + sum(part.fen for part in found.parts) - sum(part.fen for part in put)
    if not put:
        flash(_("Your basket is full. Pay for what is in it, or take something out; then choose again."), "error")
        return url_for("basket.shown")
    if len({part.organisation_id for part in put}) > 1:
        flash(_("These wishes need it most. Change them as you like; each charity is paid by itself."))
    else:
        flash(ngettext("This wish needs it most. Change it as you like, then pay.",
                       "These wishes need it most. Change them as you like, then pay once.", len(put)))
    return url_for("basket.shown", rest=rest or None, charity=found.charities[0] if rest else None)
