"""Bad input is refused before anything runs: exit 1, every breach with row, column and reason, and nothing written."""
import pyarrow as pa
import pytest

from tests.catalogue.files import as_table, as_text, breaches, breaches_file, put, run, snapshot, write
from tests.catalogue.oracle import TEXT, load

HOMES = 6
NUMBER, TRUTH, DAY, LISTED = ("is not a whole number", "is not 0 or 1", "is not a date YYYY-MM-DD",
                              "is not one of the listed values")
EMPTY, RANGE, TWICE, STRANGER = ("must not be empty", "is out of range", "stands twice",
                                 "household is not in the household file")
NEVER_EMPTY = [(level, c["name"]) for level, columns in load(TEXT)["schema"].items() if level in ("household", "person")
               for c in columns if "null_means" not in c]
BOUNDS = [(level, c["name"], c.get("min", -10_000_000_000 if c.get("neg") else 0), c.get("max", 10_000_000_000))
          for level in ("household", "person") for c in load(TEXT)["schema"][level] if c["type"] == "int"]


def refused(folder, files, as_of="2024-06-30", command="screen"):
    """The breaches of files that must be refused, with nothing written."""
    out = folder / "out"
    result = run(command, write(folder / "in", files), out, as_of)
    assert result.exit_code == 1 and not out.exists(), result.output
    assert "nothing was done" in result.output and str(breaches_file(out)) in result.output
    assert sorted(path.name for path in folder.iterdir()) == ["in", "out-breaches.csv"]
    return breaches(out)


def with_cell(level, row, column, value):
    rows = snapshot(households=HOMES)
    put(rows[level], row, column, value)
    return rows


@pytest.mark.parametrize(("level", "column", "value", "reason"), [
    *(("person", "wage_month", value, NUMBER) for value in (
        "+5", " 5", "5 ", "1.0", "1e3", "5" * 19, "9223372036854775808", "٣", "５", "0x1", "1_000", "NaN", "null", "-",
        "--5", "−5", "1,000")),
    ("person", "wage_month", "9" * 18, RANGE), ("person", "wage_month", "10000000001", RANGE),
    ("person", "wage_month", "-1", RANGE), ("person", "business_month", "-10000000001", RANGE),
    ("household", "housing_count", "100", RANGE), ("person", "disability_grade", "0", RANGE),
    *(("person", "alive", value, TRUTH) for value in ("TRUE", "true", "2", "01", "yes", "1 ", "１", "-1")),
    *(("person", "birth_date", value, DAY) for value in (
        "2024-02-30", "2023-02-29", "0000-00-00", "2024-13-01", "10000-01-01", "2024-1-1", "2024/01/01", "20240101",
        "2024-01-01T00:00:00", "2024-01-01 ", "٢٠٢٤-01-01", "２０２４-01-01",
        "-001-01-01", "yesterday")),
    ("person", "birth_date", "0000-01-01", RANGE),
    *(("person", "sex", value, LISTED) for value in ("X", "m", "M ", "男", "M\x00", "\ufeffM")),
    ("household", "county_code", "371400", LISTED), ("household", "reg_category", "rich", LISTED),
    ("person", "household_id", "H999999", STRANGER), ("person", "household_id", "h000001", STRANGER),
])
def test_a_cell_that_is_not_what_its_column_declares(tmp_path, level, column, value, reason):
    found = refused(tmp_path, with_cell(level, 3, column, value))
    assert found == [(f"{level}.csv", 3, column, reason)]


@pytest.mark.parametrize("command", ["quality", "screen"])
def test_every_column_that_may_not_be_empty(tmp_path, command):
    rows = snapshot(households=HOMES)
    for level, column in NEVER_EMPTY:
        if not column.endswith("_id"):
            put(rows[level], 2, column, "")
    found = refused(tmp_path, rows, command=command)
    assert {(file, column) for file, row, column, reason in found if (row, reason) == (2, EMPTY)} == {
        (f"{level}.csv", column) for level, column in NEVER_EMPTY if not column.endswith("_id")}


@pytest.mark.parametrize(("level", "column"), [(level, name) for level, name in NEVER_EMPTY if name.endswith("_id")])
def test_a_key_may_not_be_empty(tmp_path, level, column):
    found = refused(tmp_path, with_cell(level, 2, column, ""))
    assert (f"{level}.csv", 2, column, EMPTY) in found


def test_the_bounds_of_every_number(tmp_path):
    for side in (2, 3):
        rows = snapshot(households=HOMES)
        for level, column, *bounds in BOUNDS:
            put(rows[level], 1, column, str(bounds[side - 2]))
            put(rows[level], 2, column, str(bounds[side - 2] + (-1 if side == 2 else 1)))
        found = refused(tmp_path / str(side), rows)
        assert sorted(found) == sorted((f"{level}.csv", 2, column, RANGE) for level, column, *_ in BOUNDS)


