"""Lessons that were offered as visits are kept in hours; what was promised of them was in hours already."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from marketplace.extensions import db
from tests.migrations import before

OFFER = """
INSERT INTO offer (id, ref, organisation_id, giver_id, follow_digest, kind, category, item_code, size, condition, units,
                   taken, promised, hours, weekdays, words, area_code, age_bands, asks_giver, to_store, ends_on, state,
                   reason, offered_at, decided_by)
VALUES ({id}, '{id}', (SELECT MIN(id) FROM organisation), 1, '{id}', 'service', '{category}', '', '', '', 10, 0, 4, 2, '6',
        '', '3714', '', false, false, '2026-12-31', 'accepted', '', '2026-11-01 00:00:00+00:00', 0)"""


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        yield


def test_what_is_left_of_offered_lessons_is_counted_in_hours(old):
    upgrade(revision="0017")
    with db.engine.begin() as connection:
        for number, category in ((1, "tutoring"), (2, "haircut")):
            connection.execute(text(OFFER.format(id=number, category=category)))
    upgrade()
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT category, units, promised, surplus FROM offer ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [("tutoring", 16, 4, 0), ("haircut", 10, 4, 0)]
