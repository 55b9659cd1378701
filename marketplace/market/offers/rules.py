"""Pure decisions about an offer."""
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.core import places
from marketplace.core.errors import Invalid, Refused
from marketplace.market.stock.rules import check_size
from marketplace.market.wishes import goods
from marketplace.market.wishes.rules import check_anonymous, check_words
from marketplace.network.registry.eligibility import AGE_BANDS

LONGEST = timedelta(days=366)
COMES_LATE = timedelta(days=60)  # what was accepted is still taken in so long after its last day
MOST_UNITS = 100_000
LEAST_FEN, MOST_FEN = 400, 100_000_000
MOST_HOURS = 8
WORDS_MOST = 500
NAME_MOST = 60


class TooFewOffered(Refused):
    """Fewer units of the offer are left than were asked for."""

    def __init__(self, asked: int, left: int):
        super().__init__(asked, left)
        self.asked, self.left = asked, left


class GivenElsewhere(Refused):
    """Whoever gave it wants it to go to another area or another age."""


class NotOpen(Refused):
    """The offer is not accepted, or over."""


class OtherUnits(Refused):
    """The need counts hours and the offer visits, or the other way round."""


@dataclass(frozen=True)
class OfferDraft:
    """What somebody offers to a charity. `units` are things, visits (hours where its needs are counted in hours), or fen;
    `hours` is how long one visit is.

    `weekdays` holds the days of a service, 1 for Monday; `condition` is "new" or "good" for goods; `to_store` says that
    things go to the charity's store first, and not from the giver to the stations one by one.
    """

    organisation_id: int
    kind: str
    category: str
    units: int
    ends_on: date
    item_code: str = ""
    size: str = ""
    condition: str = "new"
    hours: int = 0
    weekdays: tuple[int, ...] = ()
    words: str = ""
    area_code: str = places.CITY
    age_bands: tuple[str, ...] = ()
    asks_giver: bool = False
    to_store: bool = True


@dataclass(frozen=True)
class Reach:
    """Who offers, for those without an account, and how to reach them."""

    name: str = ""
    phone: str = ""
    mail: str = ""


def check(draft: OfferDraft, today: date) -> None:
    """Raises Invalid for what cannot be offered; `prohibited` names the kind."""
    category = goods.categories().get(draft.category)
    if category is None or category.kind != draft.kind:
        raise Invalid("category", "unknown")
    {"goods": _check_goods, "service": _check_service, "money": _check_money}[draft.kind](draft)
    if not today <= draft.ends_on <= today + LONGEST:
        raise Invalid("ends_on", "offer_days")
    if not (places.known(draft.area_code) and draft.area_code.startswith(places.CITY)):
        raise Invalid("area_code", "empty")
    if set(draft.age_bands) - set(AGE_BANDS):
        raise Invalid("age_bands", "unknown")
    if len(draft.words) > WORDS_MOST:
        raise Invalid("words", "too_long", most=WORDS_MOST)
    check_words("words", draft.words, goods.prohibited())
    check_anonymous("words", draft.words, ())


def _check_goods(draft: OfferDraft) -> None:
    item = goods.items().get(draft.item_code)
    if item is None or item.category != draft.category:
        raise Invalid("item_code", "unknown_item")
    check_size(item, draft.size)
    if draft.condition not in ("new", "good"):
        raise Invalid("condition", "offer_condition")
    if item.electrical and draft.condition != "new":
        raise Invalid("condition", "used_electrical")
    if not 0 < draft.units <= MOST_UNITS:
        raise Invalid("units", "units_between", most=MOST_UNITS)


def _check_service(draft: OfferDraft) -> None:
    if not 0 < draft.units <= MOST_UNITS:
        raise Invalid("units", "units_between", most=MOST_UNITS)
    if not 1 <= draft.hours <= MOST_HOURS:
        raise Invalid("hours", "units_between", most=MOST_HOURS)
    if not draft.weekdays or set(draft.weekdays) - set(range(1, 8)):
        raise Invalid("weekdays", "empty")


def _check_money(draft: OfferDraft) -> None:
    if not LEAST_FEN <= draft.units <= MOST_FEN:
        raise Invalid("units", "fen_between", least_fen=LEAST_FEN, most_fen=MOST_FEN)
