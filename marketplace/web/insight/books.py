"""The books for those who answer for every fen: accounts, bookings, and the provider's view beside them."""
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from marketplace.money.ledger import queries as ledger
from marketplace.money.ledger import service
from marketplace.money.ledger.models import WHERE, WHOSE
from marketplace.money.reconciliation import queries
from marketplace.money.reconciliation import service as reconciliation
from marketplace.money.reconciliation.models import Comparison
from marketplace.people.accounts.permissions import may
from marketplace.people.organisations import queries as organisations
from marketplace.web import tables
from marketplace.web.forms import Form, attempt, text
from marketplace.web.guard import allowed

books = Blueprint("books", __name__, url_prefix="/books")


class ResolveForm(Form):
    note = text(_l("What it was, and what was done"), 500)


@books.get("/")
@allowed("ledger.read")
def accounts():
    """Where money is and whose it is; one kind of account in full."""
    kind = request.args.get("kind", "")
    found = ledger.accounts(current_user, kind, request.args.get("after", "")) if kind in WHERE + WHOSE else None
    return render_template("insight/books/accounts.html", sums=ledger.sums(current_user), kind=kind, found=found,
                           charities=organisations.names())


@books.get("/accounts/<int:account_id>")
@allowed("ledger.read")
def account(account_id: int):
    """One account: every booking that touched it, with all its entries."""
    one = ledger.account(current_user, account_id)
    found = ledger.bookings(one, request.args.get("after", ""))
    return render_template("insight/books/account.html", account=one, found=found, charities=organisations.names(),
                           entries=ledger.entries([booking.id for booking, _fen in found.rows]))


@books.post("/proof")
@allowed("ledger.read")
def prove():
    """Add all entries up anew."""
    if not Form().validate_on_submit():
        return redirect(url_for(".accounts"))
    return render_template("insight/books/proof.html", verdict=service.verify())


@books.get("/provider")
@allowed("reconciliation.read")
def provider():
    """The payment service beside the books, day by day, and every difference until somebody resolves it."""
    state, user = request.args.get("state", "open"), current_user
    return render_template(
        "insight/books/provider.html", days=queries.days(user, _day(request.args.get("before", ""))), state=state,
        found=queries.differences(user, state, request.args.get("after", "")), last=queries.last(user), form=Form(),
        counts=queries.counts(user), disputes=queries.disputes(user), charities=organisations.names(),
        may_run=may(user, "reconciliation.run", Comparison))


@books.get("/provider.csv")
@allowed("reconciliation.read")
def provider_table():
    rows = [(d.on.isoformat(), d.lines, tables.yuan(d.provider_fen), tables.yuan(d.ledger_fen), tables.yuan(d.differs_fen),
             d.open) for d in queries.days(current_user, _day(request.args.get("before", "")))]
    heads = [_("Day"), _("Movements"), _("Payment service"), _("Books"), _("Differs by"), _("Open")]
    return tables.download("provider-and-books", heads, rows)


@books.post("/provider/compare")
@allowed("reconciliation.run")
def compare():
    if Form().validate_on_submit():
        attempt(lambda: reconciliation.ask(current_user), _("The comparison is on its way. This page shows it in a moment."))
    return redirect(url_for(".provider"))


@books.route("/provider/<int:difference_id>", methods=["GET", "POST"])
@allowed("difference.resolve")
def difference(difference_id: int):
    """One difference: what each side says, and what a person makes of it."""
    one = queries.difference(current_user, difference_id)
    form = ResolveForm()
    if form.validate_on_submit():
        with form.refusals():
            reconciliation.resolve(one, form.note.data, by=current_user)
            return redirect(url_for(".provider"))
    return render_template("insight/books/difference.html", one=one, form=form), 422 if form.errors else 200


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None

