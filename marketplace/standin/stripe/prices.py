"""Products and prices: what is sold, and for how much each month."""
from marketplace.standin.stripe import params
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.metadata import set_metadata
from marketplace.standin.stripe.params import must
from marketplace.standin.stripe.store import Transaction, new_id

MOST = {"day": 1095, "week": 156, "month": 36, "year": 3}  # three years
RECURRING = params.table(interval=must(params.one_of(*MOST)), interval_count=params.integer(1))
PRODUCT_DATA = params.table(name=must(params.text(250)), description=params.text(), metadata=params.metadata(),
                            images=params.series(params.url(), 8))
PRICE_DATA = params.table(currency=must(params.currency()), unit_amount=must(params.amount(0)), recurring=RECURRING,
                          product=params.text(), product_data=PRODUCT_DATA)
CREATE = {"currency": must(params.currency()), "unit_amount": must(params.amount(0)), "recurring": RECURRING,
          "product": params.text(), "product_data": params.table(name=must(params.text(250)), metadata=params.metadata()),
          "nickname": params.text(), "metadata": params.metadata()} | params.EXPAND
LIST = params.PAGE | {"product": params.text()}
CREATE_PRODUCT = {"name": must(params.text(250)), "description": params.text(), "metadata": params.metadata(),
                  "images": params.series(params.url(), 8)} | params.EXPAND


def create(tx: Transaction, given: dict) -> dict:
    return tx.add(described(tx, given, active=True))


def create_product(tx: Transaction, given: dict) -> dict:
    return tx.add(_product(tx, given))


def described(tx: Transaction, given: dict, active: bool = False) -> dict:
    """A price that is not kept yet. Raises Refusal for a period that is too long, or for no product or two."""
    period = given.get("recurring")
    if period:
        period = {"interval": period["interval"], "interval_count": period.get("interval_count", 1), "meter": None,
                  "trial_period_days": None, "usage_type": "licensed"}
        if period["interval_count"] > MOST[period["interval"]]:
            raise Refusal("You cannot have a recurring price with an interval of more than three years.",
                          param="recurring[interval_count]")
    amount = given["unit_amount"]
    return {
        "id": new_id("price_1"), "object": "price", "active": active, "billing_scheme": "per_unit", "created": tx.now,
        "currency": given["currency"], "custom_unit_amount": None, "livemode": False, "lookup_key": None,
        "metadata": set_metadata({}, given), "nickname": given.get("nickname"), "product": _product_of(tx, given),
        "recurring": period, "tax_behavior": "unspecified", "tiers_mode": None, "transform_quantity": None,
        "type": "recurring" if period else "one_time", "unit_amount": amount, "unit_amount_decimal": str(amount)}


def one_rhythm(several: list[dict]) -> None:
    """Raises Refusal unless all are paid again and again, in the same currency and as often."""
    if not all(price["recurring"] for price in several):
        raise Refusal("The price specified is set to `type=one_time` but this field only accepts prices with "
                      "`type=recurring`.", param="items[0][price]")
    if len({(price["currency"], *list(price["recurring"].values())[:2]) for price in several}) != 1:
        raise Refusal("All prices on a subscription must have the same `currency`, `recurring.interval` and "
                      "`recurring.interval_count`.", param="items")


def found(tx: Transaction, ident: str | None) -> dict:
    price = tx.find("price", ident)
    if price is None:
        raise missing("price", str(ident), "items[0][price]")
    return price


def of(tx: Transaction, item: dict) -> dict:
    """The price that a line names or describes; a described one is kept."""
    return tx.add(described(tx, item["price_data"])) if "price_data" in item else found(tx, item.get("price"))


def plan(price: dict) -> dict:
    """A recurring price as older clients read it."""
    period = price["recurring"]
    return {"id": price["id"], "object": "plan", "active": price["active"], "amount": price["unit_amount"],
            "amount_decimal": price["unit_amount_decimal"], "billing_scheme": "per_unit", "created": price["created"],
            "currency": price["currency"], "interval": period["interval"], "interval_count": period["interval_count"],
            "livemode": False, "metadata": price["metadata"], "meter": None, "nickname": price["nickname"],
            "product": price["product"], "tiers_mode": None, "transform_usage": None, "trial_period_days": None,
            "usage_type": "licensed"}


def _product_of(tx: Transaction, given: dict) -> str:
    if ("product" in given) == ("product_data" in given):
        raise Refusal("You must specify either `product` or `product_data` when creating a price.", param="product")
    if "product" not in given:
        return tx.add(_product(tx, given["product_data"]))["id"]
    if tx.find("product", given["product"]) is None:
        raise missing("product", given["product"], "product")
    return given["product"]


def _product(tx: Transaction, given: dict) -> dict:
    return {
        "id": new_id("prod_", 14), "object": "product", "active": True, "created": tx.now, "default_price": None,
        "description": given.get("description"), "images": given.get("images", []), "livemode": False,
        "marketing_features": [], "metadata": set_metadata({}, given), "name": given["name"],
        "package_dimensions": None, "shippable": None, "statement_descriptor": None, "tax_code": None, "type": "service",
        "unit_label": None, "updated": tx.now, "url": None}
