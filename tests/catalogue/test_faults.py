"""A catalogue that breaks its own rules is refused: every fault is told, each with the line on which it stands.

Many faults stand in one text, so that one reading tells them all.
"""
import pytest

from marketplace.catalogue.catalogue import parse
from marketplace.catalogue.model import Faulty
from tests.catalogue.expressions import carrying, derived
from tests.catalogue.oracle import TEXT

EXPRESSIONS = [  # level, type, expression, what is told
    ("household", "int", "h.hukou_local + 1", "h.hukou_local is bool, must be int"),
    ("household", "bool", "h.rent_month", "is int, must be bool"),
    ("household", "bool", "1 < h.rent_month < 3", "a chain of comparisons is not allowed"),
    ("household", "int", "h.rent_month * 1.5", "1.5 is not of this language"),
    ("household", "int", "h.rent_month / 2", "is not of this language"),
    ("household", "int", "h.rent_month % 2", "is not of this language"),
    ("household", "int", "1 if true else 2", "is not of this language"),
    ("household", "int", "h.rent_month[0]", "is not of this language"),
    ("household", "int", "lambda: 1", "is not of this language"),
    ("household", "int", "h.deposits + 1", "h.deposits may be null"),
    ("household", "int", "nz(h.rent_month, 0)", "h.rent_month is never null"),
    ("household", "int", "nz(h.deposits, h.rent_month)", "nz takes a column and a literal"),
    ("household", "int", "nz(h.deposits, 'x')", "'x' is str, must be int"),
    ("household", "int", "nz(h.std, 0)", "'h.std' is not defined"),
    ("household", "bool", "isnull(h.rent_month)", "h.rent_month is never null"),
    ("household", "bool", "isnull(nz(h.deposits, 0))", "is not defined"),
    ("household", "int", "h.nothing", "'h.nothing' is not defined"),
    ("household", "int", "nothing(1)", "there is no function 'nothing'"),
    ("household", "int", "param('nothing')", "there is no parameter 'nothing'"),
    ("household", "int", "a.nothing", "there is no policy 'nothing'"),
    ("household", "int", "param('dibao_std', h.group)", "takes 3 arguments, here are 2"),
    ("household", "int", "param('dibao_std', 1, 2)", "a key of 'dibao_std' is str"),
    ("household", "int", "param('dibao_std', 'C', 'urban')", "'C' is not a key of 'dibao_std'"),
    ("household", "int", "param('dibao_std', h.group, h.town_code)", "'dibao_std' has no value for"),
    ("household", "int", "param('gradual_pct', h.housing_count)", "'gradual_pct' has no value for 3"),
    ("household", "int", "SUM(ANY(p.alive), 1)", "not in another aggregate"),
    ("person", "int", "COUNT(p.alive)", "an aggregate stands in an expression of a household"),
    ("household", "int", "SUM(true, p.sex)", "p.sex is str, must be int"),
    ("household", "int", "COUNT(true, 1)", "COUNT takes 1 arguments"),
    ("household", "int", "p.age", "p.age is a person's"),
    ("household", "bool", "e.orphan_basic_living", "e.orphan_basic_living is a person's"),
    ("household", "int", "days(as_of_prev, as_of)", "'as_of_prev' is not defined here"),
    ("household", "int", "hp.std", "'hp.std' is not defined"),
    ("household", "int", "h.rent_month // h.housing_count", "divides here and may be 0"),
    ("household", "int", "h.rent_month // 0", "divides here and may be 0"),
    ("household", "int", "h.rent_month // -2", "divides here and may be 0"),
    ("household", "int", "h.rent_month // param('dis_living_marginal')", "divides here and may be 0"),
    ("household", "bool", "h.residence_type == 'city'", "can never be equal"),
    ("household", "bool", "h.reg == 'rich'", "can never be equal"),
    ("household", "bool", "h.residence_type in ['urban', 'city']", "is never ['city']"),
    ("household", "bool", "h.residence_type in [1]", "1 is int, must be str"),
    ("household", "bool", "h.residence_type in []", "in is followed by a list of literals"),
    ("household", "bool", "h.residence_type in [h.group]", "h.group is not a literal"),
    ("household", "bool", "as_of in [date(2024,1,1)]", "in takes a number or a text"),
    ("household", "int", "iff(true, 1, 'a')", "iff has int on one side and str on the other"),
    ("household", "int", "iff(1, 1, 2)", "1 is int, must be bool"),
    ("household", "int", "min(1)", "min takes two or more numbers"),
    ("household", "int", "max(1, as_of)", "as_of is date, must be int"),
    ("household", "int", "years(date(2024,2,30), as_of)", "there is no such date"),
    ("household", "int", "years(date(h.rent_month,1,1), as_of)", "h.rent_month is not a literal"),
    ("household", "int", "months(1, 2)", "1 is int, must be date"),
    ("household", "bool", "h.rent_month == 'x'", "int and str cannot be compared so"),
    ("household", "bool", "h.hukou_local < true", "bool and bool cannot be compared so"),
    ("household", "bool", "h.residence_type < 'z'", "str and str cannot be compared so"),
    ("household", "bool", "True", "write true or false"),
    ("household", "bool", "not 1", "1 is int, must be bool"),
    ("household", "bool", "1 and true", "1 is int, must be bool"),
    ("household", "int", "-true", "true is bool, must be int"),
    ("household", "int", "9" * 30, "the number is too large"),
    ("household", "bool", "prefix(h.town_code, h.rent_month) == 'x'", "the length of a prefix is a literal"),
    ("household", "int", "h.std +", "cannot be read as an expression"),
    ("household", "int", "", "cannot be read as an expression"),
    ("household", "int", "(" * 300 + "1" + ")" * 300, "cannot be read as an expression"),
]
ROW = '["2019-01-01", A, urban, 54000, D]'
CHANGES = [  # of the text: before, after, what is told of the line that changed
    ("dept: civil_affairs\n", "dept: civil_affair\n", "dept is 'civil_affair', must be one of"),
    (ROW, '["2019-02-30", A, urban, 54000, D]', "'2019-02-30' is not a day"),
    ("[\"2020-01-01\", A, urban, 64000, D]", '["20200101", A, urban, 64000, D]', "'20200101' is not a day"),
    ("[\"2020-01-01\", B, urban, 62000, D]", '["2020-01-01", C, urban, 62000, D]', "'C' is not in the domain of group"),
    ("[\"2021-01-01\", A, urban, 72600, D]", '["2021-01-01", A, urban, 726.5, D]', "726.5 is not a whole number in range"),
    ("[\"2021-01-01\", B, urban, 70000, D]", '["2021-01-01", B, urban, yes, D]', "True is not a whole number in range"),
    ("[\"2021-01-01\", A, rural, 56000, D]", '["2021-01-01", A, rural, 56000, X]', "a row ends with its tag"),
    ("[\"2021-01-01\", B, rural, 56000, D]", '["2021-01-01", B, rural, 56000, V]', "the tag names no source"),
    ("[\"2022-01-01\", A, urban, 79900, D]", '["2022-01-01", A, urban, 79900, V S99]', "the tag names no source"),
    ("[\"2022-01-01\", B, urban, 77000, D]", '["2022-01-01", B, 77000, D]', "a row is a day, 2 keys, a value and a tag"),
    ("[\"2022-01-01\", B, rural, 64000, D]", '["2022-01-01", A, rural, 64001, D]', "two rows begin on the same day"),
    ("    default: 0\n", "    default: 0.5\n", "default must be a whole number"),
    ("values: [M, F]", "values: [M, no]", "False in values is not text: quote it"),
    ("{name: is_boarder,             type: bool,", "{name: is_boarder,             type: flag,", "type is 'flag'"),
    ("min: 0, max: 99, zh: 住宅套数", "min: 9, max: 1, zh: 住宅套数", "min to max is not a range"),
    ("role: geo, zh: 公民", "role: gone, zh: 公民", "role is 'gone', must be one of"),
    ('expr: "h.pc_adj < h.std or h.gradual_exit"', 'expr: "h.pc_adj < h.stdd"', "income: 'h.stdd' is not defined"),
    ("needs_verification: true", 'needs_verification: "true"', "needs_verification must be true or false"),
    ('"p.birth_date > as_of"', '"p.birth_date"', "d09_birth_future: is date, must be bool"),
    ("id: d02_id_birth, level: person, zh: 身份号码与出生", "id: d01_id_checksum, level: person, zh: 身份号码与出生",
     "d01_id_checksum stands twice"),
    ('      - [low, "true"]\n  - id: w02', '      - [lowest, "true"]\n  - id: w02', "a severity is a name"),
    ("requires_prev: [person]", "requires_prev: []", "requires_prev must name person"),
    ("    kind: ineligibility\n", "    kind: nothing\n", "kind is 'nothing', must be one of"),
]
ALONE = [  # before, after, the line as far as it is another than that of the change, what is told
    ('as_of_min: "2018-01-01"', 'as_of_min: "2018-02-30"', None, "as_of_min is not a day"),
    ('as_of_max: "2027-12-31"', 'as_of_max: "2017-12-31"', None, "as_of_max lies before as_of_min"),
    ('["2018-01-01", A, urban, 50000, V S2]', '["2018-01-02", A, urban, 50000, V S2]', "  dibao_std:",
     "dibao_std has no value for A, urban on 2018-01-01"),
    ("\nparameters:\n", '\nparameters:\n  spare: {zh: x, keys: [], rows: [["2018-01-01", 1, D]]}\n', "  spare:",
     "the parameter spare is used by nothing"),
    ("  person:\n", "  person:\n    - {name: spare, type: int, role: fact, zh: x}\n", "    - {name: spare",
     "p.spare is used by nothing"),
    ("\nderived:\n", "\nderived:\n  - {name: one, level: household, type: int, zh: x, expr: \"h.two\"}\n"
     "  - {name: two, level: household, type: int, zh: x, expr: \"h.one\"}\n", "  - {name: one", "a circle: h.one → h.two"),
    ("    level: person\n", "    level: nobody\n", None, "level is 'nobody', must be one of household, person"),
    ("{name: household_id,           type: str", "{name: household_nr,           type: str", "schema:",
     "the schema of household needs household_id"),
    ("\ndq:\n", "\nqd:\n", "meta:", "dq is missing"),
    ("    trigger: event\n", "    trigger: event\n    trigger: event\n", "+1", "'trigger' stands twice"),
    ("meta:\n", "meta: [\n", "+2", "did not find expected ',' or ']'"),
    ("    zh: 突发灾害\n", "", "  - id: w05_disaster", "zh is missing"),
]


