"""What the registry knows of each person. Shares follow what such cities publish, roughly."""
import numpy as np

from marketplace.network.city import health, homes, incomes
from marketplace.network.city.draw import Draw
from marketplace.network.city.homes import RELATIONS, Block

MARGINAL, TEKUN = 2, 0
ABSENT = ("lost_contact", "imprisoned", "severe_disabled", "serious_ill", "deceased", "missing")
JOBS = ("employed", "self_employed", "casual", "farming", "unemployed", "none")
STAGES = ((3, "none"), (6, "preschool"), (12, "primary"), (15, "junior"), (18, "senior_high"), (22, "undergraduate"))
FIRST_YEARS = (6, 12, 15, 18)


def days_before(as_of: np.datetime64, years: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """A day on which somebody was born who is `years` old on `as_of`."""
    return as_of - (years.astype(np.int64) * 36525 // 100 + 1 + chance.integers(0, 364, len(years))).astype("timedelta64[D]")


def facts(part: Block, home: dict[str, np.ndarray], poor: np.ndarray, category: np.ndarray,
          draw: Draw) -> dict[str, np.ndarray]:
    """The columns of a person file for a block, but for the keys; `poor` and `category` are those of the households."""
    household_category, need, category = category, poor[part.home], category[part.home]
    rural = (home["residence_type"] == "rural")[part.home]
    found = {
        "sex": np.array(["F", "M"], dtype=object)[part.male.astype(int)],
        "relation": np.array(RELATIONS, dtype=object)[part.relation],
        "authorised": (part.age < 18) | draw.some(0.95, len(part.age)),
        **health.disability(part, need, draw), **health.illness(part, need, category, draw),
        **_school(part, need, draw), **_parents(part, need, draw),
    }
    found |= _work(part, need, rural, found, draw)
    found |= _state(part, found, draw)
    incomes.fit(part, home, household_category, found, draw)
    return found | _honours(part, draw) | _own_record(part, category, found, draw)


def _school(part: Block, need: np.ndarray, draw: Draw) -> dict[str, np.ndarray]:
    age, count = part.age, len(part.age)
    student = (age >= 3) & (age < 22) & draw.some(np.where(age < 16, 0.99, 0.6), count)
    grown = student & (age >= 18)
    stage = np.full(count, "none", dtype=object)
    for most, name in reversed(STAGES):
        stage[student & (age < most)] = name
    stage[draw.few(stage == "senior_high", 0.38)] = "vocational"
    stage[draw.few(grown, 0.45)] = "junior_college"
    upper = (stage == "senior_high") | (stage == "vocational")
    return {
        "student_stage": stage, "is_boarder": draw.few(student & (age >= 12), 0.45),
        "is_first_year": student & np.isin(age, FIRST_YEARS),
        "tuition_year": draw.fen(grown, 4_000, 9_500) + draw.fen(upper, 800, 2_600)
        + draw.fen(stage == "preschool", 0, 5_000),
        "high_fee_school": draw.few(student & ~need, 0.006),
    }


def _parents(part: Block, need: np.ndarray, draw: Draw) -> dict[str, np.ndarray]:
    """How the parents are. Children at their grandparents' often have none who can look after them."""
    age, count, kind = part.age, len(part.age), part.kind[part.home]
    child = age < 18
    gone = ~child & draw.some(np.clip((age - 25) / 55, 0, 1), count)
    both = draw.few(child & (kind == homes.GRANDPARENT) & need, 0.6) | draw.few(child & (kind == homes.GRANDPARENT), 0.06)
    orphan = draw.few(both, 0.15)
    alone = child & (kind == homes.SINGLE_PARENT) & draw.some(0.35, count)
    mother_stays = (~part.male[_heads(part)])[part.home]
    found = {}
    for name, left in (("father_status", alone & mother_stays), ("mother_status", alone & ~mother_stays)):
        status = draw.one_of(both | left, ABSENT, (0.3, 0.12, 0.18, 0.08, 0.27, 0.05), "present")
        status[orphan | gone] = "deceased"
        found[name] = status
    return found


def _heads(part: Block) -> np.ndarray:
    """The row of each household's head."""
    return np.flatnonzero(np.diff(part.home, prepend=-1))


def _work(part: Block, need: np.ndarray, rural: np.ndarray, facts: dict, draw: Draw) -> dict[str, np.ndarray]:
    """Work and what it brings; pensions and what else comes in every month."""
    age, count = part.age, len(part.age)
    fit = (facts["illness"] == None) & (facts["student_stage"] == "none")  # noqa: E711  element by element
    adult, old = (age >= 18) & (age < 60), age >= 60
    job = np.full(count, "none", dtype=object)
    for among, shares in ((adult & fit & ~need, (0.56, 0.13, 0.12, 0.11, 0.03, 0.05)),
                          (adult & fit & need, (0.1, 0.03, 0.3, 0.22, 0.2, 0.15)),
                          (old & rural, (0.0, 0.01, 0.08, 0.5, 0.0, 0.41))):
        job[among] = draw.one_of(among, JOBS, shares)[among]
    pensioner = old & ~need & draw.some(np.where(rural, 0.08, 0.7), count)
    job[pensioner] = "retired"
    paid, own, jobless = job == "employed", job == "self_employed", job == "unemployed"
    casual = job == "casual"
    wage = draw.money(paid, 4_200, 0.4, 40_000) + draw.money(casual, 1_500, 0.5, 6_000)
    loss = draw.few(own, 0.04)
    return {
        "employment": job, "wage_month": np.where(need, wage * 3 // 5, wage),
        "business_month": draw.money(own & ~loss, 4_500, 0.7, 80_000) - draw.money(loss, 300, 0.6, 3_000),
        "property_month": draw.money(draw.few(adult & ~need, 0.08), 500, 0.8, 8_000),
        "support_month": draw.money(draw.few(old & need, 0.25), 150, 0.5, 600)
        + draw.money(draw.few(old & ~need & ~pensioner, 0.75), 550, 0.5, 3_000),
        "pension_basic_month": draw.fen(old & ~pensioner, 150, 240),
        "pension_other_month": draw.money(pensioner, 2_900, 0.3, 9_000) + draw.fen(old & ~pensioner, 0, 90),
        "unemployment_month": draw.fen(draw.few(jobless & ~need, 0.5), 1_200, 1_700),
        "other_transfer_month": draw.fen(draw.few(adult, 0.04), 20, 300),
        "employment_start": draw.ago(draw.few(paid, 0.8), 15, 4000),
        "unemployed_since": draw.ago(draw.few(jobless, 0.7), 20, 700), "union_member": draw.few(paid, 0.35),
        "pension_scheme": np.select([paid & ~need | pensioner, age >= 18], ["employee", "resident"], "none").astype(object),
        "medical_scheme": np.where(paid & ~need | pensioner, "employee", draw.one_of(
            draw.some(0.02, count), ("none",), other="resident")).astype(object),
        "training_days_12m": draw.whole(draw.few(jobless | casual, 0.1), 3, 30),
    }


def _state(part: Block, facts: dict, draw: Draw) -> dict[str, np.ndarray]:
    """Who lives with the household, and who has died and is still on its record."""
    age, count = part.age, len(part.age)
    status = draw.one_of((facts["student_stage"] != "none") & (age >= 18), ("student_away",), other="coresident")
    young = part.male & (age >= 18) & (age < 23) & (facts["student_stage"] == "none") & (part.relation != 0)
    status[draw.few(young, 0.06)] = "conscript"
    member = (age >= 20) & (age < 60) & (part.relation != 0)
    away = draw.few(member, 0.008)
    status[away] = draw.one_of(away, ("left", "imprisoned", "missing"), (0.7, 0.22, 0.08))[away]
    dead = draw.few((age >= 65) & (part.relation != 0), 0.004)
    return {"member_status": status, "alive": np.ones(count, dtype=bool) & ~dead, "death_date": draw.ago(dead, 1, 200)}


def _honours(part: Block, draw: Draw) -> dict[str, np.ndarray]:
    """Veterans, bereaved parents, people with a case at law; how many could support somebody."""
    age = part.age
    veteran = draw.few(part.male & (age >= 24), 0.035)
    bereaved = draw.few((age >= 50) & ~part.male, 0.002)
    return {
        "veteran_type": draw.one_of(veteran, ("retired_soldier", "disabled_soldier", "martyr_family"), (0.93, 0.05, 0.02)),
        "preferential_month": draw.fen(draw.few(veteran, 0.2), 300, 1_800),
        "only_child_status": draw.one_of(bereaved, ("deceased", "disabled"), (0.6, 0.4)),
        "legal_matter": draw.one_of(draw.few(age >= 18, 0.003), (
            "labour", "alimony", "injury", "pension_claim", "domestic_violence"), (0.35, 0.15, 0.25, 0.15, 0.1)),
    }


def _own_record(part: Block, category: np.ndarray, facts: dict, draw: Draw) -> dict[str, np.ndarray]:
    """A record of one's own: orphans and children nobody looks after, tekun, and the severely disabled of marginal homes.

    Not all who could have one do: some stay silent.
    """
    father, mother, child, count = facts["father_status"], facts["mother_status"], part.age < 18, len(part.age)
    orphan = child & (father == "deceased") & (mother == "deceased")
    unattended = child & (father != "present") & (mother != "present") & ~orphan
    severe = (facts["disability_grade"].filled(9) <= 2) & (category == MARGINAL) & ~child
    record, tekun = np.full(count, None, dtype=object), category == TEKUN
    for among, share, name in ((severe, 0.5, "single_dibao"), (tekun, 0.9, "tekun"), (unattended, 0.85, "unattended"),
                               (orphan, 0.93, "orphan")):
        record[draw.few(among, share)] = name
    supporters = draw.whole(~child & ~tekun, 0, 4) + 2 * child
    return {"reg_person": record, "supporters_capable": supporters,
            "placement": draw.one_of(draw.few(tekun | orphan, 0.14), ("institution",), other="home")}
