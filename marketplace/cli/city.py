from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from marketplace.core import clock
from marketplace.network.city.generate import generate

city = AppGroup("city", help="A synthetic city, all of it invented.")


@city.command("generate")
@click.option("--population", type=click.IntRange(1), required=True, help="How many people.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed gives the same city.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--format", "kind", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option("--changes", type=click.IntRange(0), default=0,
              help="Households that differ in a second snapshot, in OUT/next.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day of the record; today without it.")
def make(population: int, seed: int, out: Path, kind: str, changes: int, as_of: datetime | None) -> None:
    """Write household, person and identity files in the schema of the policy catalogue."""
    made = generate(population, seed, out, as_of.date() if as_of else clock.today(), kind, changes)
    click.echo(f"{made.households} households, {made.persons} persons in {out}; "
               f"{made.changed} differ in the second snapshot")
