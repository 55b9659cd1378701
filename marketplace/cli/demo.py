import click
from flask.cli import AppGroup

from marketplace.demo import filling

demo = AppGroup("demo", help="The demo city.")


@demo.command("fill")
@click.option("--households", default=4000, help="How many households the city has.")
def fill(households: int) -> None:
    """Fill an empty database with a city that looks like a real one. All of it is invented."""
    if filling.filled():
        click.echo("the city is there already")
        return
    click.echo(filling.fill(households))
