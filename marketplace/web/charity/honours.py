"""Names on the board of givers, for the charity that looks after them."""
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.market.honours import queries, service
from marketplace.market.honours.models import LIFE
from marketplace.web.forms import Form, attempt
from marketplace.web.guard import allowed

charity_honours = Blueprint("charity_honours", __name__, url_prefix="/charity/honours")


@charity_honours.get("")
@allowed("honour.read")
def listed():
    state = request.args.get("state", "")
    state, after = state if state in LIFE.states else "", request.args.get("after", "")
    found = queries.listed(current_user, state, after)
    return render_template("charity/honours/list.html", rows=found.rows, more=found.after, after=after, state=state)


@charity_honours.post("/<int:honour_id>/hide")
@allowed("honour.hide")
def hide(honour_id: int):
    """Take a name off that does not belong there."""
    honour = queries.one(current_user, "honour.hide", honour_id)
    if Form().validate_on_submit():
        attempt(lambda: service.hide(honour, by=current_user), _("The name is off the board."))
    return redirect(url_for(".listed"))
