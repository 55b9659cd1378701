"""What no policy asks today and the notation allows: texts chosen and compared, keys that a table does not name."""
from datetime import date, timedelta

import pyarrow as pa
import pytest

from marketplace.catalogue import catalogue as catalogues
from marketplace.catalogue import program, screening, warning
from marketplace.catalogue.explain import explain
from marketplace.catalogue.model import NoValue
from tests.catalogue.engine import Engine
from tests.catalogue.expressions import carrying, derived
from tests.catalogue.oracle import TEXT, Oracle
from tests.catalogue.rows import Draw

DAY = date(2024, 6, 30)
CITY = Draw("corners", DAY).city(15)
ASKED = [
    ("household", "bool", "h.town_code == iff(h.hukou_local, h.village_code, h.residence_type)"),
    ("person", "bool", "h.town_code == iff(p.alive, h.village_code, h.residence_type)"),
    ("person", "bool", "h.town_code == iff(p.alive, p.sex, h.town_code)"),
    ("person", "bool", "prefix(nz(p.resident_id,''), 6) == h.county_code"),
    ("person", "bool", "prefix(h.village_code, 9) != h.town_code"),
    ("person", "bool", "prefix(p.person_id, 2) in ['P1', 'P2']"),
    ("person", "bool", "prefix(p.sex, 1) == 'M' and p.person_id != p.household_id"),
    ("household", "bool", "iff(param('grace_months') == 12345, 'weird', h.reg) in ['weird', 'dibao']"),
    ("household", "bool", "iff(param('grace_months') == 12345, 'weird', h.reg) in ['weird']"),
    ("household", "bool", "iff(param('grace_months') == 12345, 'weird', h.reg) == 'weird'"),
    ("household", "bool", "id_check('371499199001011234') or id_check(h.residence_type) or id_sex('x') != 'U'"),
    ("household", "int", "id_birth('371499199001011234') + id_birth('37149919900101123X') + id_birth(h.town_code)"),
    ("household", "int", "param('med_ratio', h.housing_count)"),
    ("household", "int", "param('med_ratio', 0 - h.housing_count)"),
    ("household", "int", "param('med_ratio', h.deposits_or) + param('med_ratio', 9999999 * h.housing_count)"),
    ("household", "int", "param('gradual_pct', min(2, max(0, h.housing_count)))"),
    ("person", "int", "param('gradual_pct', iff(p.alive, iff(p.pregnant, 0, 2), 1))"),
    ("household", "int", "SUM(true, 3) + COUNT(true) + MAX(true, p.business_month) + MAX(true, -7) + SUM(p.alive, h.std)"),
    ("household", "bool", "ANY(h.hukou_local) or ANY(false)"),
    ("person", "int", "years(as_of, p.birth_date) * months(as_of, p.birth_date) + days(as_of, p.birth_date)"),
    ("household", "int", "years(date(2000,2,29), as_of) + months(date(2000,1,31), date(2001,2,28)) + ymd(as_of)"),
    ("person", "int", "- -p.age + nz(h.deposits, -5) - -3"),
    ("household", "date", "iff(h.hukou_local, as_of, nz(h.verified_date, date(1,1,1)))"),
    ("household", "date", "date(2024,2,29)"), ("person", "bool", "true"), ("household", "int", "0 * h.std"),
    ("person", "bool", "(p.birth_date < as_of) == (not p.alive) or not (1 < 2) and p.sex == 'M' or p.pregnant"),
]


def both(text: str) -> tuple[dict, dict]:
    return tuple(side(text, DAY).derived(*CITY) for side in (Engine, Oracle))


@pytest.mark.parametrize(("level", "kind", "expression"), ASKED, ids=[line[2] for line in ASKED])
def test_an_expression_of_the_notation(level, kind, expression):
    helper = derived("deposits_or", "household", "int", "nz(h.deposits, -1)")
    found, wanted = both(carrying(TEXT, derived("extra", level, kind, expression), helper))
    for key, values in wanted.items():
        if "extra" in values:
            assert (found[key]["extra"], type(found[key]["extra"])) == (values["extra"], type(values["extra"])), key


def test_a_text_that_is_the_same_for_all_is_written_as_it_is():
    chosen = "iff(param('grace_months') == 12345, 'new', 'old')"
    text = carrying(TEXT, derived("era", "household", "str", chosen, "[old, new]"))
    found, wanted = both(text)
    assert {row["era"] for key, row in found.items() if key[0] == "h"} == {"old"} and found.keys() == wanted.keys()
    home, people = CITY[0][0], [p for p in CITY[1] if p["household_id"] == CITY[0][0]["household_id"]]
    assert explain(catalogues.parse(text), DAY, home, people).values["h.era"] == "old"


