"""What happens in the demo city and when: a story for each wish, planned before any of them is told.

The plan follows from the registry, a seed and its day alone, so that a filling that was stopped finds the same plan again.
"""
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from marketplace.core import clock
from marketplace.network.registry.eligibility import band
from marketplace.network.registry.loading import unpack
from marketplace.network.registry.models import Person

PROMISE = ("write", "submit", "publish", "promise")
DELIVER = (*PROMISE, "dispatch", "arrive", "hand_over")


@dataclass(frozen=True)
class End:
    """Where a story ends: its steps, its share among all, how many days ago its last step was, and how many it took."""

    name: str
    steps: tuple[str, ...]
    share: int
    ago: tuple[float, float]
    took: tuple[float, float]
    shown: bool = False  # still looking for givers on the public pages
    goods: bool = False  # of things alone


ENDS = (
    End("draft", ("write",), 2, (0, 3), (0, 0)),
    End("submitted", ("write", "submit"), 8, (0.1, 4), (0.02, 1)),
    End("returned", ("write", "submit", "give_back"), 2, (0.5, 6), (0.5, 3)),
    End("rejected", ("write", "submit", "refuse"), 2, (3, 40), (1, 3)),
    End("withdrawn", ("write", "submit", "publish", "withdraw"), 2, (3, 60), (4, 20)),
    End("published", ("write", "submit", "publish"), 40, (0.3, 75), (0.5, 4), shown=True),
    End("taken_back", (*PROMISE, "take_back"), 2, (1, 12), (6, 30), shown=True),
    End("partly", PROMISE, 7, (0.3, 9), (4, 35), shown=True),
    End("pledged", PROMISE, 7, (0.2, 8), (3, 25)),
    End("dispatched", DELIVER[:5], 5, (0.2, 5), (5, 25)),
    End("arrived", DELIVER[:6], 5, (0.1, 4), (6, 28)),
    End("handed_over", DELIVER, 4, (0.2, 5), (7, 30)),
    End("disputed", (*DELIVER, "dispute"), 1, (0.5, 4), (8, 30)),
    End("fulfilled", (*DELIVER, "confirm"), 6, (2, 120), (8, 30)),
    End("thanked", (*DELIVER, "confirm", "thank"), 10, (2, 140), (9, 35)),
    End("expired", ("write", "submit", "publish", "expire"), 2, (2, 25), (186, 187)),
    End("overdue", PROMISE, 1, (8, 12), (3, 12), goods=True),
    End("late_on_way", DELIVER[:5], 1, (6, 9), (5, 15), goods=True),
    End("late_at_station", DELIVER[:6], 1, (8, 12), (6, 20), goods=True),
    End("silent", DELIVER, 1, (11, 14), (7, 20), goods=True),
    End("not_at_home", (*DELIVER[:6], "miss"), 1, (0.2, 2), (6, 20), goods=True),
    End("lost", (*DELIVER[:5], "vanish"), 1, (0.5, 4), (5, 15), goods=True),
    End("came_back", (*DELIVER[:6], "come_back"), 1, (0.5, 4), (6, 20), goods=True),
    End("suspended", ("write", "submit", "publish", "lose"), 1, (1, 8), (15, 40)),
)
# how the first stories end: those at the desk of the demo's worker, so that there is something of everything to do
FIRST = ("submitted", "submitted", "published", "arrived", "pledged", "submitted", "thanked", "handed_over", "published",
         "dispatched", "returned", "submitted", "partly", "disputed", "arrived", "published", "fulfilled", "draft",
         "published", "thanked", "submitted", "published", "late_at_station", "silent", "not_at_home", "lost", "came_back",
         "late_on_way", "overdue", "suspended")
SPACES = {"write": 0, "submit": 0.05, "publish": 1, "expire": 90, "promise": 3, "hand_over": 0.5, "confirm": 0.5}
LONGEST = timedelta(days=260)  # before any story begins
SEASONS = {"winter": (10, 11, 12, 1, 2, 3), "spring": (2, 3, 4), "summer": (4, 5, 6, 7, 8)}


@dataclass(frozen=True)
class Planned:
    """One wish: whose, which, how far it comes, and the moment of each step."""

    number: int
    person: Person
    entry: dict
    end: End
    moments: tuple[datetime, ...]


def planned(people: Sequence[Person], entries: Sequence[dict], aliases: Sequence[str], begun: datetime) -> list[Planned]:
    """A story for each of `people`. Wishes fit age, sex and season; what looks for givers is seldom there twice."""
    chance = Random(2026)
    fresh, named = list(aliases), {end.name: end for end in ENDS}
    chance.shuffle(fresh)
    rest = [end for end in ENDS for _ in range(end.share)]
    chance.shuffle(rest)
    ends = [*(named[name] for name in FIRST), *rest * (len(people) // len(rest) + 1)]
    told, shown, found = Counter[str](), Counter[str](), []
    for n, person in enumerate(people):
        end = ends[n]
        moments = _moments(end, begun, chance)
        fitting = [e for e in entries if fits(e, person, end, moments[0])]
        entry = min(fitting, key=lambda e: (shown[e["item"]] if end.shown else 0, told[e["item"]], chance.random()))
        alias = fresh.pop() if told[entry["item"]] and fresh else entry["alias"]
        told[entry["item"]] += 1
        shown[entry["item"]] += end.shown
        found.append(Planned(n, person, {**entry, "alias": alias}, end, moments))
    return found


def fits(entry: dict, person: Person, end: End, moment: datetime) -> bool:
    """Whether a wish is natural for this person at that time, and can end so."""
    if band(person.birth_date, moment.astimezone(clock.CITY).date()) not in entry["ages"]:
        return False
    if end.goods and entry.get("kind", "goods") != "goods":
        return False
    if end.name == "taken_back" and entry.get("kind") == "money":
        return False  # paid is paid: only the charity gives it back
    if end.name == "partly" and not (entry.get("wanted", 1) > 1 or entry.get("kind") == "money"):
        return False
    if moment.astimezone(clock.CITY).month not in SEASONS.get(entry.get("season", ""), range(1, 13)):
        return False
    return entry.get("sex") in (None, unpack(person.facts.reveal())["sex"])


def _moments(end: End, begun: datetime, chance: Random) -> tuple[datetime, ...]:
    """When each step of a story happens: in their order, in waking hours mostly, the last before `begun`."""
    last = begun - timedelta(days=chance.uniform(*end.ago))
    took = chance.uniform(*end.took)
    spaces = [SPACES.get(step, 1.5) * chance.uniform(0.6, 1.4) for step in end.steps]
    total, passed, found = sum(spaces) or 1, 0.0, []
    for space in spaces:
        passed += space
        found.append(last - timedelta(days=took * (1 - passed / total)))
    return tuple(found)
