"""Many givers at one moment, each with a connection of their own."""
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from marketplace.extensions import db
from marketplace.market.pledges import service as pledges
from marketplace.market.wishes.models import Need
from marketplace.market.wishes.rules import TooFewLeft
from marketplace.people.accounts.models import Guest

GIVERS = 12


def race(app, need_id, units=1):
    start = Barrier(GIVERS)

    def give(_n):
        with app.app_context():
            try:
                need = db.session.get_one(Need, need_id)
                start.wait(20)
                pledges.reserve(need, units, by=Guest())
                return "won"
            except TooFewLeft as no:
                return f"left {no.left}"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(GIVERS) as pool:
        return list(pool.map(give, range(GIVERS)))


def test_of_many_givers_at_once_one_gets_the_last_unit_and_all_others_a_clear_answer(city, app):
    need_id = city.need().id
    db.session.remove()
    answers = race(app, need_id)
    assert sorted(answers) == ["left 0"] * (GIVERS - 1) + ["won"]
    assert db.session.get(Need, need_id).pledged == 1


def test_as_many_win_as_there_are_units(city, app):
    need_id = city.need(wanted=5, price_fen=1000).id
    db.session.remove()
    answers = race(app, need_id)
    assert answers.count("won") == 5 and db.session.get(Need, need_id).pledged == 5