@pytest.mark.parametrize(("level", "column", "value", "reason"), [
    ("person", "wage_month", -1, RANGE), ("household", "deposits", 10_000_000_001, RANGE), ("person", "sex", "X", LISTED),
    ("person", "alive", None, EMPTY), ("household", "village_code", "", EMPTY), ("household", "house_safety", "E", LISTED)])
def test_cells_of_parquet(tmp_path, level, column, value, reason):
    tables = {name: as_table(rows, name) for name, rows in snapshot(households=HOMES).items()}
    table = tables[level]
    cells = table[column].to_pylist()
    cells[3] = value
    tables[level] = table.set_column(table.column_names.index(column), column, pa.array(cells, table[column].type))
    assert refused(tmp_path, tables) == [(f"{level}.parquet", 4, column, reason)]


@pytest.mark.parametrize(("level", "column", "change", "reason"), [
    ("person", "wage_month", lambda c: c.cast(pa.float64()), NUMBER),
    ("person", "wage_month", lambda c: pa.array([2**64 - 1] * len(c), pa.uint64()), RANGE),
    ("person", "wage_month", lambda c: pa.array([[1]] * len(c)), NUMBER),
    ("person", "birth_date", lambda c: c.cast(pa.timestamp("ms")), DAY),
    ("person", "alive", lambda c: pa.array([2] * len(c), pa.int16()), TRUTH),
    ("person", "alive", lambda c: pa.array([-1] * len(c)), TRUTH),
    ("household", "county_code", lambda c: pa.array(range(len(c))), LISTED),
    ("household", "town_code", lambda c: pa.array([{"a": 1}] * len(c)), "is not text")])
def test_a_column_of_parquet_of_another_type(tmp_path, level, column, change, reason):
    tables = {name: as_table(rows, name) for name, rows in snapshot(households=HOMES).items()}
    table = tables[level]
    tables[level] = table.set_column(table.column_names.index(column), column, change(table[column]))
    found = refused(tmp_path, tables)
    assert found == [(f"{level}.parquet", row, column, reason) for row in range(1, len(table) + 1)]


@pytest.mark.parametrize(("level", "key"), [("household", "household_id"), ("person", "person_id"),
                                            ("person", "household_id")])
@pytest.mark.parametrize("change", [lambda n: pa.array(range(n)), lambda n: pa.array([{"a": 1}] * n)])
def test_keys_of_parquet_are_texts(tmp_path, level, key, change):
    tables = {name: as_table(rows, name) for name, rows in snapshot(households=HOMES).items()}
    table = tables[level]
    tables[level] = table.set_column(table.column_names.index(key), key, change(len(table)))
    assert refused(tmp_path, tables) == [(f"{level}.parquet", 0, key, "is not text")]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_columns_that_are_missing_unknown_or_stand_twice(tmp_path, kind):
    rows = snapshot(households=HOMES)
    for row in rows["household"]:
        row.append(row[4])  # a name twice
    for row in rows["person"]:
        del row[-1]
    rows["person"][0][5] = "relationship"
    files = rows
    if kind == "parquet":
        files = {level: pa.table([list(cells) for cells in zip(*found[1:])], names=found[0])
                 for level, found in rows.items()}
    assert set(refused(tmp_path, files)) == {
        (f"household.{kind}", 0, rows["household"][0][4], "column stands twice"),
        (f"person.{kind}", 0, "reg_person", "column is missing"), (f"person.{kind}", 0, "relation", "column is missing"),
        (f"person.{kind}", 0, "relationship", "column is unknown")}


@pytest.mark.parametrize("far", [False, True])
@pytest.mark.parametrize(("level", "key"), [("household", "household_id"), ("person", "person_id")])
def test_a_key_that_stands_twice(tmp_path, level, key, far):
    rows = snapshot(households=HOMES)
    rows[level].insert(len(rows[level]) if far else 3, list(rows[level][2]))
    assert refused(tmp_path, rows) == [(f"{level}.csv", len(rows[level]) - 1 if far else 3, key, TWICE)]


def test_persons_without_any_household(tmp_path):
    rows = snapshot(households=HOMES)
    rows["household"] = rows["household"][:1]
    assert refused(tmp_path, rows) == [("person.csv", n, "household_id", STRANGER) for n in range(1, len(rows["person"]))]


