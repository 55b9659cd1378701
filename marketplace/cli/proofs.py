import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from marketplace.core import proof as daily
from marketplace.money.receipts import proof as receipts

proof = AppGroup("proof", help="What is published of the audit chain.")

FAULTS = {
    "shape": "this is not the proof of a receipt",
    "entry": "the entry of the audit chain is of another receipt",
    "receipt": "the receipt's facts are not those that the entry was written for",
    "path": "the path does not lead from the entry to the root",
    "day": "this root was not published for this day",
}


@proof.command("publish")
def publish() -> None:
    """Publish the proof of every day that is over."""
    click.echo(f"{daily.publish()} days published")


@proof.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check the proof of a receipt (its proof.json) by itself and against what was published. Exit 1 when it fails."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        fault = receipts.fault(found, daily.published) if isinstance(found, dict) else "shape"
    except (UnicodeDecodeError, json.JSONDecodeError):
        fault = "shape"
    if fault:
        click.echo(FAULTS[fault])
        sys.exit(1)
    click.echo(f"{found['receipt']['number']} is in the proof of {found['day']}")
