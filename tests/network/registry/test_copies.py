"""The households of the other tests are, row for row, what an import would have left."""
from datetime import UTC, datetime

from sqlalchemy import select

from marketplace.core.audit import AuditEntry
from marketplace.core.crypto import Private
from marketplace.core.outbox import Job
from marketplace.extensions import db
from marketplace.network.registry.models import Household, HouseholdRecord, KindCount, Person
from tests import homes
from tests.city import OTHER_TOWN, VILLAGE
from tests.conftest import empty

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
KINDS = [(VILLAGE, (67,), "dibao", {}), (VILLAGE, (38, 9, 4), "", {}),
         (f"{OTHER_TOWN}001", (45, 12), "tekun", {"house_safety": "C", "residence_type": "rural"})]


def _rows() -> list[tuple]:
    """All that is in the tables which an import writes."""
    db.session.rollback()
    return [(kind.__name__, [{name: value.reveal() if isinstance(value := getattr(row, name), Private) else value
                              for name in row.__mapper__.columns.keys()} for row in db.session.scalars(
                                  select(kind).order_by(*kind.__table__.primary_key))])
            for kind in (Household, HouseholdRecord, Person, KindCount, AuditEntry, Job)]


def test_a_copy_is_what_the_import_would_have_left(city, app, kind, hold):
    with hold(NOON):
        for place, ages, category, facts in KINDS:
            empty(app, kind)
            city.load("H000001", place, ages, category, "13000000001", **facts)
            first = homes.left(1)
            for reference, phone in (("H000071", "13000000071"), ("H000072", "")):
                empty(app, kind)
                city.load(reference, place, ages, category, phone, **facts)
                imported = _rows()
                empty(app, kind)
                assert homes.copy(first, reference, *city.members(reference, ages, phone)) == 1
                assert _rows() == imported
                assert all(rows for name, rows in imported if name != "KindCount" or category)
