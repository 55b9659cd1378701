"""The board of givers, for everyone, and a giver's word on whether to stand there."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from marketplace.market.gifts.rules import SHOWN_MOST
from marketplace.market.honours import public, service
from marketplace.market.honours.models import KINDS
from marketplace.web.forms import Form, attempt
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.numbers import whole
from marketplace.web.public import money
from marketplace.web.public.honour_form import HonourForm

honour = Blueprint("honour", __name__)


@honour.get("/honour")
@allowed(PUBLIC)
def board():
    """Who wants to be seen; no ranking by what was given."""
    asked = request.args
    kind, sort = asked.get("kind", ""), asked.get("sort", "newest")
    wanted = public.Filter(year=asked.get("year", 0, whole), kind=kind if kind in KINDS else "",
                           sort=sort if sort in public.SORTS else "newest")
    found = public.board(wanted, asked.get("after", ""))
    return render_template("public/honour.html", rows=found.rows, more=found.after, after=asked.get("after", ""),
                           wanted=wanted, years=public.years())


@honour.post("/gifts/<secret>/honour")
@allowed(PUBLIC)
def show(secret: str):
    """Stand on the board, under this name."""
    of, form = money.held(secret).of, HonourForm()
    if form.validate_on_submit():
        attempt(lambda: service.show(of, form.shown_as.data or "", money.acting(of), form.kind.data,
                                     form.with_amount.data), _("Your name is on the board now. You can take it back here."))
    else:
        flash(_("Please type the name that shall stand on the board, at most %(most)s characters.",
                most=SHOWN_MOST), "error")
    return redirect(url_for("gifts.follow", secret=secret))


@honour.post("/gifts/<secret>/honour/back")
@allowed(PUBLIC)
def take_back(secret: str):
    of = money.held(secret).of
    if Form().validate_on_submit():
        attempt(lambda: service.take_back(of, money.acting(of)), _("Your name is off the board."))
    return redirect(url_for("gifts.follow", secret=secret))
