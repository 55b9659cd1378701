"""What a payer sees: the hosted Checkout page, the bank's or the wallet's question, the receipt."""
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from marketplace.standin.stripe import cards, intents, invoice_page, look, outcomes, sessions
from marketplace.standin.stripe.form import CardForm
from marketplace.standin.stripe.params import money
from marketplace.standin.stripe.store import Store, Transaction

URLS = Map([
    Rule("/c/pay/<ident>", endpoint="pay"), Rule("/c/check/<secret>", endpoint="check"),
    Rule("/i/<secret>", endpoint="invoice"), Rule("/receipts/<ident>", endpoint="receipt"),
    Rule("/static/checkout.css", endpoint="style")])


class Pages:
    """Everything that is not the API."""

    def __init__(self, store: Store):
        self.store = store

    def respond(self, request: Request) -> Response:
        """The page, under a policy that lets it load nothing from elsewhere and run no script."""
        ways: dict[str, Callable] = {"pay": self._pay, "check": self._check, "receipt": self._receipt, "style": self._css,
                                     "invoice": self._invoice}
        try:
            endpoint, values = URLS.bind_to_environ(request.environ).match()
            answer = ways[endpoint](request, **values)
        except NotFound:
            answer = look.end(request, None, "missing", 404)
        except HTTPException as error:
            answer = Response(f"{error.code} {error.name}\n", error.code, mimetype="text/plain")
        answer.headers.setdefault("Content-Security-Policy", look.policy())
        answer.headers.update({"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
                               "Referrer-Policy": "no-referrer"})
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    def _css(self, request: Request) -> Response:
        return Response(look.STYLE, mimetype="text/css", headers={"Cache-Control": "max-age=300"})

    def _invoice(self, request: Request, secret: str) -> Response:
        return invoice_page.respond(self.store, request, secret)

    def _pay(self, request: Request, ident: str) -> Response:
        if request.method == "POST":
            return self._pay_with(request, ident)
        with self.store.read() as tx:
            session = _session(tx, ident)
            if session["status"] != "open":
                return _over(request, session)
            return _form(request, tx, session, CardForm({}), look.problem(sessions.intent_of(tx, session)))

    def _pay_with(self, request: Request, ident: str) -> Response:
        kind, form = request.form.get("method", "card"), CardForm(request.form)
        with self.store.write() as tx:
            session = _session(tx, ident)
            if session["status"] == "open" and session["expires_at"] <= tx.now:
                sessions.close(tx, session)
            if session["status"] != "open":
                return _over(request, session, paid=True)
            if kind not in session["payment_method_types"]:
                raise MethodNotAllowed
            if kind == "card" and not form.fits(datetime.fromtimestamp(tx.now, UTC)):
                return _form(request, tx, session, form, None, 422)
            intent = sessions.pay(tx, session, cards.WALLETS[kind] if kind != "card" else cards.by_number(form.number))
            if intent["status"] == "requires_action":
                return redirect(intents.asks_at(tx, intent), 303)
            if intent["status"] == "succeeded":
                return redirect(_success(session), 303)
            return _form(request, tx, session, CardForm({}), look.problem(intent), 402)

    def _check(self, request: Request, secret: str) -> Response:
        with (self.store.write if request.method == "POST" else self.store.read)() as tx:
            intent = tx.find("payment_intent", secret.split("_secret_")[0])
            if intent is None or not hmac.compare_digest(intent["client_secret"].encode(), secret.encode()):
                raise NotFound
            if request.method == "POST":
                intent = outcomes.answer(tx, intent, request.form.get("answer") == "yes")
            session = tx.find("checkout.session", intent["_session"])
            if intent["status"] != "requires_action":
                return _onwards(request, tx, session, intent)
            kind = tx.get("payment_method", intent["payment_method"])["type"]
            return look.page(
                request, (session or {}).get("locale"), "check.html", kind=kind, merchant=tx.setting("merchant"),
                leads_to=session["success_url"] if session else intent.get("_return_url"),
                amount=money(intent["amount"], intent["currency"]))

    def _receipt(self, request: Request, ident: str) -> Response:
        with self.store.read() as tx:
            charge = tx.find("charge", ident)
            if charge is None:
                raise NotFound
            intent = tx.get("payment_intent", charge["payment_intent"])
            session, back = tx.find("checkout.session", intent["_session"]), charge["amount_refunded"]
            return look.page(
                request, (session or {}).get("locale"), "receipt.html", merchant=tx.setting("merchant"), paid=charge["paid"],
                amount=money(charge["amount"], charge["currency"]), number=charge["id"],
                refunded=money(back, charge["currency"]) if back else "", at=look.time(charge["created"]))


def _onwards(request: Request, tx: Transaction, session: dict | None, intent: dict) -> Response:
    """Where the payer goes once the bank or the wallet has its answer."""
    if session:
        paid = session["status"] == "complete"
        return redirect(_success(session) if paid else f"{tx.setting('public_url')}/c/pay/{session['id']}", 303)
    invoice = tx.find("invoice", intent.get("_invoice"))
    if invoice and not intent.get("_return_url"):
        return redirect(f"{tx.setting('public_url')}/i/{invoice['_secret']}", 303)
    back = intent.get("_return_url")
    if not back:
        return look.end(request, None, "complete" if intent["status"] == "succeeded" else "expired")
    facts = urlencode({"payment_intent": intent["id"], "payment_intent_client_secret": intent["client_secret"],
                       "redirect_status": "succeeded" if intent["status"] == "succeeded" else "failed"})
    return redirect(f"{back}{'&' if '?' in back else '?'}{facts}", 303)


def _form(request: Request, tx: Transaction, session: dict, form: CardForm, problem: str | None,
          status: int = 200) -> Response:
    lines = session["_line_items"]["data"]
    items = [(line["description"], line["quantity"], money(line["amount_total"], line["currency"])) for line in lines]
    return look.page(
        request, session["locale"], "pay.html", status, form=form, problem=problem, items=items, number="",
        leads_to=session["success_url"], recurring=lines[0]["price"]["recurring"], monthly=session["mode"] == "subscription",
        kinds=session["payment_method_types"], back=session["cancel_url"], merchant=tx.setting("merchant"),
        amount=money(session["amount_total"], session["currency"]), until=look.time(session["expires_at"]))


def _over(request: Request, session: dict, paid: bool = False) -> Response:
    """A session that can be paid no more; who has just paid it goes on."""
    if session["status"] == "expired":
        return look.end(request, session["locale"], "expired", 410, session["cancel_url"])
    if paid:
        return redirect(_success(session), 303)
    return look.end(request, session["locale"], "complete", 200, _success(session),
                    money(session["amount_total"], session["currency"]))


def _session(tx: Transaction, ident: str) -> dict:
    session = tx.find("checkout.session", ident)
    if session is None:
        raise NotFound
    return session


def _success(session: dict) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
