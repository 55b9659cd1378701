"""Deliveries that were there before get the number for their label, and go their way as before."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.extensions import db
from marketplace.market.deliveries import labels
from tests.migrations import before


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        yield


def test_what_was_on_its_way_has_a_number_on_its_label(old):
    with db.engine.connect() as connection:
        known = connection.execute(text("SELECT id, state, way FROM delivery ORDER BY id")).all()
    upgrade()
    with db.engine.connect() as connection:
        now = connection.execute(text("SELECT id, state, way FROM delivery ORDER BY id")).all()
        refs = connection.execute(text("SELECT ref FROM delivery")).scalars().all()
        assert now == known and len(set(refs)) == len(known) > 0 and all(labels.read(ref) == ref for ref in refs)
        with pytest.raises(IntegrityError):
            connection.execute(text("UPDATE delivery SET ref = (SELECT MIN(ref) FROM delivery)"
                                    if len(known) > 1 else "UPDATE delivery SET last_leg = 'x'"))
