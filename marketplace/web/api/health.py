"""Is it alive, and is it ready."""
from flask import Blueprint, jsonify
from sqlalchemy import text

from marketplace.core import storage
from marketplace.extensions import db, limiter
from marketplace.web.guard import PUBLIC, allowed

health = Blueprint("health", __name__)


@health.get("/healthz")
@allowed(PUBLIC)
@limiter.exempt
def alive():
    return jsonify(status="ok")


@health.get("/readyz")
@allowed(PUBLIC)
@limiter.exempt
def ready():
    """200 when the database answers and files can be written, else 503 with what is missing."""
    found = {"database": _database(), "storage": storage.store().ready()}
    return jsonify(found), 200 if all(found.values()) else 503


def _database() -> bool:
    try:
        db.session.execute(text("SELECT 1"))
    except Exception:  # any failure means the same here
        return False
    return True
