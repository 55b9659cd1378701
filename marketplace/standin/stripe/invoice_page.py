"""The page on which a payer pays an invoice that could not be paid by itself."""
import hmac
from datetime import UTC, datetime

from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from marketplace.standin.stripe import billing, cards, intents, invoices, look
from marketplace.standin.stripe.form import CardForm
from marketplace.standin.stripe.params import money
from marketplace.standin.stripe.store import Store, Transaction


def respond(store: Store, request: Request, secret: str) -> Response:
    """Show what is to pay, or pay it with the card of the form."""
    if request.method != "POST":
        with store.read() as tx:
            return _show(tx, request, _found(tx, secret), CardForm({}))
    form = CardForm(request.form)
    with store.write() as tx:
        invoice = _found(tx, secret)
        if invoice["status"] != "open":
            return _show(tx, request, invoice, form)
        if not form.fits(datetime.fromtimestamp(tx.now, UTC)):
            return _show(tx, request, invoice, form, 422)
        intent = billing.pay_by_hand(tx, invoice, cards.by_number(form.number))
        if intent["status"] == "requires_action":
            return redirect(intents.asks_at(tx, intent), 303)
        return _show(tx, request, tx.get("invoice", invoice["id"]), CardForm({}), 402)


def _show(tx: Transaction, request: Request, invoice: dict, form: CardForm, status: int = 200) -> Response:
    amount = money(invoice["total"], invoice["currency"])
    if invoice["status"] in ("paid", "void"):
        return look.end(request, None, "complete" if invoice["status"] == "paid" else "void", amount=amount)
    names = [(tx.get("product", line["pricing"]["price_details"]["product"])["name"], line["quantity"],
              money(line["amount"], line["currency"])) for line in invoice["lines"]["data"]]
    tried = look.problem(invoices.intent_of(tx, invoice))
    if status != 402 and tried != "refused":  # what the bank said while the payer was away is said by the page already
        tried = None
    return look.page(request, None, "pay.html", status, form=form, problem=tried, items=names, kinds=["card"], back=None,
                     merchant=tx.setting("merchant"), amount=amount, until="", monthly=False, number=invoice["number"])


def _found(tx: Transaction, secret: str) -> dict:
    invoice = tx.find("invoice", secret.split("_secret_")[0])
    if invoice is None or not hmac.compare_digest(str(invoice.get("_secret")).encode(), secret.encode()):
        raise NotFound
    return invoice
