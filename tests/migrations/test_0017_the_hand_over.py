"""What households confirmed before is known afterwards, with its day and whether a worker did it for them."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from marketplace.extensions import db
from tests.migrations import before

CONFIRMED = """SELECT d.id, d.organisation_id, d.place_code, CASE WHEN d.reason IS NULL THEN 'page' ELSE 'worker' END
               FROM delivery d WHERE d.state = 'confirmed' ORDER BY d.id"""


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        yield


def test_receipts_of_before_are_carried_over_once_each(old):
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE delivery SET state = 'confirmed'"))
        known = connection.execute(text(CONFIRMED)).all()
    upgrade()
    with db.engine.connect() as connection:
        kept = connection.execute(text("SELECT delivery_id, organisation_id, place_code, way FROM acknowledgement "
                                       "WHERE satisfaction IS NULL AND at IS NOT NULL ORDER BY delivery_id")).all()
    assert kept == known and len(known) > 0
