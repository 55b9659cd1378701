"""`policies explain`: all answers about one household, for whoever runs the house."""
import json

import pytest
from sqlalchemy import select

from marketplace.core import clock
from marketplace.core.audit import AuditEntry
from marketplace.extensions import db
from marketplace.network.registry import queries
from marketplace.network.registry.models import HouseholdRecord


@pytest.fixture
def reference(city):
    home = city.home(ages=(59, 16))
    return db.session.scalars(select(HouseholdRecord.reference).where(HouseholdRecord.household_id == home.id)).one()


def run(app, *words: str):
    return app.test_cli_runner().invoke(args=["policies", "explain", *words])


def test_every_policy_member_and_criterion_as_data(app, reference):
    done = run(app, reference, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert (found["household_id"], found["as_of"]) == (reference, clock.today().isoformat())
    assert found["catalogue"]["version"] and len(found["catalogue"]["hash"]) == 64
    whom = {(p["policy"], p["person_id"]) for p in found["policies"]}
    assert len({policy for policy, _person in whom}) == 42 and len({person for _policy, person in whom}) == 3
    for policy in found["policies"]:
        assert policy["legal_source"] and policy["law"]["zh"] and policy["law"]["en"] and policy["criteria"]
        assert policy["eligible"] == all(criterion["met"] for criterion in policy["criteria"])
        for comparison in (c for criterion in policy["criteria"] for c in criterion["comparisons"]):
            assert comparison["words"]["en"] and comparison["value"] is not None and comparison["threshold"] is not None


def test_a_near_miss_says_by_how_much_and_what_would_change_it(app, reference):
    found = json.loads(run(app, reference, "--json").output)
    near = next(p for p in found["policies"] if p["policy"] == "elderly_hardship_allowance" and p["missing"])
    assert near["status"] == "just_missed" and near["missing"]["criterion"] == "age60"
    assert (near["missing"]["value"], near["missing"]["threshold"], near["missing"]["gap"]) == (59, 60, 1)
    assert near["missing"]["from_day"] > clock.today().isoformat() and "1" in near["missing"]["words"]["en"]
    received = next(p for p in found["policies"] if p["policy"] == "dibao_household")
    assert received["received"] and received["status"] == "receiving"
    comparisons = [c for p in found["policies"] for a in p["criteria"] for c in a["comparisons"]]
    record = next(c for c in comparisons if c["text"].startswith("h.reg"))
    assert record["value"] == "dibao"


def test_the_same_list_as_text(app, reference):
    done = run(app, reference)
    assert done.exit_code == 0
    for words in ("正在享受", "只差一点", "差多少：离规定的年龄还差 1 岁", "dibao_household", "✓ ", "✗ age60", "12345"):
        assert words in done.output, words


def test_a_fact_that_nobody_recorded_is_not_told_as_a_number(app, reference):
    found = json.loads(run(app, reference, "--json").output)
    comparisons = [c for p in found["policies"] for a in p["criteria"] for c in a["comparisons"]]
    assert {c["unknown"] for c in comparisons if c["measure"] == "p.grade"} == {True}
    assert {c["unknown"] for c in comparisons if c["measure"] == "p.age"} == {False}
    assert "残疾等级: 没有记录 <= 2 级" in run(app, reference).output


def test_another_day(app, reference):
    found = json.loads(run(app, reference, "--json", "--as-of", "2025-01-01").output)
    assert found["as_of"] == "2025-01-01"
    done = run(app, reference, "--as-of", "2035-01-01")
    assert done.exit_code == 1 and "out of range" in done.output


def test_nobody_of_that_number(app, reference):
    done = run(app, "H-nobody")
    assert done.exit_code == 1 and "no household H-nobody" in done.output and "Traceback" not in done.output


def test_the_look_is_written_down_and_the_household_sees_it(app, reference):
    run(app, reference)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.capability == "household.read")).one()
    home = db.session.scalars(select(HouseholdRecord.household_id)).one()
    assert (entry.actor_id, entry.subject, entry.reason) == (0, f"household:{home}", "policies explain")
    assert [(look.role, look.purpose) for look in queries.looks(home)] == [("administrator", "policies explain")]
