"""A form that is sent several times at once does its deed once."""
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from marketplace.core import audit
from marketplace.core.errors import Invalid
from marketplace.extensions import db
from marketplace.people.accounts import once
from marketplace.people.accounts.models import User


def test_of_many_at_once_one_acts_and_all_are_told_the_same(city, app):
    numbers, number = [city.person("donor").id for _n in range(2)], once.fresh()
    db.session.remove()

    def act(by_id: int) -> str:
        with app.app_context():
            by = db.session.get_one(User, by_id)
            return once.only(number, by, lambda: _deed(by_id))

    def _deed(by_id: int) -> str:
        audit.record(by_id, "deed", f"user:{by_id}")
        return f"of {by_id}"

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(act, numbers[:1] * 6)) == {f"of {numbers[0]}"}
    assert act(numbers[1]) == f"of {numbers[1]}"  # the number of somebody else's page is another one
    assert db.session.scalar(select(func.count()).where(audit.AuditEntry.capability == "deed")) == 2


def test_what_was_refused_can_be_sent_again(city):
    by, number = city.person("donor"), once.fresh()

    def refuse() -> str:
        raise Invalid("units", "empty")

    with pytest.raises(Invalid):
        once.only(number, by, refuse)
    assert once.only(number, by, lambda: "done") == "done"
