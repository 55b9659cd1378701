"""Proofs and keys: the audit chain, the ledger, the movements of goods, the field keys, the jobs."""
import sys
from typing import cast

import click
from flask.cli import AppGroup
from sqlalchemy import Table, select

from marketplace.core import audit as chain
from marketplace.core import crypto, outbox, proof
from marketplace.core.crypto import Sealed
from marketplace.core.transaction import transaction
from marketplace.extensions import Model, db
from marketplace.market.stock import service as goods
from marketplace.money.ledger import service as books

audit = AppGroup("audit", help="The audit chain.")
ledger = AppGroup("ledger", help="The books.")
stock = AppGroup("stock", help="Goods in store.")
keys = AppGroup("keys", help="The keys of personal fields.")
jobs = AppGroup("jobs", help="What waits to be done.")
BLOCK = 500


@audit.command("verify")
def verify_chain() -> None:
    """Exit 0 when the chain and what was published of it are whole, 1 with the first broken link."""
    verdict = chain.verify()
    if verdict.broken_at is not None:
        click.echo(f"broken at entry {verdict.broken_at}")
        sys.exit(1)
    if day := proof.verify():
        click.echo(f"the published proof of {day} does not hold")
        sys.exit(1)
    click.echo(f"whole: {verdict.checked} entries")


@ledger.command("verify")
def verify_books() -> None:
    """Exit 0 when every booking and every account balances, 1 otherwise."""
    verdict = books.verify()
    if verdict.wrong:
        click.echo("does not balance: " + ", ".join(verdict.wrong))
        sys.exit(1)
    click.echo(f"balanced: {verdict.bookings} bookings of {verdict.entries} entries")


@stock.command("verify")
def verify_stock() -> None:
    """Exit 0 when every unit of goods is where its movements say, 1 otherwise."""
    verdict = goods.verify()
    if verdict.wrong:
        click.echo("does not add up: " + ", ".join(verdict.wrong))
        sys.exit(1)
    click.echo(f"adds up: {verdict.movements} movements")


@jobs.command("drain")
def drain() -> None:
    """Run what waits, here and now."""
    total = 0
    while ran := outbox.drain():
        total += ran
    click.echo(f"{total} jobs ran")


@keys.command("rotate")
def rotate() -> None:
    """Re-encrypt every personal field under the newest key. Stopped in the middle, it goes on where it was."""
    for mapper in Model.registry.mappers:
        table = cast(Table, mapper.local_table)
        sealed = [c for c in table.columns if isinstance(c.type, Sealed)]
        if sealed:
            click.echo(f"{table.name}: {sum(_rotate(table, column) for column in sealed)} values")


def _rotate(table, column) -> int:
    """Re-encrypt one column, block by block, each in its own transaction; indexes of the value follow."""
    key, newest, done = list(table.primary_key)[0], bytes([crypto.ring().newest]), 0
    raw = db.type_coerce(column, db.LargeBinary)
    index = table.columns.get(f"{column.name}_index")
    while True:
        with transaction() as session:
            rows = session.execute(
                select(key, column).where(column.is_not(None), db.func.substr(raw, 1, 1) != newest)
                .limit(BLOCK).with_for_update()).all()
            for number, value in rows:
                change = {column.name: value}
                if index is not None:
                    change[index.name] = crypto.index(f"{table.name}.{column.name}", value.reveal())
                session.execute(table.update().where(key == number).values(change))
        done += len(rows)
        if len(rows) < BLOCK:
            return done
