"""Alembic's way to this project's database. Types of the project are written as what they are in the database."""
import logging

from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db
SEARCH = "wish_text_index"

logging.getLogger("alembic").setLevel(logging.WARNING)


def render_item(kind, thing, autogen_context):
    if kind == "type" and type(thing).__module__.startswith("marketplace."):
        return f"sa.{thing.impl!r}"
    return False


def include_name(name, kind, parents):
    """The full-text index of SQLite and its own tables are made by hand."""
    return not (kind == "table" and name.startswith(SEARCH))


def include_object(item, name, kind, reflected, compare_to):
    return not (kind == "column" and name.endswith("_vector") or kind == "index" and (name or "").endswith("_vector"))


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=db.metadata, render_as_batch=True, compare_type=False,
            render_item=render_item, include_name=include_name, include_object=include_object,
            transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations run on a database, not into a file")
run()
