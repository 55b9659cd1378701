from datetime import datetime

import click
from flask.cli import AppGroup

from marketplace.core.errors import Invalid
from marketplace.people.organisations import service

organisations = AppGroup("organisations", help="Charities that carry wishes.")


@organisations.command("create")
@click.argument("name")
@click.option("--english", default="", help="Its name in English.")
@click.option("--credit-code", required=True, help="Unified social credit code, 18 characters.")
@click.option("--qualified-until", type=click.DateTime(["%Y-%m-%d"]), required=True,
              help="Last day of its qualification to raise funds from the public.")
@click.option("--area", default="3714", help="Division code of the area it serves.")
def create(name: str, english: str, credit_code: str, qualified_until: datetime, area: str) -> None:
    """Take up a charity; prints the number for `accounts create --organisation`."""
    try:
        made = service.create(name, credit_code, qualified_until.date(), english, area)
    except Invalid:
        raise click.ClickException("the credit code has 18 letters and digits") from None
    click.echo(made.id)
