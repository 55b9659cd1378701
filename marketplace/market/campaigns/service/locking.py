from marketplace.extensions import db


def lock(row) -> None:
    """Read a row again, and keep others off it until the end of the open transaction. What was changed here stays."""
    db.session.flush()
    db.session.refresh(row, with_for_update=True)
