"""The storekeeper's desk for values: goods that have arrived, and what they are worth by their invoice."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField

from marketplace.market.offers.queries import Intake
from marketplace.market.pledges.models import Pledge
from marketplace.market.thanking import queries as goods
from marketplace.market.thanking import service as thanking
from marketplace.money.receipts.service import issuing
from marketplace.web.forms import REQUIRED, Form, YuanField, text
from marketplace.web.guard import allowed

charity_values = Blueprint("charity_values", __name__, url_prefix="/charity/receipts/goods")


class ValueForm(Form):
    amount = YuanField(_l("Value by the invoice, in yuan"), [REQUIRED])
    invoice = text(_l("Number of the invoice"), 40, render_kw={"autocomplete": "off"})
    photo = FileField(_l("Photo of the invoice (optional)"))


@charity_values.get("/")
@allowed("pledge.declare")
def listed():
    """Goods that have arrived and have no declared value yet: for wishes, and into the stores."""
    found, after = goods.to_value(current_user, request.args.get("after", ""))
    came = goods.intakes_to_value(current_user, request.args.get("later", ""))
    return render_template("charity/receipts/goods.html", found=found, after=after, came=came.rows, later=came.after)


@charity_values.route("/<int:pledge_id>", methods=["GET", "POST"])
@allowed("pledge.declare")
def declare(pledge_id: int):
    found = goods.one(current_user, pledge_id)
    return _declare(found.pledge, found=found, came=None)


@charity_values.route("/batches/<int:batch_id>", methods=["GET", "POST"])
@allowed("pledge.declare")
def declare_intake(batch_id: int):
    """The same for what came to a store of an offer."""
    came = goods.intake(current_user, batch_id)
    return _declare(came, found=None, came=came)


def _declare(of: Pledge | Intake, **shown: object):
    form, value = ValueForm(), issuing.declared(thanking.purpose(of))
    if value is None and form.validate_on_submit():
        with form.refusals():
            thanking.declare(of, form.amount.fen or 0, form.invoice.data or "", current_user,
                             form.photo.data.read() if form.photo.data else b"")
            flash(_("Recorded. It stands on the receipt."))
            return redirect(url_for(".listed"))
    return render_template("charity/receipts/value.html", form=form, value=value, **shown), 422 if form.errors else 200
