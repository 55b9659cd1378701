"""What the registry knows of each household. Shares follow what such cities publish, roughly."""
import numpy as np

from marketplace.network.city import homes
from marketplace.network.city.draw import Draw

CATEGORIES = ("tekun", "dibao", "marginal", "rigid")
MONITORED = ("unstable_exit", "marginal_risk", "sudden_hardship")
SILENT = 0.012  # as poor as those on record, and on none


def on_record(kind: np.ndarray, urban: np.ndarray, draw: Draw) -> tuple[np.ndarray, np.ndarray]:
    """Category and monitoring type of each household, as codes; below zero is none. Poverty follows who lives there."""
    drawn, likely = draw.chance.random(len(kind)), np.select(
        [kind == homes.SINGLE_ELDER, kind == homes.GRANDPARENT, kind == homes.SINGLE_PARENT, kind == homes.SINGLE_ADULT],
        [2.4, 3.0, 1.9, 1.1], 0.8) * np.where(urban, 0.6, 1.25)
    tekun = np.select([kind == homes.SINGLE_ELDER, kind == homes.SINGLE_ADULT], [0.07, 0.006], 0)
    edges = np.cumsum([tekun, 0.047 * likely, 0.018 * likely, 0.008 * likely], axis=0)
    category = np.select([drawn < edge for edge in edges], [0, 1, 2, 3], -1)
    monitored = draw.few((category < 0) & ~urban, 0.012)
    return category, np.where(monitored, draw.chance.integers(0, 3, len(kind)), -1)


def facts(kind: np.ndarray, street: np.ndarray, draw: Draw) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """The columns of a household file for a block, but for its keys; who is poor, on record or not; and the category.

    `street` says whose place is a subdistrict of a town.
    """
    count = len(kind)
    urban = draw.some(np.where(street, 0.82, 0.15), count)
    category, monitor = on_record(kind, urban, draw)
    kept = category >= 0
    poor = kept | (monitor >= 0) | draw.some(SILENT, count)
    found = {
        "residence_type": np.array(["rural", "urban"], dtype=object)[urban.astype(int)],
        "hukou_local": draw.some(np.where(poor, 0.995, 0.95), count),
        "reg_category": np.array([*CATEGORIES, None], dtype=object)[category],
        "reg_category_since": draw.ago(kept, 60, 3000),
        "poverty_monitor": np.array([*MONITORED, None], dtype=object)[monitor],
        "former_poor": draw.few(poor & ~urban, 0.3), "accessibility_done": draw.few(poor, 0.05),
        "verified_date": draw.ago(draw.few(poor, 0.9), 10, 420), "temp_aid_12m": draw.fen(draw.few(poor, 0.06), 500, 5_000),
    }
    found |= _exit(category, draw)
    return found | _housing(poor, urban, draw) | _means(poor, urban, draw) | _misfortune(draw, count), poor, category


def _exit(category: np.ndarray, draw: Draw) -> dict[str, np.ndarray]:
    leaving = draw.few(category == CATEGORIES.index("dibao"), 0.03)
    return {"gradual_exit_start": draw.ago(leaving, 10, 360), "last_dibao_amount": np.ma.masked_array(
        draw.fen(leaving, 150, 1_500), ~leaving)}


def _housing(poor: np.ndarray, urban: np.ndarray, draw: Draw) -> dict[str, np.ndarray]:
    count = len(poor)
    tenant = urban & draw.some(0.08, count)
    public = draw.few(tenant & poor, 0.4)
    heating = draw.one_of(~urban, ("coal", "gas", "electric"), (0.3, 0.5, 0.2), "central")
    return {
        "housing_count": np.where(tenant, 0, 1 + draw.few(~poor, 0.16)),
        "housing_area": np.where(tenant, 0, draw.chance.integers(3_500, 16_000, count)),
        "house_safety": draw.one_of(~urban & draw.some(np.where(poor, 0.6, 0.1), count), ("A", "B", "C", "D"),
                                    (0.5, 0.37, 0.1, 0.03)),
        "last_housing_aid_date": draw.ago(draw.few(poor & ~urban, 0.03), 60, 3000),
        "last_home_purchase_date": draw.ago(draw.few(~poor, 0.04), 20, 3000), "public_rental_tenant": public,
        "rent_month": np.where(public, draw.fen(public, 60, 250), draw.fen(tenant & ~public, 400, 1_500)),
        "heating_type": heating,
    }


def _means(poor: np.ndarray, urban: np.ndarray, draw: Draw) -> dict[str, np.ndarray]:
    count = len(poor)
    car, firm = draw.few(~poor, 0.5), draw.few(~poor, 0.07)
    exempt, tractor = draw.few(poor, 0.01), draw.few(~urban, 0.05)
    unknown, metered = draw.few(~poor, 0.12), draw.some(0.96, count)
    return {
        "farm_income_year": draw.fen(~urban & poor, 0, 4_000) + draw.money(~urban & ~poor, 14_000, 0.6, 150_000),
        "farm_subsidy_year": draw.fen(~urban, 60, 1_200), "nonres_property_count": draw.few(~poor, 0.03).astype(int),
        "vehicle_count": car.astype(int) + exempt, "vehicle_exempt_count": exempt.astype(int),
        "vehicle_value": draw.money(car, 45_000, 0.7, 600_000), "machinery_value": draw.money(tractor, 12_000, 0.7, 200_000),
        "deposits": np.ma.masked_array(
            draw.money(poor, 3_000, 1.0, 60_000) + draw.money(~poor, 70_000, 0.9, 3_000_000), unknown),
        "securities": np.ma.masked_array(draw.money(draw.few(~poor, 0.07), 25_000, 1.1, 2_000_000), unknown),
        "insurance_cash_value": np.ma.masked_array(draw.money(draw.few(~poor, 0.12), 15_000, 0.8, 500_000), unknown),
        "business_reg_count": firm.astype(int), "business_capital": draw.money(firm, 60_000, 1.0, 5_000_000),
        "business_employee_count": draw.whole(draw.few(firm, 0.3), 1, 8),
        "electricity_kwh_month": np.ma.masked_array(
            (draw.money(poor, 60, 0.45, 400) + draw.money(~poor, 130, 0.5, 1_500)) // 100, ~metered),
        "utilities_month": draw.money(poor, 90, 0.5, 600) + draw.money(~poor, 240, 0.5, 2_000),
    }


def _misfortune(draw: Draw, count: int) -> dict[str, np.ndarray]:
    struck, hurt = draw.some(0.004, count), draw.some(0.004, count)
    return {
        "disaster_date": draw.ago(struck, 3, 300), "disaster_loss": draw.money(struck, 8_000, 0.9, 300_000),
        "house_damage": draw.one_of(draw.few(struck, 0.5), ("collapsed", "severe", "minor"), (0.05, 0.25, 0.7)),
        "accident_oop_12m": draw.money(hurt, 12_000, 0.9, 400_000),
    }


