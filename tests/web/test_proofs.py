"""The pages of the public proof: what they list is what was published, in every form."""
import csv
import io
import json
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from marketplace.core import audit, clock, proof
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.money.receipts.models import Receipt

OCTOBER = datetime(2026, 10, 30, 9, tzinfo=clock.CITY)


@pytest.fixture
def published(city, hold):
    """Four days over the turn of a month, with a gift on the third."""
    for day in range(4):
        with hold(OCTOBER + timedelta(days=day)):
            with transaction():
                audit.record(day, "wish.publish", f"wish:{day}")
            if day == 2:
                city.promise(city.need(kind="money", wanted=20000), 20000)
    with hold(OCTOBER + timedelta(days=4)):
        assert proof.publish() == 4
    return [row.public for row in proof.everything()]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_days_of_a_month_newest_first(published, browser, lang):
    page = browser.page(f"/transparency/proof?lang={lang}")
    shown = [row for row in published if row["root"] in page.text]
    assert [row["day"] for row in shown] == ["2026-11-01", "2026-11-02"]
    assert page.text.index(published[3]["root"]) < page.text.index(published[2]["root"])
    before = browser.page(f"/transparency/proof?month=2026-10&lang={lang}")
    assert published[0]["root"] in before.text and published[2]["root"] not in before.text
    assert "sha256" in page.text and "python3 check.py" in page.text


def test_other_months_are_empty(published, browser):
    months = ("2020-01", "nonsense", "2026-13", "0000-00", "9999-12", "0001-01")
    assert [month for month in months
            if published[3]["root"] in browser.page(f"/transparency/proof?month={month}").text] == []


def test_a_city_without_a_day_says_so(city, browser):
    assert "Nothing was published" in browser.page("/transparency/proof?lang=en").text
    assert json.loads(browser.get("/transparency/proof.json").data) == {"days": []}


def test_a_day_and_its_neighbours(published, browser):
    page = browser.page("/transparency/proof/2026-10-31?lang=en")
    for name in ("root", "head", "previous", "digest"):
        assert published[1][name] in page.text
    assert "30 October 2026" in page.text and "1 November 2026" in page.text
    for path in ("2026-10-29", "2026-13-01", "not-a-day!", "20261031"):
        assert browser.get(f"/transparency/proof/{path}").status_code == 404
        assert browser.get(f"/transparency/proof/{path}.json").status_code == 404


def test_every_form_says_the_same(published, browser):
    assert json.loads(browser.get("/transparency/proof.json").data)["days"] == published
    table = list(csv.DictReader(io.StringIO(browser.get("/transparency/proof.csv").data.decode("utf-8-sig"))))
    assert [{**row, "entries": int(row["entries"]), "position": int(row["position"])} for row in table] == published
    for row in published:
        assert json.loads(browser.get(f"/transparency/proof/{row['day']}.json").data) == row


def test_what_is_downloaded_is_enough_to_check_a_receipt(published, browser, tmp_path):
    number = db.session.scalars(select(Receipt.number)).one()
    for name, path in (("check.py", "/transparency/proof/check.py"), ("days.json", "/transparency/proof.json"),
                       ("proof.json", f"/receipts/{number}/proof.json")):
        (tmp_path / name).write_bytes(browser.get(path).data)
    done = subprocess.run([sys.executable, "-I", "check.py", "proof.json", "days.json"], cwd=tmp_path, capture_output=True,
                          text=True)
    assert done.returncode == 0 and done.stdout == f"yes: {number} is in the proof of 2026-11-01\n"


def test_the_command_finds_what_was_changed(published, app, kind):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET reason = 'x' WHERE position = 2")
        connection.exec_driver_sql("UPDATE audit_entry SET position = NULL, digest = NULL")
        connection.exec_driver_sql("DELETE FROM audit_head")
    done = runner.invoke(args=["audit", "verify"])
    assert done.exit_code == 1 and "the published proof of" in done.output
