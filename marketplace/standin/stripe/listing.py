"""Lists, newest first, a page at a time."""
import json
from collections.abc import Callable

from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.shown import shown
from marketplace.standin.stripe.store import Transaction

COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
EQUAL = ("payment_intent", "charge", "source", "currency", "status", "type")
DELIVERED = "NOT EXISTS (SELECT 1 FROM delivery WHERE event = object.id AND state != 'delivered')"


def of(kind: str, url: str) -> Callable:
    """The endpoint that lists objects of one kind."""
    def page(tx: Transaction, given: dict) -> dict:
        limit, backwards = _limit(given), "ending_before" in given
        where, values = _conditions(given)
        if backwards or "starting_after" in given:
            where.append("seq > ?" if backwards else "seq < ?")
            values.append(_place(tx, kind, given))
        sql = (f"SELECT body FROM object WHERE {' AND '.join(['kind = ?', *where])} "
               f"ORDER BY seq {'ASC' if backwards else 'DESC'} LIMIT ?")
        found = [json.loads(row["body"]) for row in tx.db.execute(sql, (kind, *values, limit + 1))]
        data = [shown(tx, thing) for thing in found[:limit]]
        return {"object": "list", "data": data[::-1] if backwards else data, "has_more": len(found) > limit, "url": url}
    return page


def _limit(given: dict) -> int:
    if "starting_after" in given and "ending_before" in given:
        raise Refusal("You may only specify one of these parameters: ending_before, starting_after.",
                      param="ending_before")
    limit = given.get("limit", 10)
    if limit < 1:
        raise Refusal(f"This value must be greater than or equal to 1 (it currently is '{limit}').",
                      code="parameter_invalid_integer", param="limit")
    if limit > 100:
        raise Refusal(f"This value must be less than or equal to 100 (it currently is '{limit}').",
                      code="parameter_invalid_integer", param="limit")
    return limit


def _conditions(given: dict) -> tuple[list[str], list]:
    where, values = [], []
    for name in EQUAL:
        if name in given:
            where.append(f"json_extract(body, '$.{name}') GLOB ?")  # an event type may be charge.*
            values.append(given[name])
    for name, bound in given.get("created", {}).items():
        where.append(f"created {COMPARE[name]} ?")
        values.append(bound)
    if given.get("types"):
        where.append("(" + " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in given["types"]) + ")")
        values += given["types"]
    if "delivery_success" in given:
        where.append(DELIVERED if given["delivery_success"] else f"NOT ({DELIVERED})")
    return where, values


def _place(tx: Transaction, kind: str, given: dict) -> int:
    param = "ending_before" if "ending_before" in given else "starting_after"
    row = tx.db.execute("SELECT seq FROM object WHERE id = ? AND kind = ?", (given[param], kind)).fetchone()
    if row is None:
        raise missing(kind, given[param], param)
    return row["seq"]
