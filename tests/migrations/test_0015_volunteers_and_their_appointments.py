"""Certificates of before keep what they count, each of their holder now; they have no minutes and hold as they did."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.extensions import db
from marketplace.market.attestations import proof
from marketplace.market.attestations.models import Attestation, AttestedService
from tests.migrations import before
from tests.migrations.test_0010_gifts_of_money_on_paper_and_on_the_board import put

NOW, DAY = "2026-11-20 08:00:00+00:00", "2026-11-20"
ISSUED = {"number": "FW-1", "organisation_id": 1, "giver_id": 7, "giver": "周**", "first_on": DAY, "last_on": DAY,
          "state": "issued", "asked_at": NOW, "organisation": "邻里", "credit_code": "5", "hours": 6, "visits": 2,
          "services": 2, "lines": '[["tutoring", 6, 2]]', "issued_at": NOW, "decided_by": 3, "reason": "", "digest": "d"}


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        upgrade(revision="0011")
        yield


def test_what_was_certified_stays_certified(old):
    with db.engine.begin() as connection:
        pledges = connection.execute(text("SELECT id FROM pledge ORDER BY id LIMIT 2")).scalars().all()
        made = put(connection, "attestation", **ISSUED)
        for pledge in pledges:
            connection.execute(text("INSERT INTO attested_service (pledge_id, attestation_id) VALUES (:p, :a)"),
                               {"p": pledge, "a": made})
    upgrade()
    kept = db.session.query(Attestation).one()
    assert (kept.hours, kept.minutes, kept.contents) == (6, 0, [("tutoring", 6, 2, 0)])
    assert {(one.pledge_id, one.giver_id, one.attestation_id) for one in db.session.query(AttestedService)} == {
        (pledge, 7, made) for pledge in pledges}
    facts = {"number": "FW-1", "organisation": "邻里", "credit_code": "5", "first_on": DAY, "last_on": DAY, "hours": 6,
             "visits": 2, "services": 2, "for": [["tutoring", 6, 2]], "issued_at": kept.issued_at.isoformat()}
    assert proof.digest(kept) == proof.daily.digest_of(facts)
    db.session.rollback()
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO attested_service (pledge_id, giver_id, attestation_id) VALUES (:p, 7, :a)"),
                           {"p": pledges[0], "a": made})