@pytest.mark.parametrize(("expression", "level"), [("p.age", "person"), ("h.housing_area - 7", "household"),
                                                   ("nz(h.electricity_kwh_month, 77)", "household")])
def test_a_key_without_a_value_is_said_by_name(expression, level):
    catalogue = catalogues.parse(carrying(TEXT, derived("extra", level, "int", f"param('gradual_pct', {expression})")))
    tables = Engine(TEXT, DAY).tables(*CITY)
    with pytest.raises(NoValue, match="gradual_pct has no value for"):
        screening.derived_tables(catalogue, DAY, *tables)


def test_a_key_of_the_date_alone_is_said_by_name():
    asked = "param('gradual_pct', param('temp_cap'))"
    catalogue = catalogues.parse(carrying(TEXT, derived("extra", "household", "int", asked)))
    with pytest.raises(NoValue):
        program.of(catalogue, DAY, {"x": catalogue.derived["h.extra"].tree}, {"x": "household"})


@pytest.mark.parametrize("criterion", [
    "hp.reg in ['dibao', 'none']", "hp.reg == h.reg", "hp.town_code == h.town_code", "hp.household_id == h.household_id",
    "prefix(hp.village_code, 6) in ['371402', '371403']", "hp.mixed == 'marginal' or hp.mixed == 'none'",
    "hp.residence_type != h.residence_type", "hp.since == h.since and hp.hukou_local"])
def test_earlier_texts_and_dates_in_a_warning(criterion):
    text = carrying(
        TEXT, derived("mixed", "household", "str", "nz(h.reg_category, 'none')", "[none, rigid, marginal, dibao, tekun]"),
        derived("since", "household", "date", "nz(h.reg_category_since, date(1900,1,1))"))
    text = text.replace('expr: "h.reg == \'none\' and h.counted_n > 0"', f'expr: "{criterion}"', 1).replace(
        '"h.med_net_total >= hp.med_net_total + param(\'w_med_jump\')"', '"0 <= param(\'w_med_jump\')"').replace(
        '"h.pc_income * 12 < h.disposable"', '"true"')
    then, before = DAY - timedelta(91), Draw("before", DAY).earlier(*CITY)
    found, wanted = (side(text, DAY).warn(*before, then, *CITY) for side in (Engine, Oracle))
    assert found == wanted and any(rule == "w01_medical_shock" for rule, _, _ in wanted)


def test_an_earlier_snapshot_of_nobody_warns_only_of_what_needs_none():
    found, wanted = (side(TEXT, DAY).warn([], [], DAY - timedelta(91), *CITY) for side in (Engine, Oracle))
    assert found == wanted and found


def test_nobody_at_all():
    engine = Engine(TEXT, DAY)
    assert engine.screen([], []) == engine.derived([], []) == {} and engine.quality([], []) == set()
    assert engine.warn([], [], DAY - timedelta(91), [], []) == {}


def test_a_household_without_members():
    home = Draw("alone", DAY).household(1, 1)
    assert Engine(TEXT, DAY).screen([home], []) == Oracle(TEXT, DAY).screen([home], [])


def test_earlier_snapshots_must_be_earlier():
    catalogue, tables = catalogues.built_in(), Engine(TEXT, DAY).tables(*CITY)
    for then in (DAY, DAY + timedelta(1)):
        with pytest.raises(warning.OutOfOrder):
            warning.warning_rows(catalogue, tables, then, tables, DAY)
    with pytest.raises(program.OutOfRange):
        warning.warning_rows(catalogue, tables, date(2017, 12, 31), tables, DAY)


@pytest.mark.parametrize("day", [date(2017, 12, 31), date(2028, 1, 1)])
def test_a_day_that_the_catalogue_does_not_cover(day):
    tables = Engine(TEXT, DAY).tables(*CITY)
    for ask in (screening.screen_tables, screening.derived_tables, screening.quality_rows):
        with pytest.raises(program.OutOfRange):
            ask(catalogues.built_in(), day, *tables)


def test_tables_keep_the_order_of_their_rows():
    homes, people = Engine(TEXT, DAY).tables(*CITY)
    found = screening.screen_tables(catalogues.built_in(), DAY, homes, people)
    assert found[0]["household_id"].to_pylist() == homes["household_id"].to_pylist()
    assert found[1]["person_id"].to_pylist() == people["person_id"].to_pylist()
    assert {column.type for name, column in zip(found[0].column_names, found[0].columns) if "mask" in name} == {pa.int64()}
