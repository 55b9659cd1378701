"""What the registry knows of each household and person. Shares follow what such cities publish, roughly."""
import numpy as np

from marketplace.core import identity_number
from marketplace.network.city import homes
from marketplace.network.city.homes import RELATIONS, Block

NEVER = np.datetime64("NaT", "D")
STAGES = ((3, "none"), (6, "preschool"), (12, "primary"), (15, "junior"), (18, "senior_high"), (22, "undergraduate"))
DISABILITIES = ("vision", "hearing", "speech", "limb", "limb", "intellectual", "psychiatric", "multiple")
ILLNESSES = ("leukemia", "congenital_heart", "other_cancer", "uremia", "other_major")


def texts(codes: np.ndarray, names: tuple) -> np.ndarray:
    """Names by code; a code below zero is null."""
    found = np.array([*names, None], dtype=object)
    return found[codes]


def days_before(as_of: np.datetime64, years: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """A day on which somebody was born who is `years` old on `as_of`."""
    return as_of - (years.astype(np.int64) * 36525 // 100 + 1 + chance.integers(0, 364, len(years))).astype("timedelta64[D]")


def _hundreds(chance: np.random.Generator, low: int, high: int, count: int) -> np.ndarray:
    """Amounts of fen, in whole yuan."""
    return chance.integers(low // 100, high // 100 + 1, count) * 100


def people(part: Block, poor: np.ndarray, as_of: np.datetime64, chance: np.random.Generator) -> dict[str, np.ndarray]:
    """The columns of a person file for a block; `poor` says of each household whether it is on record."""
    count, age, need = len(part.age), part.age, poor[part.home]
    born = days_before(as_of, age, chance)
    disabled = chance.random(count) < np.where(need, 0.22, 0.035) * (1 + (age > 60))
    ill = chance.random(count) < np.where(need, 0.10, 0.008)
    adult, old = (age >= 18) & (age < 60), age >= 60
    works = adult & (chance.random(count) < np.where(need, 0.4, 0.85)) & ~ill
    wage = np.where(works, _hundreds(chance, 180_000, 650_000, count), 0)
    student = (age >= 3) & (age < 22) & (chance.random(count) < np.where(age < 16, 0.99, 0.6))
    stage = np.select([student & (age < most) for most, _name in STAGES], [name for _most, name in STAGES], "none")
    kind = np.where(disabled, chance.integers(0, len(DISABILITIES), count), -1)
    return {
        "birth_date": born, "sex": np.where(part.male, "M", "F"), "relation": texts(part.relation, RELATIONS),
        "member_status": np.where(student & (age >= 18), "student_away", "coresident"),
        "alive": np.ones(count, dtype=bool), "authorised": chance.random(count) < 0.95,
        "wage_month": np.where(need, wage * 2 // 5, wage),
        "pension_basic_month": np.where(old, _hundreds(chance, 15_000, 24_000, count), 0),
        "pension_other_month": np.where(old & ~need, _hundreds(chance, 0, 320_000, count), 0),
        "employment": np.select([works, old, student, adult], ["employed", "farming", "none", "unemployed"], "none"),
        "pension_scheme": np.select([works & ~need, age >= 18], ["employee", "resident"], "none"),
        "medical_scheme": np.where(works & ~need, "employee", "resident"), "referral_ok": np.ones(count, dtype=bool),
        "disability_type": texts(kind, DISABILITIES),
        "disability_grade": np.ma.masked_array(chance.integers(1, 5, count), ~disabled),
        "disability_cert_date": np.where(
            disabled, as_of - chance.integers(200, 4000, count).astype("timedelta64[D]"), NEVER),
        "self_care": texts(np.where(disabled | (age > 79), chance.choice(3, count, p=(0.6, 0.28, 0.12)), -1),
                           ("full", "partial", "none")),
        "device_need": disabled & (chance.random(count) < 0.4),
        "illness": texts(np.where(ill, chance.integers(0, len(ILLNESSES), count), -1), ILLNESSES),
        "illness_date": np.where(ill, as_of - chance.integers(30, 1500, count).astype("timedelta64[D]"), NEVER),
        "medical_oop_12m": np.where(ill, _hundreds(chance, 300_000, 6_000_000, count), _hundreds(chance, 0, 150_000, count)),
        "student_stage": stage, "is_boarder": student & (age >= 12) & (chance.random(count) < 0.4),
        "tuition_year": np.where(student & (age >= 18), _hundreds(chance, 400_000, 900_000, count), 0),
        "supporters_capable": chance.integers(1, 5, count), "father_status": _parent(part, age, chance),
        "mother_status": _parent(part, age, chance),
        "placement": np.full(count, "home"), "reg_person": _own_record(part, need, age, chance),
        "resident_id": _resident_ids(part, born),
    }


def _parent(part: Block, age: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    away = (part.kind[part.home] == homes.GRANDPARENT) & (age < 18) & (chance.random(len(age)) < 0.5)
    return np.where(away, "lost_contact", np.where((age > 60), "deceased", "present"))


def _own_record(part: Block, need: np.ndarray, age: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    child = need & (age < 18) & (part.kind[part.home] == homes.GRANDPARENT)
    drawn = chance.random(len(age))
    return texts(np.where(child & (drawn < 0.5), 0, np.where(child & (drawn < 0.6), 1, -1)), ("unattended", "orphan"))


def _resident_ids(part: Block, born: np.ndarray) -> np.ndarray:
    """Numbers in the form of GB 11643 under 371499, an area code that no place has; seldom the same twice."""
    order = np.arange(len(born)) + part.first_person
    days = np.char.replace(born.astype(str), "-", "")
    serial = order % 500 * 2 + part.male
    return np.array([_numbered(f"371499{day}{number:03}") for day, number in zip(days, serial)], dtype=object)


def _numbered(first17: str) -> str:
    return first17 + identity_number.check_character(first17)


def on_record(kind: np.ndarray, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Category and monitoring type of each household, as codes; below zero is none."""
    drawn, likely = chance.random(len(kind)), np.select(
        [kind == homes.SINGLE_ELDER, kind == homes.GRANDPARENT, kind == homes.SINGLE_PARENT, kind == homes.SINGLE_ADULT],
        [2.6, 3.0, 1.8, 1.0], 0.7)
    dibao, marginal, rigid = 0.034 * likely, 0.012 * likely, 0.004 * likely
    tekun = np.where(kind == homes.SINGLE_ELDER, 0.06, 0)
    edges = np.cumsum([tekun, dibao, marginal, rigid], axis=0)
    category = np.select([drawn < edge for edge in edges], [0, 1, 2, 3], -1)
    monitor = np.where((category < 0) & (chance.random(len(kind)) < 0.009), chance.integers(0, 3, len(kind)), -1)
    return category, monitor


def households(kind: np.ndarray, town: np.ndarray, as_of: np.datetime64,
               chance: np.random.Generator) -> dict[str, np.ndarray]:
    """The columns of a household file for a block; `town` are 9-digit codes."""
    count = len(kind)
    category, monitor = on_record(kind, chance)
    poor = (category >= 0) | (monitor >= 0)
    street = np.array([int(code[6:]) < 100 for code in town], dtype=bool)
    urban = chance.random(count) < np.where(street, 0.8, 0.15)
    since = as_of - chance.integers(60, 3000, count).astype("timedelta64[D]")
    verified = as_of - chance.integers(10, 700, count).astype("timedelta64[D]")
    return {
        "residence_type": np.where(urban, "urban", "rural"), "hukou_local": chance.random(count) < 0.96,
        "reg_category": texts(category, ("tekun", "dibao", "marginal", "rigid")),
        "reg_category_since": np.where(category >= 0, since, NEVER),
        "poverty_monitor": texts(monitor, ("unstable_exit", "marginal_risk", "sudden_hardship")),
        "former_poor": poor & (chance.random(count) < 0.3),
        "farm_income_year": np.where(urban, 0, _hundreds(chance, 100_000, 1_600_000, count)),
        "farm_subsidy_year": np.where(urban, 0, _hundreds(chance, 10_000, 120_000, count)),
        "housing_count": np.where(chance.random(count) < 0.05, 0, 1 + (~poor & (chance.random(count) < 0.15))),
        "housing_area": chance.integers(3_500, 16_000, count),
        "house_safety": texts(np.where(poor, chance.choice(4, count, p=(0.5, 0.35, 0.11, 0.04)), -1), ("A", "B", "C", "D")),
        "deposits": np.where(poor, _hundreds(chance, 0, 900_000, count), _hundreds(chance, 500_000, 20_000_000, count)),
        "vehicle_count": (~poor & (chance.random(count) < 0.5)).astype(np.int64),
        "vehicle_value": np.where(poor, 0, _hundreds(chance, 0, 9_000_000, count)),
        "electricity_kwh_month": chance.integers(20, 260, count),
        "heating_type": np.where(urban, "central", texts(chance.integers(0, 3, count), ("coal", "gas", "electric"))),
        "utilities_month": _hundreds(chance, 4_000, 40_000, count),
        "accessibility_done": np.zeros(count, dtype=bool),
        "verified_date": np.where(poor, verified, NEVER),
    }
