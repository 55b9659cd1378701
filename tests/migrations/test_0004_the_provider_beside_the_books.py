"""The steps of every delivery of before belong to the trail of its wish."""
from flask_migrate import upgrade
from sqlalchemy import text

from marketplace.extensions import db
from tests.migrations.before import city_of


def test_steps_of_before_know_their_wish(app, city, kind, tmp_path, request):
    with city_of("0002", app, kind, tmp_path, request):
        upgrade()
        found = db.session.execute(text("SELECT s.wish_id, d.wish_id FROM delivery_step s JOIN delivery d "
                                        "ON d.id = s.delivery_id")).all()
        assert found and all(mine == its for mine, its in found)
