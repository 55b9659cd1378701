"""A receipt can be checked by anybody against what was published; whatever is changed in the proof is noticed."""
import copy
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select, update

from marketplace.core import clock
from marketplace.core import proof as daily
from marketplace.core.audit import AuditEntry
from marketplace.extensions import db
from marketplace.money.receipts import proof
from marketplace.money.receipts.models import Receipt

SCRIPT = Path(proof.__file__).parents[2] / "data" / "proof" / "check.py"


@pytest.fixture
def receipt(city):
    """Three gifts of one day, among other deeds; the first one's receipt, of a day that is over and published.

    The day before had its deeds and its proof too.
    """
    with clock.at(clock.now() - timedelta(days=1)):
        city.organisation()
    need = city.need(kind="money", wanted=20000, title="一床暖和的被子")
    for amount in (12000, 3000, 5000):
        city.promise(need, amount)
    with clock.at(clock.now() + timedelta(days=1)):
        daily.publish()
    return db.session.scalars(select(Receipt).order_by(Receipt.id)).first()


def test_before_its_day_is_over_a_receipt_waits(city):
    city.promise(city.need(kind="money", wanted=20000), 20000)
    receipt = db.session.scalars(select(Receipt)).one()
    assert proof.document(receipt) is None and proof.standing(receipt) == proof.Standing("waiting", None)


def test_every_receipt_of_the_day_is_proven_afterwards(receipt):
    for one in db.session.scalars(select(Receipt)).all():
        document = proof.document(one)
        assert proof.fault(document, daily.published) == ""
        assert proof.standing(one) == proof.Standing("proven", daily.everything()[-1].day)
        assert document["receipt"]["number"] == one.number and document["size"] > 10


def test_a_proof_shows_no_other_entry_and_nobody(city, receipt):
    text = json.dumps(proof.document(receipt), ensure_ascii=False)
    others = db.session.scalars(select(AuditEntry).where(AuditEntry.subject != f"receipt:{receipt.number}")).all()
    assert others and not any(f'"{entry.subject}"' in text for entry in others)
    assert "捐赠人" not in text and "giver" not in text and "13100" not in text


def changes(value):
    """Every value that differs from `value` in one place, deep down."""
    if isinstance(value, dict):
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
            yield from ({**value, key: other} for other in changes(value[key]))
    elif isinstance(value, list):
        for at in range(len(value)):
            yield value[:at] + value[at + 1:]
            yield from (value[:at] + [other] + value[at + 1:] for other in changes(value[at]))
        yield [*value, value[0] if value else ["x", 1, "y"]]
    elif isinstance(value, int):
        yield value + 1
        yield str(value)
    elif isinstance(value, str):
        yield value + "0"
        yield value[:-1] + ("0" if value[-1:] != "0" else "1")


def test_every_change_of_a_proof_is_noticed(receipt):
    document = proof.document(receipt)
    wrong = [found for found in changes(document) if not proof.fault(found, daily.published)]
    assert wrong == [] and len(list(changes(document))) > 60


JSON = some.recursive(some.none() | some.booleans() | some.integers() | some.text(max_size=5), lambda inner: some.lists(
    inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(some.sampled_from(sorted(proof.SHAPE)), JSON)
def test_whatever_stands_in_the_place_of_a_part_is_noticed(receipt, part, other):
    document = copy.deepcopy(proof.document(receipt))
    if document[part] != other:
        document[part] = other
        assert proof.fault(document, daily.published)


def test_the_proof_of_one_receipt_proves_no_other(receipt):
    one, two = (proof.document(found) for found in db.session.scalars(select(Receipt).order_by(Receipt.id).limit(2)))
    for part in ("receipt", "entry", "index", "path"):
        assert proof.fault({**one, part: two[part]}, daily.published)


def test_a_receipt_that_was_changed_behind_our_back_is_broken(receipt):
    for change in ({"amount_fen": 12001}, {"title": "别的"}, {"organisation": "别的慈善会"}, {"credit_code": "x"},
                   {"number": "TW-2026-X"}):
        right = {name: getattr(receipt, name) for name in change}
        _change(receipt, change)
        assert proof.standing(receipt).state == "broken", change
        _change(receipt, right)
        assert proof.standing(receipt).state != "broken", change


def _change(receipt, values):
    db.session.execute(update(Receipt).where(Receipt.id == receipt.id).values(**values))
    db.session.expire_all()


def test_the_script_that_anybody_can_run_agrees(receipt, tmp_path):
    document, days = proof.document(receipt), [row.public for row in daily.everything()]
    assert run(tmp_path, document, days) == 0
    wrong = [found for found in list(changes(document))[::9] if run(tmp_path, found, days) == 0]
    assert wrong == []
    for at, key in ((0, "root"), (-1, "root"), (-1, "previous"), (-1, "head")):
        other = copy.deepcopy(days)
        other[at][key] = "0" * 64
        assert run(tmp_path, document, other) != 0, key


def run(folder, document, days) -> int:
    (folder / "proof.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "days.json").write_text(json.dumps({"days": days}), encoding="utf-8")
    return subprocess.run([sys.executable, "-I", str(SCRIPT), "proof.json", "days.json"], cwd=folder,
                          capture_output=True).returncode


def test_the_script_is_short_and_needs_nothing_else():
    code = [line for line in SCRIPT.read_text(encoding="utf-8").splitlines() if line and not line.startswith(("#", '"""'))]
    assert len(code) <= 25 and max(map(len, code)) <= 105
    assert code[:3] == ["import json", "import sys", "from hashlib import sha256"]
    assert not any("import" in line for line in code[3:])


def test_the_command_says_the_same(app, receipt, tmp_path):
    runner, file = app.test_cli_runner(), tmp_path / "proof.json"
    file.write_text(json.dumps(proof.document(receipt)), encoding="utf-8")
    done = runner.invoke(args=["proof", "check", str(file)])
    assert done.exit_code == 0 and receipt.number in done.output
    file.write_text(json.dumps({**proof.document(receipt), "index": 0}), encoding="utf-8")
    assert runner.invoke(args=["proof", "check", str(file)]).exit_code == 1
    file.write_text("no JSON", encoding="utf-8")
    assert runner.invoke(args=["proof", "check", str(file)]).exit_code == 1
