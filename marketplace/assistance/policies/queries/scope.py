"""What a list or a table of numbers is narrowed to."""
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select, true

from marketplace.assistance.policies.models import Screening, ShownScreening
from marketplace.catalogue.model import Catalogue
from marketplace.core import places
from marketplace.extensions import db
from marketplace.network.registry import rulebook
from marketplace.people.accounts.permissions import may

BELOW = {len(places.CITY): places.COUNTY, places.COUNTY: places.TOWN}


@dataclass(frozen=True)
class Wanted:
    """`area` is a division code, `policy` an id, `kind` a kind of benefit; what is empty narrows nothing."""

    area: str = ""
    policy: str = ""
    kind: str = ""

    def policies(self, catalogue: Catalogue) -> list[str] | None:
        """The ids of the wanted policies; None for all."""
        if not (self.policy or self.kind):
            return None
        return [p.id for p in catalogue.policies if self.policy in ("", p.id) and self.kind in ("", p.kind)]

    def holds(self, place, policy, catalogue: Catalogue) -> ColumnElement[bool]:
        """The condition on a column of places and one of policies."""
        wanted = self.policies(catalogue)
        return place.startswith(self.area, autoescape=True) & (true() if wanted is None else policy.in_(wanted))


@dataclass(frozen=True)
class Seen:
    """The run that everybody sees, and its catalogue."""

    run: Screening
    catalogue: Catalogue


def seen() -> Seen | None:
    """The run whose results stand; None before the first."""
    run = db.session.scalars(select(Screening).join(ShownScreening, ShownScreening.screening_id == Screening.id)).first()
    return Seen(run, rulebook.read(run.catalogue)) if run else None


def standing(model, run_id: int) -> ColumnElement[bool]:
    """The rows of a model that stood at a run."""
    return (model.opened_by <= run_id) & (model.closed_by > run_id)


def inside(place_code, area: str) -> ColumnElement[bool]:
    """The condition that a place lies in a wanted area; no area wanted is everywhere."""
    low, high = places.span(area)
    return (place_code >= low) & (place_code < high) if area else true()


def place(user, town_code, wanted: Wanted):
    """The place by which numbers are added up: those directly below the wanted area, or the user's own; at most towns."""
    area = max(wanted.area, user.area_code or places.CITY, key=len)
    return func.substr(town_code, 1, BELOW.get(len(area), places.TOWN))


def sees_households(user) -> bool:
    """Whether numbers need not be made coarse: somebody who may look at each of these households anyway."""
    return may(user, "household.read")
