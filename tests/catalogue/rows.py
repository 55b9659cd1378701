"""Invented households at the edges of the rules: a seed gives the same rows again.

Each household has a mood, the share of its facts that are calm (an ordinary poor family). The others are drawn wild:
any value of an enum, nulls, money at and beside every parameter in force, dates at and beside the dates that count.
Stories draw together what a policy asks for together. Some households are then aimed: one amount is set so that a sum
lies on a line, or one beside it.
"""
import calendar
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.catalogue.oracle import TEXT, WEIGHTS, Oracle, load, rows_of

MOST = 10_000_000_000
EXTREMES = (date.min, date.max, date.max - timedelta(1), date(1900, 1, 1), date(1899, 12, 31), date(2000, 2, 29))
CALM: dict[str, Any] = {
    "hukou_local": True, "housing_count": 1, "housing_area": 5000, "former_poor": False, "public_rental_tenant": False,
    "accessibility_done": False, "member_status": "coresident", "alive": True, "authorised": True, "pregnant": False,
    "employment": "none", "pension_scheme": "resident", "medical_scheme": "resident", "student_stage": "none",
    "high_fee_school": False, "father_status": "present", "mother_status": "present", "placement": "home",
    "supporters_capable": 1, "referral_ok": True, "work_injury_care": False, "two_cancer_aided": False}
AGES = (0, 3, 4, 6, 7, 9, 10, 14, 15, 16, 17, 18, 40, 49, 50, 55, 60, 70, 80, 90, 100)
DAYS = (0, 0, 1, 29, 30, 31, 90, 91, 180, 181, 364, 365, 366, 999)
MONTHS = (0, 1, 2, 3, 4, 6, 8, 11, 12, 13, 35, 36, 59, 60)
STORIES = {  # level -> lowest and highest age, facts that are drawn and not null
    "household": [
        (0, 0, ("reg_category", "reg_category_since", "gradual_exit_start", "last_dibao_amount")),
        (0, 0, ("reg_category", "reg_category_since", "verified_date", "utilities_month")),
        (0, 0, ("poverty_monitor",)), (0, 0, ("former_poor", "poverty_monitor")), (0, 0, ("verified_date",)),
        (0, 0, ("house_safety", "last_housing_aid_date", "housing_count", "former_poor")),
        (0, 0, ("disaster_date", "disaster_loss", "house_damage", "housing_count")),
        (0, 0, ("accident_oop_12m", "temp_aid_12m")), (0, 0, ("electricity_kwh_month", "heating_type")),
        (0, 0, ("vehicle_count", "vehicle_exempt_count", "vehicle_value")), (0, 0, ("machinery_value",)),
        (0, 0, ("business_reg_count", "business_capital", "business_employee_count")),
        (0, 0, ("nonres_property_count", "last_home_purchase_date"))],
    "person": [
        (0, 18, ("father_status", "mother_status", "placement", "reg_person")),
        (3, 6, ("disability_type", "disability_grade", "rehab_oop_12m")),
        (3, 25, ("student_stage", "is_boarder", "is_first_year", "tuition_year")),
        (3, 25, ("student_stage", "is_first_year", "tuition_year", "disability_type", "disability_grade")),
        (0, 100, ("disability_type", "disability_grade", "disability_cert_date", "self_care", "employment")),
        (0, 100, ("disability_type", "disability_grade", "device_need", "last_device_date")),
        (60, 105, ("self_care", "supporters_capable")), (55, 105, ("wage_month", "employment", "supporters_capable")),
        (60, 105, ("disability_type", "disability_grade", "self_care")), (40, 80, ("only_child_status",)),
        (0, 15, ("illness", "illness_date", "medical_oop_12m")), (16, 60, ("illness", "illness_date", "two_cancer_aided")),
        (0, 90, ("medical_oop_12m", "medical_selfpay_12m", "medical_aid_12m", "referral_ok")), (16, 45, ("pregnant",)),
        (16, 62, ("wage_month", "employment", "union_member", "employment_start")), (16, 62, ("wage_month", "union_member")),
        (16, 62, ("unemployed_since", "employment", "training_days_12m")), (0, 90, ("legal_matter", "member_status")),
        (0, 90, ("death_date", "reg_person", "alive")), (18, 90, ("veteran_type", "preferential_month")),
        (0, 90, ("member_status", "reg_person")), (16, 60, ("pension_scheme", "medical_scheme"))]}
