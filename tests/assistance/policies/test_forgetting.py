"""Old runs go, with what only they knew; what stands stays."""
from datetime import timedelta

from sqlalchemy import func, select

from marketplace.assistance.policies import service
from marketplace.assistance.policies.models import Screening, ScreeningCount
from marketplace.assistance.policies.service import forgetting
from marketplace.core import clock
from marketplace.extensions import db
from tests.assistance.policies.town import MODELS, Registry, screen, standing


def lived(city) -> list[int]:
    """Four full runs, a month apart, each after changes; the last one today."""
    registry, found = Registry(city, "forgotten", 6), []
    for days in (120, 100, 30, 0):
        with clock.at(clock.now() - timedelta(days=days)):
            for home in registry.homes.values():
                home["deposits"] = registry.draw.random.choice((0, 9_000_000_000))
            registry.load()
            city.settle()
            found.append(screen(city).id)
    return found


def test_what_is_older_than_is_kept_goes_and_what_stands_stays(city, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 3)
    runs = lived(city)
    before = {(model, run): standing(model, run) for model in MODELS for run in runs[2:]}
    old = [run for run in db.session.scalars(select(Screening.id)) if run < runs[1]]
    assert service.forget() >= len(old) > 0
    kept = list(db.session.scalars(select(Screening.id).order_by(Screening.id)))
    assert not set(kept) & {runs[0], runs[1]} and set(runs[2:]) <= set(kept)
    assert {(model, run): standing(model, run) for model in MODELS for run in runs[2:]} == before
    for model in MODELS:
        assert not db.session.scalar(select(func.count()).select_from(model).where(model.closed_by <= kept[0]))
    assert set(db.session.scalars(select(ScreeningCount.screening_id))) <= set(kept)
    assert service.forget() == 0


def test_the_last_two_full_runs_stay_however_old(city):
    runs = lived(city)
    with clock.at(clock.now() + timedelta(days=1000)):
        service.forget()
    assert set(runs[2:]) <= set(db.session.scalars(select(Screening.id)))


def test_with_less_than_two_full_runs_all_stays(city):
    Registry(city, "first run", 2)
    run = screen(city)
    with clock.at(clock.now() + timedelta(days=1000)):
        assert service.forget() == 0
    assert db.session.get_one(Screening, run.id)
