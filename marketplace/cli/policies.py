import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import NoResultFound

from marketplace.assistance.policies import benefits
from marketplace.assistance.policies.answers import Answers
from marketplace.catalogue import catalogue, screening, spark, warning
from marketplace.catalogue.contract import Breached, write_breaches
from marketplace.catalogue.model import NoValue
from marketplace.catalogue.program import OutOfRange
from marketplace.core import clock
from marketplace.network.registry import dossier

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
        except (OutOfRange, warning.OutOfOrder, NoValue) as no:
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
        try:
            rows = spark.screen_files(catalogue.built_in(), as_of.date(), households, persons, out, master or "local[*]")
        except spark.NoSpark as no:
            raise click.ClickException(str(no)) from None
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


@policies.command("explain")
@click.argument("household_id")
@click.option("--as-of", type=DAY, help="The day of the evaluation; today without it.")
@click.option("--json", "as_json", is_flag=True, help="Everything as one JSON object, in both languages.")
def explain(household_id: str, as_of: datetime | None, as_json: bool) -> None:
    """The happiness list of a household of the registry, with every criterion of every policy. The look is recorded."""
    try:
        known = dossier.at_the_command_line(household_id, "policies explain")
        answers = Answers(benefits.made(known, as_of.date() if as_of else clock.today()))
    except NoResultFound:
        raise click.ClickException(f"the registry has no household {household_id}") from None
    except OutOfRange as no:
        raise click.ClickException(str(no)) from None
    except Breached as no:
        raise click.ClickException(f"the record does not fit the catalogue in force: {no.breaches[0].column}: "
                                   f"{no.breaches[0].reason}") from None
    click.echo(json.dumps(answers.data(), ensure_ascii=False, indent=2) if as_json else "\n".join(answers.text("zh")))