CHANGES = {
    "household": [("deposits", "securities"), ("vehicle_count", "housing_count"), ("nonres_property_count",),
                  ("business_reg_count",), ("farm_income_year",)],
    "person": [("father_status", "mother_status"), ("employment",), ("employment", "wage_month"), ("member_status",),
               ("property_month",), ("wage_month", "support_month", "property_month"), ("medical_oop_12m",)]}
SEEN = ("std", "std_urban", "unit_n", "counted_n", "income_month", "rigid_deduct", "rigid_members", "gross_year",
        "rigid_exp_year", "disposable")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def later(day: date, months: int) -> date:
    """The same day of the month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def check(digits: str) -> str:
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS)) % 11]


class Draw:
    """A seeded hand that draws rows for one day of evaluation."""

    def __init__(self, seed: int | str, as_of: date, text: str = TEXT):
        self.random, self.as_of, catalogue = Random(f"{seed} {as_of}"), as_of, load(text)
        self.schema = catalogue["schema"]
        force = [row for table in catalogue["parameters"].values() for row in table["rows"] if row[0] <= str(as_of)]
        self.values = sorted({row[-2] for row in force})
        self.percents = [value for value in self.values if 0 < value <= 300]
        latest = {tuple(row[1:-2]): row[-2] for row in catalogue["parameters"]["dibao_std"]["rows"] if row in force}
        self.standards, self.oracle = sorted(set(latest.values())), Oracle(text, as_of)

    # ---- single values

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def beside(self, value: int) -> int:
        return value + self.random.choice((-1, 0, 0, 1))

    def money(self, low: int) -> int:
        pick, std = self.random.choice, self.random.choice(self.standards)
        drawn = pick((
            lambda: 0, lambda: pick(self.values), lambda: self.beside(pick(self.values)),
            lambda: self.beside(pick(self.values) * pick((2, 3, 6, 10, 12, 24))),
            lambda: self.beside(std * pick((1, 2, 3, 6, 12, 24))), lambda: self.beside(std * pick(self.percents) // 100),
            lambda: self.random.randrange(3 * std), lambda: self.random.randrange(40 * std),
            lambda: MOST if self.chance(0.1) else 0))()
        return -drawn if low and self.chance(0.4) else min(max(drawn, low), MOST)

    def day(self) -> date:
        """A day at or beside one that counts, most often before the day of evaluation."""
        if self.chance(0.04):
            return self.random.choice(EXTREMES)
        back = 1 if self.chance(0.15) else -1
        if self.chance(0.3):
            return self.as_of + timedelta(back * self.random.choice(DAYS))
        near = later(self.as_of, back * self.random.choice(MONTHS))
        if self.chance(0.15):
            return near.replace(day=calendar.monthrange(near.year, near.month)[1])
        return near + timedelta(self.random.choice((-1, 0, 0, 1)))

    def birth(self, low: int = 0, high: int = 105) -> date:
        if self.chance(0.03):
            return self.random.choice(EXTREMES)
        if self.chance(0.04):
            return date(4 * self.random.randrange(479, 507), 2, 29)
        if self.chance(0.3):
            birthday = later(self.as_of, -12 * self.random.choice([age for age in AGES if low <= age <= high]))
            return birthday + timedelta(self.random.choice((-1, 0, 0, 1)))
        return self.as_of - timedelta(self.random.randrange(low * 365 + 1, high * 366))

    def identity(self, birth: date, sex: str) -> str | None:
        """A resident's number, right or wrong in one of the ways that occur."""
        if self.chance(0.2):
            return None
        if self.chance(0.1):
            birth, sex = self.birth(), self.random.choice("MF")
        order = 2 * self.random.randrange(499) + (sex == "M")
        digits = f"371499{birth.year:04}{birth.month:02}{birth.day:02}{order:03}"
        number = digits + check(digits)
        wrong = (number.lower(), digits + self.random.choice("0123456789X"), number[:-1], number + "0", digits[::-1] + "1",
                 number.translate(WIDE), "A" + number[1:], number[:9] + " " + number[10:], "²" + number[1:], "一" * 18, " ",
                 "0" * 17 + "1", number[:17] + number[17].translate(WIDE), "-" + number[1:], "+" + number[1:])
        return self.random.choice(wrong) if self.chance(0.35) else number

    def wild(self, column: dict, nulls: float = 0.4) -> Any:
        if "null_means" in column and self.chance(nulls):
            return None
        if "values" in column:
            return self.random.choice(column["values"])
        if column["type"] in ("bool", "date"):
            return self.chance(0.5) if column["type"] == "bool" else self.day()
        if "max" not in column:
            return self.money(-MOST if column.get("neg") else 0)
        low, high = column["min"], column["max"]
        far = (self.beside(self.random.choice(self.values)), self.random.randrange(9000), high)
        near = (low, low + 1, low + 2, low + 3)
        return max(low, min(self.random.choice(near + far if high > 200 else near * 3 + far[-1:]), high))

    def calm(self, column: dict) -> Any:
        if column["name"] in CALM or "null_means" in column:
            return CALM.get(column["name"])
        return self.random.choice(column["values"]) if "values" in column else column["type"] != "bool" and 0

    # ---- rows

    def facts(self, level: str, mood: float) -> dict[str, Any]:
        low, high, told = self.random.choice(STORIES[level])
        if self.chance(0.3):
            low, high, told = 0, 105, ()
        facts = {column["name"]: self.calm(column) if self.chance(mood) else self.wild(column)
                 for column in self.schema[level] if column["role"] == "fact"}
        facts |= {column["name"]: self.wild(column, 0) for column in self.schema[level] if column["name"] in told}
        return facts | {"birth_date": self.birth(low, high)} if level == "person" else facts

    def household(self, number: int, mood: float) -> dict[str, Any]:
        county = self.random.choice(self.schema["household"][1]["values"])
        town = self.random.choice((county + "101", county + "101", "371499101", county, "3"))
        village = self.random.choice((town + "001", town + "001", county + "101001", "371", "德州市陵城区某街某村"))
        home = {"household_id": f"H{number}", "county_code": county, "town_code": town, "village_code": village,
                **self.facts("household", mood)}
        if self.chance(0.9):
            home["vehicle_exempt_count"] = min(home["vehicle_exempt_count"], home["vehicle_count"])
        return home

    def person(self, number: int, home: dict[str, Any], mood: float) -> dict[str, Any]:
        one = {"person_id": f"P{number}", "household_id": home["household_id"], **self.facts("person", mood)}
        one["sex"] = self.random.choice("MF")
        if self.chance(0.3):
            one["mother_status"] = one["father_status"]
        one["resident_id"] = self.identity(one["birth_date"], one["sex"])
        if self.chance(0.95) and (one["disability_type"] is None) != (one["disability_grade"] is None):
            one |= {"disability_type": None, "disability_grade": None}
        return one

    def family(self, number: int, size: int) -> tuple[dict, list[dict]]:
        mood = self.random.choice((1, 1, 0.98, 0.95, 0.95, 0.9, 0.8, 0.3))
        home = self.household(number, mood)
        people = [self.person(100 * number + place, home, mood) for place in range(size)]
        if people and self.chance(0.7):
            self.aim(home, people)
        return home, people

    def aim(self, home: dict, people: list[dict]) -> None:
        """Set some amounts so that what the rules compare lies on a line or one beside it."""
        aims = (self._income, self._income, self._income, self._exit, self._rigid, self._assets, self._limits, self._loss,
                self._space, self._person, self._person, self._pupil, self._medical)
        for aim in self.random.sample(aims, self.random.choice((1, 1, 2, 3))):
            homes, rows = rows_of([home], people)
            seen = {name: self.oracle.named("h", name, homes[home["household_id"]]) for name in SEEN}
            size = max(1, seen["unit_n"])
            inside = [one for one in people if self.oracle.named("p", "in_unit", rows[one["person_id"]])]
            aim(home, self.random.choice(inside or people), seen, size)

    def _income(self, home, one, seen, size):
        pick, std = self.random.choice, seen["std"]
        percent = pick((100, 100, 100, 150, 200, 300, pick(self.percents)))
        adjusted = (std * percent // 100 * size + seen["rigid_deduct"] - seen["income_month"])
        wanted = pick((
            adjusted, adjusted, adjusted, std * percent // 100 * size - seen["income_month"],
            (seen["disposable"] * size - seen["gross_year"]) // 12,
            (seen["disposable"] * self.oracle.param("rent_income_pct") // 1200) * size - seen["income_month"],
            (12 * size * seen["std_urban"] * pick((1, 2)) + seen["rigid_members"] + home["accident_oop_12m"]
             - seen["gross_year"]) // 12))
        wanted += pick((-1, 0, 0, 1, size, size - 1))
        for name in ("property_month", "wage_month", "support_month", "other_transfer_month"):
            one[name], wanted = min(max(0, one[name] + wanted), MOST), min(0, one[name] + wanted)

    def _exit(self, home, one, seen, size):
        pick = self.random.choice
        start = later(self.as_of, -pick((0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12)))
        home |= {"reg_category": "dibao", "gradual_exit_start": start + timedelta(pick((-1, 0, 0, 1))),
                 "last_dibao_amount": self.money(0)}
        one["employment_start"] = pick((None, self.as_of, self.as_of - timedelta(self.random.randrange(40))))
        one["property_month"] = self.beside(seen["std"] * size * pick((100, 100, 120, 150, 199, 200)) // 100)

    def _rigid(self, home, one, seen, size):
        needed = -(-seen["gross_year"] * self.oracle.param("rigid_ratio_pct") // 100) - seen["rigid_exp_year"]
        home["accident_oop_12m"] = min(max(0, self.beside(home["accident_oop_12m"] + needed)), MOST)

    def _assets(self, home, one, seen, size):
        home |= {"deposits": None, "securities": None, "insurance_cash_value": None}
        home[self.random.choice(("deposits", "securities", "insurance_cash_value"))] = min(
            self.beside(seen["std"] * size * self.random.choice((12, 24, 36, 48, 60))), MOST)

    def _limits(self, home, one, seen, size):
        tier = self.random.choice(("tekun", "dibao", "marginal", "rigid"))
        home["machinery_value"] = max(0, self.beside(self.oracle.param("machinery_limit", tier)))
        if tier in ("marginal", "rigid"):
            home |= {"vehicle_count": self.random.choice((1, 1, 2)), "vehicle_exempt_count": self.random.choice((0, 0, 1)),
                     "vehicle_value": self.beside(self.oracle.param("vehicle_limit", tier))}
        if self.chance(0.3):
            home |= {"business_reg_count": 1, "business_employee_count": self.random.choice((0, 0, 1)),
                     "business_capital": self.beside(self.oracle.param("business_capital_limit"))}

    def _loss(self, home, one, seen, size):
        pick, year = self.random.choice, seen["std"] * max(1, seen["counted_n"])
        home["utilities_month"] = self.beside(year * 60 // 100)
        home["disaster_date"] = pick((self.day(), self.as_of - timedelta(pick(DAYS[:-1]))))
        lines = [self.oracle.param(name) for name in ("temp_loss_min", "temp_accident_min", "disaster_loss_min")]
        home[pick(("disaster_loss", "disaster_loss", "accident_oop_12m"))] = min(
            self.beside(pick((year * pick((6, 12, 24)), *lines))), MOST)
        if self.chance(0.3):
            home["temp_aid_12m"] = self.beside(self.oracle.param("temp_cap"))

    def _space(self, home, one, seen, size):
        home["housing_count"] = self.random.choice((0, 1, 2, 2))
        home["housing_area"] = (self.beside(self.random.choice((1500, 3000, 4500)) * max(1, seen["counted_n"]))
                                + self.random.choice((0, size - 1)))
        home["rent_month"] = max(home["rent_month"], self.random.choice((0, 5000, 60000, 30001)))

    def _person(self, home, one, seen, size):
        """Somebody whose own income decides."""
        old = self.chance(0.5)
        one |= {"wage_month": 0, "support_month": 0, "supporters_capable": self.random.choice((0, 0, 1)),
                "property_month": self.beside(seen["std"]), "birth_date": self.birth(60 if old else 16, 100 if old else 60)}
        if self.chance(0.4):
            one |= {"employment": self.random.choice(("casual", "employed")), "property_month": 0,
                    "wage_month": self.beside(seen["std"] * self.random.choice((50, 100, 130, 150, 200)) // 100)}

    def _pupil(self, home, one, seen, size):
        """Somebody at a school whom the education department may just not help."""
        pick = self.random.choice
        one |= {"student_stage": pick(("senior_high", "undergraduate", "junior_college")), "disability_type": None,
                "disability_grade": None, "is_first_year": self.chance(0.9), "high_fee_school": self.chance(0.2)}
        home["poverty_monitor"] = None
        one["property_month"] = self.beside(seen["std"] * size * pick((150, 200, 220, 249, 250)) // 100)

    def _medical(self, home, one, seen, size):
        pick, tier = self.random.choice, self.random.choice((1, 2, 3, 4))
        free = self.oracle.param("disposable_city") * self.oracle.param("med_ded_pct", tier) // 100
        ratio, cap = self.oracle.param("med_ratio", tier), self.oracle.param("med_cap", tier)
        left = self.oracle.param("incl_threshold", tier)
        lines = (free, free + cap * 100 // ratio, left, (left * 100 - free * ratio) // max(1, 100 - ratio) + 1,
                 6 * seen["std"] * max(1, seen["counted_n"]), self.oracle.param("veteran_med_min"), 10_000_000)
        one["medical_oop_12m"] = min(max(0, self.beside(pick(lines))), MOST)
        one["medical_aid_12m"] = pick((0, 0, 0, max(0, self.beside(cap)), self.money(0)))

    # ---- snapshots

    def city(self, count: int) -> tuple[list[dict], list[dict]]:
        """`count` households in no order and their members; one household is large, one has nobody."""
        families = [self.family(number, self.random.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 8))) for number in range(count)]
        families += [self.family(count, self.random.choice((9, 12, 20, 50))), self.family(count + 1, 0)]
        homes, people = [home for home, _ in families], [one for _, members in families for one in members]
        self.random.shuffle(homes)
        self.random.shuffle(people)
        return homes, people

    def earlier(self, homes: list[dict], people: list[dict]) -> tuple[list[dict], list[dict]]:
        """A snapshot before: some facts were others, some rows were not there, some people lived elsewhere."""
        old = [self._changed("household", home) for home in homes if self.chance(0.9)]
        known = [home["household_id"] for home in old]
        before = [self._changed("person", one) for one in people if self.chance(0.9)]
        for one in before:
            if one["household_id"] not in known or self.chance(0.03):
                one["household_id"] = self.random.choice(known)
        gone = self.household(len(homes) + 1, 0.5)
        return [*old, gone], [*before, self.person(100 * len(homes) + 199, gone, 0.5)]

    def _changed(self, level: str, row: dict) -> dict:
        """The row as it was before: nothing had happened yet, or some facts were others."""
        told = self.random.choice([told for _, _, told in STORIES[level]] + 3 * CHANGES[level] + 9 * [()])
        share, quiet = self.random.choice(((0, 0.1), (0, 0.7), (0, 0.7), (0.05, 0.3), (0.3, 0.3)))
        fresh = {}
        for column in self.schema[level]:
            name, calm = column["name"], self.calm(column)
            changes = name in told or self.chance(share) or (quiet == 0.7 and row[name] != calm)
            if changes and column["role"] == "fact" and name not in ("birth_date", "relation"):
                fresh[name] = calm if self.chance(quiet) else self.wild(column, 0.3)
        if level == "person" and self.chance(0.2):
            fresh["medical_oop_12m"] = max(0, self.beside(row["medical_oop_12m"] - self.oracle.param("w_med_jump")))
            fresh["property_month"] = min(self.beside(row["property_month"] * 100 // 60 + 1), MOST)
        return {**row, **fresh}
