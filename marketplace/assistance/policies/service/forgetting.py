"""Old runs are forgotten, so that what is kept does not grow for ever."""
from datetime import timedelta

from sqlalchemy import delete, func, select

from marketplace.assistance.policies import results
from marketplace.assistance.policies.models import NearCount, PreviewCount, Screening, ScreeningCount
from marketplace.core import clock
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db

KEPT = timedelta(days=90)
AT_ONCE = 20_000


def forget() -> int:
    """Drop the runs asked for more than KEPT ago, with their numbers and with the results that ended before the oldest run
    that stays. The last two full runs stay, and whatever came after the first of them. Returns how many runs went.
    """
    oldest = _oldest()
    for model in results.MODELS:
        while _drop_some(model, oldest):
            pass
    with transaction():
        results.take_turn()
        for model in (ScreeningCount, NearCount, PreviewCount):
            changed(delete(model).where(model.screening_id < oldest))
        return changed(delete(Screening).where(Screening.id < oldest))


def _oldest() -> int:
    """The number of the first run that stays; 0 while there are no two full ones."""
    full = list(db.session.scalars(select(Screening.id).where(Screening.kind == "full", Screening.state == "done")
                                   .order_by(Screening.id.desc()).limit(2)))
    recent = db.session.scalar(select(func.min(Screening.id)).where(Screening.asked_at >= clock.now() - KEPT))
    return min(full[-1], recent or full[-1]) if len(full) == 2 else 0


def _drop_some(model, oldest: int) -> int:
    with transaction():
        ended = select(model.id).where(model.closed_by <= oldest).limit(AT_ONCE)
        return changed(delete(model).where(model.id.in_(ended)))
