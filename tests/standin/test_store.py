"""The file: no list reads everything, and an older file becomes a newer one."""
import json
import sqlite3
from pathlib import Path

import pytest

from marketplace.standin.stripe import endpoints, params
from marketplace.standin.stripe.store import Store
from tests.standin.payer import open_session
from tests.standin.within import Shop, within

LISTS = [
    "events?limit=100", "events?type=charge.succeeded",
    "events?types[]=charge.succeeded&types[]=refund.created&created[gte]=1",
    "events?type=charge.*&created[lt]=9", "events?delivery_success=false", "events?delivery_success=true&limit=3",
    "balance_transactions?type=charge&created[gte]=1&created[lt]=9", "balance_transactions?source=ch_1",
    "balance_transactions?payout=po_1", "balance_transactions?created[gte]=1", "charges?payment_intent=pi_1",
    "refunds?charge=ch_1", "refunds?payment_intent=pi_1", "disputes?charge=ch_1", "invoices?subscription=sub_1&status=open",
    "invoice_payments?invoice=in_1", "invoice_payments?payment[type]=payment_intent&payment[payment_intent]=pi_1",
    "subscriptions?customer=cus_1", "subscriptions?status=past_due", "customers?email=a@example.com",
    "checkout/sessions?status=open", "checkout/sessions?payment_intent=pi_1", "payment_intents?customer=cus_1",
    "payouts?status=paid", "prices?product=prod_1", "payment_methods?customer=cus_1"]
OLDER = """
CREATE TABLE object (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    created INTEGER NOT NULL, body TEXT NOT NULL CHECK (json_valid(body)));
CREATE INDEX object_kind ON object (kind, seq);
CREATE INDEX object_due ON object (json_extract(body, '$._due')) WHERE json_extract(body, '$._due') > 0;
CREATE TABLE delivery (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, state TEXT NOT NULL, due REAL NOT NULL,
    created REAL NOT NULL, batch INTEGER);
CREATE INDEX delivery_due ON delivery (state, due, id);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO setting VALUES ('ahead', '60');
INSERT INTO delivery (event, state, due, created) VALUES ('evt_1old', 'waiting', 1, 1);
"""


@pytest.mark.parametrize("address", LISTS)
def test_no_list_reads_every_object(shop: Shop, address: str) -> None:
    path, _, query = address.partition("?")
    endpoint, ids = endpoints.find("GET", f"/v1/{path}")
    given = params.read(params.unfold(pair.split("=") for pair in query.split("&")), endpoint.fields)
    asked: list[str] = []
    with shop.store.read() as tx:
        tx.db.set_trace_callback(asked.append)
        endpoint.does(tx, given, *ids)
        tx.db.set_trace_callback(None)
        plans = [row["detail"] for sql in asked if sql.startswith("SELECT")
                 for row in tx.db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert asked and not [plan for plan in plans if plan.startswith("SCAN object") and "INDEX" not in plan], plans


def test_what_is_due_is_found_by_index(shop: Shop) -> None:
    with shop.store.read() as tx:
        asked: list[str] = []
        tx.db.set_trace_callback(asked.append)
        tx.next_due()
        tx.db.set_trace_callback(None)
        plan = tx.db.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert ["object_due" in row["detail"] for row in plan] == [True]


def test_an_older_file_is_carried_over(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with within(tmp_path / "new") as shop:
        shop.control("pay", session=open_session(shop.client).id)
        waiting = open_session(shop.client).id
        with shop.store.read() as tx:
            kept = [(row["id"], row["kind"], row["created"], row["body"]) for row in tx.db.execute("SELECT * FROM object")]
    with sqlite3.connect(tmp_path / "stripe.db") as db:
        db.executescript(OLDER)
        db.executemany("INSERT INTO object (id, kind, created, body) VALUES (?, ?, ?, ?)", kept)
        db.execute("UPDATE delivery SET event = (SELECT id FROM object WHERE kind = 'event' LIMIT 1)")
    db.close()
    heard: list[str] = []
    with within(tmp_path, lambda body, signature: heard.append(json.loads(body)["type"]) or 200) as shop:
        intent = shop.client.v1.payment_intents.list().data[0].id
        assert [charge.amount for charge in shop.client.v1.charges.list({"payment_intent": intent})] == [8000]
        assert shop.client.v1.balance.retrieve().pending[0].amount == 7768
        shop.settle()
        assert heard == ["payment_intent.created"]
        shop.control("clock", seconds=86_400)
        assert shop.client.v1.checkout.sessions.retrieve(waiting).status == "expired"
    Store(tmp_path / "stripe.db").close()


def test_a_setting_that_was_rolled_back_is_forgotten(shop: Shop) -> None:
    with pytest.raises(RuntimeError), shop.store.write() as tx:
        tx.set("merchant", "somebody else")
        tx.set("new", "thing")
        raise RuntimeError
    with shop.store.read() as tx:
        assert (tx.setting("merchant"), tx.setting("new")) == ("微心愿", "")
