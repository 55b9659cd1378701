"""`policies screen`, `warn` and `quality`: files in, files out, in the columns and types that others rely on."""
import csv
import gzip
from random import Random

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
import pytest

from tests.catalogue.files import KEYS, LEVELS, SAMPLE, as_table, as_text, put, run, screened, snapshot, write
from tests.catalogue.oracle import TEXT, load

POLICIES = load(TEXT)["policies"]
SMALL = 8  # households
TYPES = {"mask": pa.int64(), "amount": pa.int64(), "provisional": pa.bool_()}


def expected(name: str) -> list[dict[str, str]]:
    with gzip.open(SAMPLE / "expected" / f"{name}.csv.gz", "rt", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def written(value) -> str:
    return value if isinstance(value, str) else str(int(value))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The screening of the whole sample."""
    return screened(tmp_path_factory.mktemp("whole"), snapshot())


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The screening of its first households."""
    return screened(tmp_path_factory.mktemp("small"), snapshot(households=SMALL))


@pytest.mark.parametrize("level", LEVELS)
def test_columns_and_types_are_those_of_the_contract(whole, level):
    wanted = [(KEYS[level], pa.string())]
    wanted += [(f"{policy['id']}.{part}", kind) for policy in POLICIES if policy["level"] == level
               for part, kind in TYPES.items()]
    assert [(field.name, field.type) for field in whole[level].schema] == wanted


@pytest.mark.parametrize("level", LEVELS)
def test_a_row_for_each_row_of_the_input_with_the_expected_values(whole, level):
    found = [{name: written(value) for name, value in row.items()} for row in whole[level].to_pylist()]
    assert [row[KEYS[level]] for row in found] == [row[0] for row in snapshot()[level][1:]]
    assert sorted(found, key=lambda row: row[KEYS[level]]) == expected(f"policy_{level}")


def test_the_happiness_lists_of_the_sample(whole):
    homes = {row[0]: row[1] for row in snapshot()["person"][1:]}
    found = []
    for number, policy in enumerate(POLICIES):
        name, key = policy["id"], KEYS[policy["level"]]
        table = whole[policy["level"]].filter(pc.equal(whole[policy["level"]][f"{name}.mask"], 0))
        for row in table.to_pylist():
            who = (row[key], "") if key == "household_id" else (homes[row[key]], row[key])
            found.append((who[0], number, who[1], name, str(row[f"{name}.amount"]), written(row[f"{name}.provisional"])))
    listed = [(home, person, *rest) for home, _, person, *rest in sorted(found)]
    assert listed == [tuple(row.values()) for row in expected("happiness_list")]


def test_every_warning_of_the_sample(tmp_path):
    before, now = (write(tmp_path / name, snapshot(name)) for name in ("previous", "current"))
    result = run("warn", now, tmp_path / "warnings.parquet", "2024-06-30", "--previous-households", str(before[0]),
                 "--previous-persons", str(before[1]), "--previous-as-of", "2024-03-31")
    assert result.exit_code == 0, result.output
    found = pa.parquet.read_table(tmp_path / "warnings.parquet")
    assert [(f.name, f.type) for f in found.schema] == [(n, pa.string()) for n in ("rule", "level", "id", "severity")]
    wanted = {(row["rule_id"], "person" if row["person_id"] else "household", row["person_id"] or row["household_id"],
               row["severity"]) for row in expected("warnings")}
    assert {tuple(row.values()) for row in found.to_pylist()} == wanted and len(found) == len(wanted)


def test_every_bad_row_of_the_sample(tmp_path):
    assert run("quality", write(tmp_path, snapshot()), tmp_path / "bad.parquet").exit_code == 0
    found = pa.parquet.read_table(tmp_path / "bad.parquet")
    assert [(f.name, f.type) for f in found.schema] == [(n, pa.string()) for n in ("check", "level", "id")]
    wanted = {(row["check_id"], "person" if row["person_id"] else "household", row["person_id"] or row["household_id"])
              for row in expected("dq")}
    assert {tuple(row.values()) for row in found.to_pylist()} == wanted and len(found) == len(wanted)


def turned(rows):
    return [list(reversed(row)) for row in rows]


@pytest.mark.parametrize("change", [
    lambda rows: "\ufeff" + as_text(rows), lambda rows: as_text(rows, "\r\n"), lambda rows: as_text(rows, "\r"),
    lambda rows: as_text(rows, quoting=csv.QUOTE_ALL), lambda rows: as_text(rows) + "\n",
    lambda rows: as_text(rows) + "\r\n\n\n", lambda rows: as_text(rows)[:-1], turned,
    lambda rows: [rows[0]] + [["00" + c if c.isdigit() and rows[0][n] == "deposits" else c for n, c in enumerate(row)]
                              for row in rows[1:]],
], ids=["byte order mark", "CRLF", "CR", "all quoted", "empty line behind", "empty lines behind", "no last line end",
        "columns in another order", "leading zeros"])
def test_csv_however_it_is_written(tmp_path, small, change):
    assert screened(tmp_path, {level: change(rows) for level, rows in snapshot(households=SMALL).items()}) == small


def of_kind(table, kind, change):
    """The table with `change` done to its columns of one type."""
    return pa.table({name: change(column) if column.type == kind else column
                     for name, column in zip(table.column_names, table.columns)})


@pytest.mark.parametrize(("kind", "change"), [
    (None, None), (pa.string(), lambda c: c.dictionary_encode()), (pa.string(), lambda c: c.cast(pa.large_string())),
    (pa.string(), lambda c: c.cast(pa.string_view())), (pa.string(), lambda c: pc.fill_null(c, "")),
    (pa.int64(), lambda c: c if (pc.max(c).as_py() or 0) >= 2**31 else c.cast(pa.int32())),
    (pa.int64(), lambda c: c.cast(pa.string())), (pa.date32(), lambda c: c.cast(pa.string())),
    (pa.date32(), lambda c: c.cast(pa.date64())), (pa.bool_(), lambda c: c.cast(pa.int8())),
    (pa.bool_(), lambda c: pc.if_else(c, "1", "0").dictionary_encode()),
], ids=["as declared", "dictionary", "large string", "string view", "empty for null", "int32", "numbers as text",
        "days as text", "date64", "truths as 0 and 1", "truths as dictionary"])
def test_parquet_however_it_is_stored(tmp_path, small, kind, change):
    tables = {level: as_table(rows, level) for level, rows in snapshot(households=SMALL).items()}
    assert screened(tmp_path, {level: of_kind(table, kind, change) if kind else table
                               for level, table in tables.items()}) == small


def test_parquet_is_known_by_what_it_is(tmp_path, small):
    files = {level: as_table(rows, level) for level, rows in snapshot(households=SMALL).items()}
    paths = tuple(path.rename(path.with_suffix(".PQ")) for path in write(tmp_path, files))
    assert run("screen", paths, tmp_path / "out").exit_code == 0
    assert pa.parquet.read_table(tmp_path / "out" / "person.parquet") == small["person"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("mixed", [("person",), ("household",), LEVELS])
def test_rows_in_any_order_give_rows_in_that_order(tmp_path, whole, mixed, kind):
    rows = snapshot()
    order = {level: list(range(len(rows[level]) - 1)) for level in LEVELS}
    for level in mixed:
        Random(level).shuffle(order[level])
    files = {level: [rows[level][0]] + [rows[level][n + 1] for n in order[level]] for level in LEVELS}
    found = screened(tmp_path, files if kind == "csv" else {n: as_table(r, n) for n, r in files.items()})
    for level in LEVELS:
        assert found[level] == whole[level].take(pa.array(order[level]))


def test_many_rows_in_any_order_within_little_memory(tmp_path, whole, monkeypatch):
    from marketplace.catalogue import reading, writing
    monkeypatch.setattr(reading, "BUCKET_ROWS", 700)
    monkeypatch.setattr(writing, "GROUP", 600)
    rows = snapshot()
    Random(5).shuffle(people := list(range(len(rows["person"]) - 1)))
    found = screened(tmp_path, rows | {"person": rows["person"][:1] + [rows["person"][n + 1] for n in people]})
    assert found["person"] == whole["person"].take(pa.array(people)) and found["household"] == whole["household"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("homes", [0, 3])
def test_nobody_gives_files_without_rows(tmp_path, whole, homes, kind):
    rows = snapshot(households=homes)
    rows["person"] = rows["person"][:1]
    files = rows if kind == "csv" else {level: as_table(r, level) for level, r in rows.items()}
    found = screened(tmp_path, files)
    assert [len(found[level]) for level in LEVELS] == [homes, 0]
    assert all(found[level].schema == whole[level].schema for level in LEVELS)
    paths, out = write(tmp_path, files), tmp_path / "out.parquet"
    previous = ("--previous-households", str(paths[0]), "--previous-persons", str(paths[1]),
                "--previous-as-of", "2024-03-31")
    for command, more, width in (("quality", (), 3), ("warn", previous, 4)):
        result = run(command, paths, out, "2024-06-30", *more)
        assert result.exit_code == 0, result.output
        assert pa.parquet.read_table(out).num_columns == width


@pytest.mark.parametrize("name", [
    "H 1", "德州-家庭", "é" * 2000, 'with "quotes", comma', "two\nlines", "tail\r\n", "🏠", "0"])
def test_a_key_is_any_text(tmp_path, small, name):
    rows = snapshot(households=SMALL)
    names = {rows["household"][3][0]: name}
    for level, columns in (("household", (0,)), ("person", (0, 1))):
        for row in rows[level][1:]:
            for at in columns:
                row[at] = names.get(row[at], row[at])
    put(rows["person"], 2, "person_id", f"P {name}")
    found = screened(tmp_path, rows)
    for level in LEVELS:
        assert found[level].drop_columns([KEYS[level]]) == small[level].drop_columns([KEYS[level]])
        assert found[level][KEYS[level]].to_pylist() == [row[0] for row in rows[level][1:]]


def test_the_days_at_both_ends_of_the_calendar(tmp_path):
    rows = snapshot(households=SMALL)
    put(rows["person"], 1, "birth_date", "0001-01-01")
    put(rows["person"], 2, "birth_date", "9999-12-31")
    put(rows["person"], 3, "death_date", "9999-12-31")
    assert len(screened(tmp_path, rows)["person"]) == len(rows["person"]) - 1
