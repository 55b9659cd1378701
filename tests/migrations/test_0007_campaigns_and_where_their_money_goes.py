"""Promises of before keep everything, and were paid by their givers: none came from a campaign."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text

from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign
from marketplace.market.pledges.models import Pledge
from tests.migrations import before


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        upgrade(revision="0006")
        yield


def promises() -> dict[int, dict]:
    with db.engine.connect() as connection:
        return {row["id"]: dict(row) for row in connection.execute(text("SELECT * FROM pledge ORDER BY id")).mappings()}


def test_promises_of_before_came_from_their_givers(old):
    known = promises()
    upgrade(revision="0007")
    after = promises()
    assert known and after == {number: {**row, "source": ""} for number, row in known.items()}
    upgrade()
    assert {pledge.id for pledge in db.session.query(Pledge)} == set(known) and db.session.query(Campaign).count() == 0