def line_of(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(Faulty) as no:
        parse(text)
    lines = [fault.line for fault in no.value.faults]
    assert lines == sorted(lines) and str(no.value.faults[0]).startswith(f"line {lines[0]}: ")
    return [(fault.line, fault.text) for fault in no.value.faults]


def missing(wanted: list[tuple[int, str]], found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(line, said) for line, said in wanted if not any(line == at and said in text for at, text in found)]


def test_every_way_in_which_an_expression_can_be_wrong():
    lines = [derived(f"wrong_{n}", level, kind, text) for n, (level, kind, text, _) in enumerate(EXPRESSIONS)]
    text = carrying(TEXT, *lines)
    first, found = line_of(text, "wrong_0"), faults(text)
    wanted = [(first + n, said) for n, (*_, said) in enumerate(EXPRESSIONS)]
    assert not missing(wanted, found)
    assert {line for line, _ in found} <= {line for line, _ in wanted}, "a fault is told of a line that is right"


def test_every_way_in_which_an_entry_can_be_wrong():
    text = TEXT
    for before, after, _ in CHANGES:
        assert before in text, before
        text = text.replace(before, after, 1)
    assert not missing([(line_of(text, after), said) for _, after, said in CHANGES], faults(text))


@pytest.mark.parametrize(("before", "after", "where", "said"), ALONE, ids=[said for *_, said in ALONE])
def test_what_hides_other_faults_or_is_seen_only_in_the_whole(before, after, where, said):
    assert before in TEXT
    text, changed = TEXT.replace(before, after, 1), line_of(TEXT, before)
    line = changed if where is None else changed + int(where) if where.startswith("+") else line_of(text, where)
    assert not missing([(line, said)], faults(text))


@pytest.mark.parametrize("text", ["", "- a\n", "x: &a [*a]\n", "a: b: c\n", "\x00", "meta: {}\n", "meta: 1\nsources: 2\n",
                                  "[" * 5000, "a: !!python/object:os.system x\n", "\ud800"])
def test_what_is_no_catalogue_at_all(text):
    assert all(line >= 1 for line, _ in faults(text))