@pytest.mark.parametrize("mixed", [False, True])
def test_more_than_fifty_in_a_household(tmp_path, mixed):
    rows = snapshot(households=HOMES)
    one = rows["person"][1]
    crowd = [[f"P{n:07}", *one[1:]] for n in range(53)]
    rows["person"][1:] = reversed(crowd) if mixed else crowd
    assert refused(tmp_path, rows) == [("person.csv", 51, "household_id", "more than 50 persons")]
    rows["person"][51:] = []
    assert run("screen", write(tmp_path / "in", rows), tmp_path / "out").exit_code == 0


def test_rows_of_too_few_or_too_many_cells_are_all_named(tmp_path):
    rows = snapshot(households=HOMES)
    rows["household"][2].append("more")
    del rows["household"][4][-2:]
    wide = len(rows["household"][0])
    assert refused(tmp_path, rows) == [
        ("household.csv", row, "", f"has {cells} cells, the header has {wide}")
        for row, cells in ((2, wide + 1), (4, wide - 2))]


@pytest.mark.parametrize("content", [b"", b"\n", b"\x00\x01\xff\xfe" * 99, "household_id,x\n1,2\n".encode("utf-16"),
                                     b"PAR1" + b"x" * 99 + b"PAR1"])
def test_a_file_that_is_none(tmp_path, content):
    found = refused(tmp_path, snapshot(households=HOMES) | {"household": content})
    assert {(file, row) for file, row, _, _ in found} == {("household.csv", 0)}


def test_bytes_that_are_not_utf_8(tmp_path):
    rows = with_cell("person", 4, "relation", "???")
    text = as_text(rows["person"]).encode().replace(b"???", b"\xff\xfe\xfd")
    assert refused(tmp_path, rows | {"person": text}) == [("person.csv", 4, "relation", "is not UTF-8")]


def test_every_breach_of_both_files_is_told(tmp_path):
    rows = with_cell("household", 1, "deposits", "many")
    put(rows["household"], 5, "heating_type", "wood")
    put(rows["person"], 2, "sex", "")
    put(rows["person"], 7, "wage_month", "-3")
    assert refused(tmp_path, rows) == [
        ("household.csv", 1, "deposits", NUMBER), ("household.csv", 5, "heating_type", LISTED),
        ("person.csv", 2, "sex", EMPTY), ("person.csv", 7, "wage_month", RANGE)]


def test_results_of_before_stay_as_they_were(tmp_path):
    out = tmp_path / "out"
    run("screen", write(tmp_path / "in", snapshot(households=HOMES)), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert run("screen", write(tmp_path / "in", with_cell("person", 1, "sex", "X")), out).exit_code == 1
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize("day", ["2017-12-31", "2028-01-01", "1900-01-01", "9999-12-31"])
@pytest.mark.parametrize("command", ["screen", "quality"])
def test_a_day_out_of_range(tmp_path, command, day):
    result = run(command, write(tmp_path / "in", snapshot(households=HOMES)), tmp_path / "out", day)
    assert result.exit_code == 1 and f"as_of {day} is out of range: 2018-01-01 to 2027-12-31" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.parametrize("day", ["2024-02-30", "today", "2024-06-30 12:00"])
def test_a_day_that_is_none(tmp_path, day):
    result = run("screen", write(tmp_path / "in", snapshot(households=HOMES)), tmp_path / "out", day)
    assert result.exit_code != 0 and [path.name for path in tmp_path.iterdir()] == ["in"]


def warned(folder, before, now, then, as_of):
    old = write(folder / "before", before)
    return run("warn", write(folder / "now", now), folder / "out.parquet", as_of, "--previous-households", str(old[0]),
               "--previous-persons", str(old[1]), "--previous-as-of", then)


@pytest.mark.parametrize(("then", "as_of", "said"), [
    ("2024-06-30", "2024-06-30", "earlier snapshot"), ("2024-07-01", "2024-06-30", "earlier snapshot"),
    ("2017-12-31", "2024-06-30", "out of range"), ("2024-03-31", "2028-01-01", "out of range")])
def test_warnings_need_an_earlier_day_in_range(tmp_path, then, as_of, said):
    result = warned(tmp_path, snapshot(households=HOMES), snapshot(households=HOMES), then, as_of)
    assert result.exit_code == 1 and said in result.output and not (tmp_path / "out.parquet").exists()


@pytest.mark.parametrize(("bad", "named"), [("before", "previous/person.csv"), ("now", "person.csv")])
def test_both_snapshots_must_keep_the_contract(tmp_path, bad, named):
    files = {"before": snapshot(households=HOMES), "now": snapshot(households=HOMES)}
    put(files[bad]["person"], 2, "sex", "X")
    result = warned(tmp_path, files["before"], files["now"], "2024-03-31", "2024-06-30")
    assert result.exit_code == 1 and not (tmp_path / "out.parquet").exists()
    assert breaches(tmp_path / "out.parquet") == [(named, 2, "sex", LISTED)]
