"""Needs that came before are found on the list of goods; in a city that lived before, the database keeps the movements."""
import pytest
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from marketplace.extensions import db
from marketplace.market.stock import service
from marketplace.market.wishes import goods
from tests.migrations import before

NOW = "2026-11-20 08:00:00+00:00"


@pytest.fixture
def old(app, city, kind, tmp_path, request):
    with before.city_of("0002", app, kind, tmp_path, request):
        upgrade(revision="0011")
        yield


def run(*statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def place(name: str, outside: bool = False) -> str:
    return ("INSERT INTO holding (batch_id, place, store_id, units, reserved, outside) VALUES "
            f"(1, '{name}', {1 if name == 'store:1' else 0}, 0, 0, {'true' if outside else 'false'})")


def moved(units: int, to: str = "store:1", by: str = "purchase:1") -> str:
    return ("INSERT INTO movement (batch_id, from_place, to_place, units, cause, reason, by_id, at) VALUES "
            f"(1, '{by}', '{to}', {units}, 'take_in', '', 1, '{NOW}')")


def test_needs_are_found_on_the_list_and_movements_are_kept(old):
    run("UPDATE need SET item = '加厚棉被', category = 'bedding' WHERE id = (SELECT MIN(id) FROM need WHERE kind = 'goods')",
        "UPDATE need SET item = '一只猫' WHERE id = (SELECT MAX(id) FROM need WHERE kind = 'goods')")
    columns = {"need": ["id", "wish_id", "item", "wanted", "pledged", "received"]}
    known = before.rows(db.engine, columns)
    upgrade()
    assert before.rows(db.engine, columns) == known
    with db.engine.connect() as connection:
        needs = connection.execute(text("SELECT kind, item, category, item_code, size, divisible FROM need")).all()
    codes = {need.item: need.item_code for need in needs}
    assert (codes["加厚棉被"], codes["一只猫"]) == ("quilt", "")
    for need in needs:
        assert need.item_code == (goods.guess(need.item, need.category) if need.kind == "goods" else "")
        assert need.size == "" and not need.divisible
    run("INSERT INTO batch (id, ref, organisation_id, item_code, size, condition, price_fen, source, note, received_at) "
        f"VALUES (1, 'AAAA2222', 1, 'rice', '', 'new', 100, 'purchase:1', '', '{NOW}')",
        place("purchase:1", True), place("store:1"), moved(5))
    assert service.verify().wrong == [] and service.verify().movements == 1
    for wrong in ("UPDATE movement SET units = 9", "DELETE FROM movement", moved(1, "nowhere"),
                  moved(6, "purchase:1", "store:1"), "UPDATE holding SET reserved = 6 WHERE place = 'store:1'",
                  "UPDATE batch SET condition = 'lovely'"):
        with pytest.raises(DatabaseError):
            run(wrong)
    assert service.verify().wrong == []
