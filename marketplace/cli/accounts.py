import click
from flask.cli import AppGroup

from marketplace.people.accounts import service
from marketplace.people.accounts.models import BY_PASSWORD, POSTS

accounts = AppGroup("accounts", help="People who sign in with a password.")


@accounts.command("create")
@click.argument("role", type=click.Choice(BY_PASSWORD))
@click.argument("username")
@click.option("--name", required=True, help="As shown on the desk.")
@click.option("--area", default="", help="Division code the account answers for.")
@click.option("--organisation", default=0, help="Number of the charity.")
@click.option("--post", type=click.Choice(POSTS), help="What the person does in the charity; a manager, if nothing is said.")
@click.password_option()
def create(role: str, username: str, name: str, area: str, organisation: int, post: str | None, password: str) -> None:
    """Make an account of the desk."""
    if len(password) < 12:
        raise click.ClickException("the password needs at least 12 characters")
    if (role == "charity") != bool(organisation) or (post and role != "charity"):
        raise click.ClickException("the people of a charity, and only they, have --organisation and a --post")
    service.create(role, username=username, display_name=name, area_code=area, organisation_id=organisation,
                   post=(post or "manager") if role == "charity" else "", password=password)
    click.echo(f"{username} may sign in now")
