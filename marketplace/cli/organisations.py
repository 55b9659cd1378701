from datetime import date, datetime

import click
from flask.cli import AppGroup

from marketplace.core.errors import Invalid
from marketplace.people.organisations import service
from marketplace.people.organisations.models import KINDS

organisations = AppGroup("organisations", help="Charities that carry wishes, and others that take part.")
DAY = click.DateTime(["%Y-%m-%d"])
WHY = {"credit_code": "the credit code has 18 characters, and its last one does not fit the others",
       "taken": "this credit code is taken up already", "unknown": "this division code is not one of the city's",
       "not_come": "this day has not come yet", "empty": "the name is empty"}


@organisations.command("create")
@click.argument("name")
@click.option("--english", default="", help="Its name in English.")
@click.option("--credit-code", required=True, help="Unified social credit code, 18 characters.")
@click.option("--qualified-until", type=DAY,
              help="Last day of its certificate of public fundraising; without one it may not raise funds.")
@click.option("--certificate", "number", default="", help="Number of that certificate, if it is known.")
@click.option("--area", default="3714", help="Division code of the area it serves.")
@click.option("--registered-on", type=DAY, help="Day on which it was registered.")
@click.option("--kind", type=click.Choice(KINDS), default="charity")
def create(name: str, english: str, credit_code: str, qualified_until: datetime | None, number: str, area: str,
           registered_on: datetime | None, kind: str) -> None:
    """Take up an organisation; prints the number for `accounts create --organisation`."""
    try:
        made = service.create(name, credit_code, _day(qualified_until), english, area, registered_on=_day(registered_on),
                              kind=kind, number=number)
    except Invalid as no:
        raise click.ClickException(WHY[no.rule]) from None
    click.echo(made.id)


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None
