"""Disabilities, illnesses and what they cost."""
import numpy as np

from marketplace.network.city.draw import Draw
from marketplace.network.city.homes import Block

DISABILITIES = ("vision", "hearing", "speech", "limb", "intellectual", "psychiatric", "multiple")
DISABILITY_SHARES = (0.14, 0.16, 0.02, 0.42, 0.11, 0.1, 0.05)
GRADE_SHARES = (0.15, 0.25, 0.3, 0.3)
CARE = ("full", "partial", "none")
CHILD_ILLNESSES = ("leukemia", "congenital_heart", "other_major")
WOMEN_ILLNESSES = ("breast_cancer", "cervical_cancer", "other_cancer", "uremia", "other_major")
ILLNESSES = ("other_cancer", "uremia", "other_major")
RIGID = 3


def disability(part: Block, need: np.ndarray, draw: Draw) -> dict[str, np.ndarray]:
    """Certificates, and how far people can look after themselves; null where nobody has assessed it."""
    age, count = part.age, len(part.age)
    base = np.select([age < 18, age < 45, age < 60, age < 75], [0.012, 0.02, 0.035, 0.055], 0.085)
    disabled = draw.some(base * np.where(need, 4.5, 1), count)
    grade = np.zeros(count, dtype=np.int64)
    grade[disabled] = draw.chance.choice((1, 2, 3, 4), int(disabled.sum()), p=GRADE_SHARES)
    frail = (age > 79) & ~disabled & draw.some(0.35, count)
    needs_device = draw.few(disabled, 0.4)
    care = np.full(count, None, dtype=object)
    for among, shares in ((disabled & (grade == 1), (0.1, 0.4, 0.5)), (disabled & (grade == 2), (0.3, 0.6, 0.1)),
                          (disabled & (grade > 2), (0.8, 0.2, 0.0)), (frail, (0.35, 0.5, 0.15))):
        care[among] = draw.one_of(among, CARE, shares)[among]
    return {
        "disability_type": draw.one_of(disabled, DISABILITIES, DISABILITY_SHARES),
        "disability_grade": np.ma.masked_array(grade, ~disabled),
        "disability_cert_date": draw.ago(disabled, 20, 5000), "self_care": care, "device_need": needs_device,
        "last_device_date": draw.ago(draw.few(needs_device, 0.3), 200, 2500),
        "rehab_oop_12m": draw.money(draw.few(disabled, 0.15) | disabled & (age < 18), 3_000, 0.8, 40_000),
        "work_injury_care": draw.few(disabled & (age >= 25) & ~need, 0.01),
    }


def illness(part: Block, need: np.ndarray, category: np.ndarray, draw: Draw) -> dict[str, np.ndarray]:
    """Major illnesses, what treatment cost in a year, and what came back."""
    age, count = part.age, len(part.age)
    base = np.select([age < 18, age < 45, age < 65], [0.001, 0.003, 0.009], 0.016)
    ill = draw.some(base * np.select([category == RIGID, need], [25, 6], 1), count)
    woman = ill & ~part.male & (age >= 25)
    name = draw.one_of(ill, ILLNESSES)
    for among, names in ((ill & (age < 18), CHILD_ILLNESSES), (woman, WOMEN_ILLNESSES)):
        name[among] = draw.one_of(among, names)[among]
    cancer = woman & ((name == "breast_cancer") | (name == "cervical_cancer"))
    own = draw.money(ill, 16_000, 0.8, 400_000) + draw.money(~ill, 350, 1.0, 8_000) * (1 + (age > 60))
    aid = np.where(draw.few(ill & need, 0.7), own // 100 * draw.whole(ill, 20, 65), 0)
    return {
        "illness": name, "illness_date": draw.ago(ill, 10, 1500), "two_cancer_aided": draw.few(cancer, 0.3),
        "medical_oop_12m": own, "medical_selfpay_12m": draw.money(ill, 5_000, 0.8, 120_000), "medical_aid_12m": aid,
        "referral_ok": draw.some(0.93, count),
        "pregnant": draw.few(~part.male & (age > 20) & (age < 40) & ~ill, 0.02),
    }
