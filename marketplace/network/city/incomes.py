"""What those on record live on: what their record says, but for a few whose lives have moved on."""
import numpy as np

from marketplace.catalogue.catalogue import built_in
from marketplace.network.city.draw import Draw
from marketplace.network.city.homes import Block
from marketplace.network.city.households import CATEGORIES

BANDS = {"dibao": (0.2, 0.95), "marginal": (1.2, 1.45), "rigid": (1.8, 1.95)}  # of the subsistence standard, for each head
BURDEN = 0.82  # of a year's income, what those "rigid" pay at least for treatment and a plain life
MOVED_ON = 0.04  # of those on record, the share whose income is not looked at
SCALED = ("wage_month", "business_month", "property_month", "support_month")
OTHER = ("pension_other_month", "unemployment_month", "other_transfer_month")
HERE = ("coresident", "student_away")


def fit(part: Block, home: dict[str, np.ndarray], category: np.ndarray, found: dict[str, np.ndarray], draw: Draw) -> None:
    """Bring the incomes of households on record, in place, to what is usual for their category (a code, below zero none)."""
    here = found["alive"] & np.isin(found["member_status"], HERE)
    size = np.maximum(1, _sum(part, here.astype(np.int64)))
    scaled = _sum(part, sum(np.maximum(found[name], 0) for name in SCALED) * here)
    fixed = _sum(part, sum(found[name] for name in OTHER) * here) + home["farm_income_year"] // 12
    wanted, fitted = _wanted(home, category, (scaled + fixed) // size, draw)
    goal = np.maximum(0, wanted * size - fixed)
    for name in SCALED:
        less = found[name] * (goal / np.maximum(1, scaled))[part.home] // 100 * 100
        found[name] = np.where((fitted & (scaled > goal))[part.home], less.astype(np.int64), found[name])
    heads = np.flatnonzero(np.diff(part.home, prepend=-1))
    more = np.where(fitted & (scaled < goal), goal - scaled, 0) // 100 * 100
    works = found["wage_month"][heads] > 0
    found["wage_month"][heads] += np.where(works, more, 0)
    found["support_month"][heads] += np.where(works, 0, more)
    rigid = fitted & (category == CATEGORIES.index("rigid"))
    paid = _sum(part, (found["medical_oop_12m"] - found["medical_aid_12m"]) * here)
    bills = ((BURDEN * wanted - _standards(home, draw)) * 12 * size).astype(np.int64) - paid
    found["medical_oop_12m"][heads] += np.where(rigid, np.maximum(0, bills), 0) // 100 * 100


def _sum(part: Block, values: np.ndarray) -> np.ndarray:
    return np.bincount(part.home, weights=values, minlength=len(part.kind)).astype(np.int64)


def _wanted(home: dict[str, np.ndarray], category: np.ndarray, now: np.ndarray, draw: Draw) -> tuple[np.ndarray, np.ndarray]:
    """Fen a month for each member, and the households that this concerns: those whose income lies outside their band."""
    bands = np.array([BANDS.get(name, (0, np.inf)) for name in CATEGORIES] + [(0, np.inf)])[category]
    low, high = bands[:, 0], bands[:, 1]
    standard = _standards(home, draw)
    fitted = np.isin(category, [CATEGORIES.index(name) for name in BANDS]) & draw.some(1 - MOVED_ON, len(category))
    fitted &= (now > high * standard) | (now < low * standard) & (category != CATEGORIES.index("dibao"))
    at = low + (np.where(fitted, high, low) - low) * draw.chance.random(len(category))
    return (at * standard).astype(np.int64), fitted


def _standards(home: dict[str, np.ndarray], draw: Draw) -> np.ndarray:
    """The subsistence standard of the outer counties, in fen a month."""
    catalogue = built_in()
    day = min(max(draw.as_of.astype(object), catalogue.first_day), catalogue.last_day)
    urban, rural = (catalogue.tables["dibao_std"].at(("B", kind), day) for kind in ("urban", "rural"))
    return np.where(home["residence_type"] == "urban", urban, rural)
