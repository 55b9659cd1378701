"""Lists and numbers that rest on a screening: filters in the address, words for what was found."""
from flask import request

from marketplace.assistance.policies.queries import lists, scope
from marketplace.assistance.policies.queries.scope import Seen, Wanted
from marketplace.assistance.policies.words import Voice
from marketplace.catalogue.model import Policy
from marketplace.core import places
from marketplace.web import words
from marketplace.web.locale import lang
from marketplace.web.numbers import whole

MOST = 5000  # rows of a file


def wanted(user, seen: Seen | None, finest: int = places.VILLAGE) -> Wanted:
    """The filters in the address; what makes no sense there, or lies outside the user's area, narrows nothing."""
    area, policy, kind = (request.args.get(name, "") for name in ("area", "policy", "kind"))
    inside = places.known(area) and area.startswith(user.area_code) and len(area) <= finest
    known = seen is not None and policy in {one.id for one in lists.nameable(seen.catalogue)}
    return Wanted(area=area if inside else "", policy=policy if known else "",
                  kind=kind if kind in words.BENEFIT_KINDS else "")


def within() -> int:
    """The wanted distance, per mille."""
    asked = request.args.get("within", 0, whole)
    return asked if asked in lists.WITHIN else lists.WITHIN[-1]


def areas(user, area: str, finest: int = places.VILLAGE) -> list[str]:
    """The places to choose from: the way down to where one is, then those directly below. Without the user's own."""
    own = user.area_code or places.CITY
    here = area or own
    way = [here[:digits] for digits in (places.COUNTY, places.TOWN, places.VILLAGE) if len(own) < digits <= len(here)]
    return [*way, *(code for code in places.children(here) if len(code) <= finest)]


def seen() -> Seen | None:
    """The run that everybody sees; None before the first."""
    return scope.seen()


def voice(found: Seen) -> Voice:
    """Speaks of the run's catalogue in the reader's language."""
    return Voice(found.catalogue, lang())


def offered(found: Seen | None) -> list[tuple[str, str]]:
    """The policies to choose from, with their names."""
    if found is None:
        return []
    speaker = voice(found)
    return [(policy.id, speaker.name(policy)) for policy in lists.nameable(found.catalogue)]


def named(speaker: Voice, policy: Policy | None) -> str:
    """The name of a policy, or that it is for one member alone to know."""
    return speaker.name(policy) if policy else str(words.FOR_ONE_ALONE)
