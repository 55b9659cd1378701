"""Fifty processes at one moment for the last batch: it is given once."""
import os
from multiprocessing import get_context

import pytest
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.market.stock import service
from marketplace.market.stock.models import Reservation
from marketplace.market.stock.rules import TooFewInStore
from tests import stock

PROCESSES = 50


def test_fifty_processes_reserve_the_same_last_batch_and_one_has_it(city, app, kind):
    if kind != "postgresql":
        pytest.skip("SQLite has one writer; threads race for it elsewhere")
    charity = city.organisation()
    here = stock.store(city, charity)
    batch = stock.batch(stock.keeper(city, charity), here, units=3)
    wanted = (batch.id, here.id)
    db.session.remove()
    db.engine.dispose()  # no child has its parent's connection
    fork = get_context("fork")
    start, answers = fork.Event(), fork.SimpleQueue()
    children = [fork.Process(target=reserve_all, args=(app, *wanted, start, answers)) for _n in range(PROCESSES)]
    for child in children:
        child.start()
    start.set()
    said = sorted(answers.get() for _child in children)
    for child in children:
        child.join(30)
    assert said == ["had"] + ["too few"] * (PROCESSES - 1)
    assert db.session.scalar(select(func.count()).select_from(Reservation)) == 1
    assert service.verify().wrong == []


def reserve_all(app, batch_id: int, store_id: int, start, answers) -> None:
    """One process: wait for the others, then ask for all of it."""
    try:
        with app.app_context():
            db.session.connection()
            db.session.rollback()
            start.wait(30)
            service.reserve(batch_id, store_id, 3, f"process:{os.getpid()}")
        answers.put("had")
    except TooFewInStore:
        answers.put("too few")
    except BaseException as broken:
        answers.put(repr(broken))
    finally:
        os._exit(0)
