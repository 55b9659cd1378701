"""Proposals of stock and offers stand as they did; a charity's own fund may be proposed beside them."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.extensions import db
from tests.migrations import before

RUN = """INSERT INTO matching_run (id, organisation_id, by_id, at, needs, lines, proposals, kept, objective, bound, proven,
 fairness) VALUES (1, 0, 0, '2026-11-01 08:00:00+00:00', 1, 1, 1, 0, 1, 1, true, '[]')"""
PROPOSAL = """INSERT INTO proposal (run_id, organisation_id, need_id, wish_id, kind, batch_id, store_id, offer_id, units,
 score, terms, asks_giver, state, reason, decided_by{more}) SELECT 1, 3, id, wish_id, '{kind}', {line}, 1, 1, '{{}}', false,
 'proposed', '', 0{value} FROM need ORDER BY id LIMIT 1"""


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        yield


def put(**facts: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(PROPOSAL.format(**{"more": "", "value": "", "kind": "money", **facts})))


def test_what_was_proposed_stands_and_a_fund_may_be(old):
    upgrade(revision="0019")
    with db.engine.begin() as connection:
        connection.execute(text(RUN))
    for line in ("5, 6, 0", "0, 0, 7"):
        put(kind="goods", line=line)
    upgrade()
    put(line="0, 0, 0", more=", fund_id", value=", 3")
    for wrong in ("3", "4", "0"):  # the same once more, another charity's, and nothing at all
        with pytest.raises(IntegrityError):
            put(line="0, 0, 0", more=", fund_id", value=f", {wrong}")
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT batch_id, store_id, offer_id, fund_id FROM proposal ORDER BY id")).all()
        assert [tuple(row) for row in rows] == [(5, 6, 0, 0), (0, 0, 7, 0), (0, 0, 0, 3)]
