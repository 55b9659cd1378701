from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from marketplace.catalogue.contract import write_breaches
from marketplace.network.registry import service

registry = AppGroup("registry", help="The core registry of households and persons.")


@registry.command("import")
@click.option("--households", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--persons", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--identities", type=click.Path(exists=True, path_type=Path))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--breaches", type=click.Path(path_type=Path), default=Path("registry-breaches.csv"),
              help="Where breaches of the input contract are written.")
def load(households: Path, persons: Path, identities: Path | None, as_of: datetime, breaches: Path) -> None:
    """Load or update the registry. Any breach of the input contract changes nothing and exits with 1."""
    try:
        done = service.import_files(households, persons, identities, as_of.date(), by=0)
    except service.InputBreached as no:
        write_breaches(breaches, no.breaches)
        raise click.ClickException(f"{len(no.breaches)} breaches, nothing was changed; see {breaches}") from None
    click.echo(f"{done.households} households, {done.persons} persons; eligibility gained {done.gained}, lost {done.lost}")
