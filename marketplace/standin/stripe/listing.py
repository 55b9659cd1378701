"""Lists, newest first, a page at a time. What narrows them stands in columns (tables.TAGS) and is found by index."""
import json
from collections.abc import Callable
from fnmatch import fnmatchcase

from marketplace.standin.stripe import tables
from marketplace.standin.stripe.errors import Refusal, missing
from marketplace.standin.stripe.shown import shown
from marketplace.standin.stripe.store import Transaction

COMPARE = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
MISSED = "SELECT event FROM delivery WHERE state != 'delivered'"
Condition = tuple[str, list]


def of(kind: str, url: str, ready: Callable[..., dict] | None = None) -> Callable:
    """The endpoint that lists objects of one kind; `ready` turns what is asked into what can be compared."""
    def page(tx: Transaction, given: dict, *ids: str) -> dict:
        limit, backwards = _limit(given), "ending_before" in given
        asked = ready(tx, given, *ids) if ready else given
        conditions = [_equal(kind, asked), _times(asked), _place(tx, kind, given)]
        if "delivery_success" in asked:
            conditions.append((f"id {'NOT ' * asked['delivery_success']}IN ({MISSED})", []))
        found = _rows(tx, kind, conditions, _kinds(tx, asked), limit + 1, "ASC" if backwards else "DESC")
        data = [shown(tx, json.loads(row["body"])) for row in found[:limit]]
        return {"object": "list", "data": data[::-1] if backwards else data, "has_more": len(found) > limit,
                "url": url.format(*ids)}
    return page


def _rows(tx: Transaction, kind: str, conditions: list[Condition], values: list | None, most: int, order: str) -> list:
    """The first `most` rows; of several values, each is read in its own order and the best of all are kept."""
    tests = ["kind = ?", *(test for test, _ in conditions if test)]
    given = [kind, *(value for _, of in conditions for value in of)]
    columns = "body, created, seq"
    if values is None:
        sql = f"SELECT {columns} FROM object WHERE {' AND '.join(tests)} ORDER BY created {order}, seq {order} LIMIT ?"
        return tx.db.execute(sql, (*given, most)).fetchall()
    found: list = []
    for value in values:
        sql = (f"SELECT {columns} FROM object WHERE {' AND '.join([*tests, 'type = ?'])} "
               f"ORDER BY created {order}, seq {order} LIMIT ?")
        found += tx.db.execute(sql, (*given, value, most)).fetchall()
    found.sort(key=lambda row: (row["created"], row["seq"]), reverse=order == "DESC")
    return found[:most]


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


def _equal(kind: str, given: dict) -> Condition:
    """What a tag must be; `currency` alone is looked for in the objects, which mostly share one."""
    tests: list[str] = []
    values: list = []
    for name in (*tables.TAGS.get(kind, ()), "currency"):
        if name in given and name != "type":
            column = "json_extract(body, '$.currency')" if name == "currency" else name
            among = given[name] if isinstance(given[name], tuple) else (given[name],)
            tests.append(f"{column} IN ({', '.join('?' * len(among))})" if len(among) > 1 else f"{column} = ?")
            values += among
    return " AND ".join(tests), values


def _times(given: dict) -> Condition:
    bounds = given.get("created", {})
    return " AND ".join(f"created {COMPARE[name]} ?" for name in bounds), list(bounds.values())


def _kinds(tx: Transaction, given: dict) -> list[str] | None:
    """The types that are asked for, * as any word; None for all."""
    if "type" in given and "types" in given:
        raise Refusal("You may only specify one of these parameters: type, types.", param="types")
    asked = given.get("types") or ([given["type"]] if "type" in given else None)
    if asked is None or not any("*" in pattern for pattern in asked):
        return asked and sorted(set(asked))
    rows = tx.db.execute("SELECT DISTINCT type FROM object WHERE kind = 'event' AND type IS NOT NULL")
    return [row["type"] for row in rows if any(fnmatchcase(row["type"], pattern) for pattern in asked)]


def _place(tx: Transaction, kind: str, given: dict) -> Condition:
    """What lies beyond the object at which the page before ended."""
    param = "ending_before" if "ending_before" in given else "starting_after"
    if param not in given:
        return "", []
    row = tx.db.execute("SELECT created, seq FROM object WHERE id = ? AND kind = ?", (given[param], kind)).fetchone()
    if row is None:
        raise missing(kind, given[param], param)
    return f"(created, seq) {'>' if param == 'ending_before' else '<'} (?, ?)", [row["created"], row["seq"]]
