import click
from flask.cli import AppGroup

from marketplace.people.accounts import service
from marketplace.people.accounts.models import BY_PASSWORD

accounts = AppGroup("accounts", help="People who sign in with a password.")


@accounts.command("create")
@click.argument("role", type=click.Choice(BY_PASSWORD))
@click.argument("username")
@click.option("--name", required=True, help="As shown on the desk.")
@click.option("--area", default="", help="Division code the account answers for.")
@click.option("--organisation", default=0, help="Number of the charity.")
@click.password_option()
def create(role: str, username: str, name: str, area: str, organisation: int, password: str) -> None:
    """Make an account of the desk."""
    if len(password) < 12:
        raise click.ClickException("the password needs at least 12 characters")
    service.create(role, username=username, display_name=name, area_code=area, organisation_id=organisation,
                   password=password)
    click.echo(f"{username} may sign in now")
