"""Two who match the same at one moment, each with a connection of their own."""
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.market.matching import engine, service
from marketplace.market.matching.models import Proposal
from marketplace.people.accounts.models import User
from tests import stock


def test_who_presses_twice_finds_the_same_twice(city, app, monkeypatch):
    charity, worker = city.organisation(), city.person("social_worker")
    keeper, store = stock.keeper(city, charity), stock.store(city, charity)
    for _n in range(3):
        city.need(charity=charity, worker=worker)
    stock.batch(keeper, store, units=4)
    numbers, both, match = (charity.id, keeper.id), Barrier(2), engine.match

    def matched(*args, **more):
        found = match(*args, **more)
        both.wait(20)
        return found

    def press(_n):
        with app.app_context():
            try:
                return service.run(numbers[0], by=db.session.get_one(User, numbers[1])).kept
            finally:
                db.session.remove()

    db.session.remove()
    monkeypatch.setattr(engine, "match", matched)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == [0, 3]
    assert sorted(db.session.scalars(select(Proposal.state))) == ["proposed"] * 3
