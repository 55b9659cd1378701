"""Customers: who pays again and again."""
from marketplace.standin.stripe import methods, params
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.events import emit
from marketplace.standin.stripe.metadata import set_metadata
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Transaction, new_id

FIELDS = {"email": params.email(), "name": params.text(256), "description": params.text(), "phone": params.text(20),
          "metadata": params.metadata(), "preferred_locales": params.series(params.text(20))} | params.EXPAND
SETTINGS = {"invoice_settings": params.table(default_payment_method=must(params.text()))}
CREATE = FIELDS | SETTINGS | {"payment_method": params.text()}
UPDATE = FIELDS | SETTINGS
LIST = params.PAGE | {"email": params.text(512)}
PLAIN = ("email", "name", "description", "phone", "preferred_locales")


def create(tx: Transaction, given: dict) -> dict:
    customer = new(tx, given)
    if "payment_method" in given:
        methods.attach(tx, {"customer": customer["id"]}, given["payment_method"])
    return _settle(tx, customer, given)


def update(tx: Transaction, given: dict, ident: str) -> dict:
    customer = found(tx, ident)
    before = {name: customer[name] for name in PLAIN if name in given and customer[name] != given[name]}
    customer |= {name: given[name] for name in PLAIN if name in given}
    customer["metadata"] = set_metadata(customer["metadata"], given)
    _settle(tx, customer, given)
    emit(tx, "customer.updated", tx.save(customer), before)
    return customer


def new(tx: Transaction, given: dict) -> dict:
    """A customer, as Checkout and the API make them."""
    customer = tx.add({
        "id": new_id("cus_", 14), "object": "customer", "address": None, "balance": 0, "business_name": None,
        "created": tx.now, "currency": None, "customer_account": None, "default_source": None, "delinquent": False,
        "description": given.get("description"), "discount": None, "email": given.get("email"), "individual_name": None,
        "invoice_prefix": new_id("", 8).upper(), "invoice_settings": {
            "custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None},
        "livemode": False, "metadata": set_metadata({}, given), "name": given.get("name"), "next_invoice_sequence": 1,
        "phone": given.get("phone"), "preferred_locales": given.get("preferred_locales", []), "shipping": None,
        "tax_exempt": "none", "test_clock": None})
    emit(tx, "customer.created", customer)
    return customer


def found(tx: Transaction, ident: str, param: str = "customer") -> dict:
    customer = tx.find("customer", ident)
    if customer is None:
        raise missing("customer", ident, param)
    return customer


def owes(tx: Transaction, ident: str, late: bool) -> None:
    """Whether the last invoice of this customer went unpaid."""
    customer = tx.get("customer", ident)
    if customer["delinquent"] != late:
        customer["delinquent"] = late
        emit(tx, "customer.updated", tx.save(customer), {"delinquent": not late})


def next_number(tx: Transaction, ident: str) -> str:
    """The number of the customer's next invoice, used up by asking."""
    customer = tx.get("customer", ident)
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
    customer["next_invoice_sequence"] += 1
    tx.save(customer)
    return number


def payment_methods(tx: Transaction, given: dict, ident: str) -> dict:
    """The conditions of the list of what a customer pays with."""
    return given | {"customer": found(tx, ident)["id"]}


def _settle(tx: Transaction, customer: dict, given: dict) -> dict:
    settings = given.get("invoice_settings")
    if settings:
        ident = settings["default_payment_method"]
        kept = tx.find("payment_method", ident)
        if kept is None or kept["customer"] != customer["id"]:
            raise Refusal(f"The customer does not have a payment method with the ID {ident}. The payment method must be "
                          "attached to the customer.", code="resource_missing",
                          param="invoice_settings[default_payment_method]")
        customer["invoice_settings"]["default_payment_method"] = ident
    return tx.save(customer)
