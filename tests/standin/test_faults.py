"""Webhooks that go wrong by chance, and how they are found again."""
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.standin.payer import open_session
from tests.standin.within import Shop, within


def spoiled(shop: Shop, many: int = 100, **chances: object) -> Counter:
    """How often each event was heard at once, after so many payments."""
    heard: Counter = Counter()
    shop.listen(lambda body, signature: heard.update([json.loads(body)["id"]]) or 200)
    shop.control("faults", **chances)
    for _ in range(many):
        shop.control("pay", session=open_session(shop.client).id)
    shop.settle()
    return heard


def test_each_event_meets_its_fate(shop: Shop) -> None:
    heard = spoiled(shop, duplicate=0.2, delay=0.1, drop=0.02, seconds=60)
    every = [event.id for event in shop.client.v1.events.list({"limit": 100}).auto_paging_iter()]
    assert len(every) == 400
    twice, missing = sum(heard[event] == 2 for event in every), [event for event in every if not heard[event]]
    assert 50 < twice < 100 and 20 < len(missing) < 80
    shop.control("clock", seconds=61)
    shop.settle()
    lost = [event for event in every if not heard[event]]
    assert 2 <= len(lost) <= 20 and set(lost) < set(missing)
    found = [event.id for event in shop.client.v1.events.list({"delivery_success": False, "limit": 100})]
    assert found == lost
    assert not set(lost) & {one.id for one in shop.client.v1.events.list({"delivery_success": True, "limit": 100})}


def test_the_same_seed_brings_the_same_trouble(tmp_path: Path) -> None:
    counts = []
    for name, seed in (("a", "7"), ("b", "7"), ("c", "8")):
        (tmp_path / name).mkdir()
        with within(tmp_path / name) as shop:
            spoiled(shop, 30, duplicate=0.3, drop=0.2, seed=seed)
            with shop.store.read() as tx:
                counts.append([row["state"] for row in tx.db.execute("SELECT state FROM delivery ORDER BY id")])
    assert counts[0] == counts[1] != counts[2]


def test_trouble_can_be_ended_and_aimed(shop: Shop) -> None:
    heard = spoiled(shop, 5, drop=1, match="checkout.*")
    assert len(heard) == 15
    assert spoiled(shop, 5).total() == 20
    assert shop.control("waiting") == {"waiting": 0, "held": 0, "dropped": 5}


@pytest.mark.parametrize("wrong", ["2", "-0.1", "x", "0.1.1"])
def test_a_chance_is_a_number_from_0_to_1(shop: Shop, wrong: str) -> None:
    with pytest.raises(AssertionError, match="from 0 to 1"):
        shop.control("faults", drop=wrong)


def test_a_fault_that_was_asked_for_comes_first(shop: Shop) -> None:
    shop.control("fault", target="webhook", kind="reorder", times=4)
    types: list[str] = []
    shop.listen(lambda body, signature: types.append(json.loads(body)["type"]) or 200)
    shop.control("pay", session=open_session(shop.client).id)
    shop.control("clock", seconds=1)
    shop.settle()
    assert types == ["checkout.session.completed", "payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]
