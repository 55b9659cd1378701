from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path

import click
from flask.cli import AppGroup

from marketplace.catalogue import catalogue, screening, warning
from marketplace.catalogue.contract import Breached, write_breaches
from marketplace.catalogue.program import OutOfRange

policies = AppGroup("policies", help="The policies: whom they are for, what they give, and why.")

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
WORKERS = click.option("--workers", type=click.IntRange(1), help="Threads; as many as there are processors without it.")


def snapshot(command: Callable) -> Callable:
    """The options that name a snapshot, its breaches as a file, and refusals as messages."""

    @wraps(command)
    def told(breaches: Path, **options):
        try:
            return command(**options)
        except Breached as no:
            write_breaches(breaches, no.breaches)
            raise click.ClickException(
                f"{len(no.breaches)} breaches of the input contract, nothing was done; see {breaches}. "
                f"The first: {no.breaches[0].file}, row {no.breaches[0].row}, {no.breaches[0].column}: "
                f"{no.breaches[0].reason}") from None
        except (OutOfRange, warning.OutOfOrder) as no:
            raise click.ClickException(str(no)) from None

    for option in (click.option("--households", type=FILE, required=True),
                   click.option("--persons", type=FILE, required=True),
                   click.option("--as-of", type=DAY, required=True, help="The day of the evaluation."),
                   click.option("--breaches", type=click.Path(path_type=Path), default=Path("policies-breaches.csv"),
                                help="Where breaches of the input contract are written.")):
        told = option(told)
    return told


@policies.command("screen")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--engine", type=click.Choice(["local", "spark"]), default="local", show_default=True)
@click.option("--master", help="Where Spark runs; local processors without it.", envvar="SPARK_MASTER")
@WORKERS
@snapshot
def screen(households: Path, persons: Path, as_of: datetime, out: Path, engine: str, master: str | None,
           workers: int | None) -> None:
    """Every policy for every household and person, from files to files."""
    if engine == "spark":
        from marketplace.catalogue import spark

        rows = spark.screen_files(catalogue.built_in(), as_of.date(), households, persons, out, master or "local[*]")
    else:
        rows = screening.screen_files(catalogue.built_in(), as_of.date(), households, persons, out, workers)
    click.echo(f"{rows.get('household', 0)} households and {rows.get('person', 0)} persons screened into {out}")


@policies.command("warn")
@click.option("--previous-households", type=FILE, required=True)
@click.option("--previous-persons", type=FILE, required=True)
@click.option("--previous-as-of", type=DAY, required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@WORKERS
@snapshot
def warn(previous_households: Path, previous_persons: Path, previous_as_of: datetime, households: Path, persons: Path,
         as_of: datetime, out: Path, workers: int | None) -> None:
    """The warnings that fire between two snapshots."""
    count = warning.warn_files(catalogue.built_in(), (previous_households, previous_persons), previous_as_of.date(),
                               (households, persons), as_of.date(), out, workers)
    click.echo(f"{count} warnings in {out}")


@policies.command("quality")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@WORKERS
@snapshot
def quality(households: Path, persons: Path, as_of: datetime, out: Path, workers: int | None) -> None:
    """The rows whose data contradict themselves."""
    count = screening.quality_files(catalogue.built_in(), as_of.date(), households, persons, out, workers)
    click.echo(f"{count} bad rows in {out}")
