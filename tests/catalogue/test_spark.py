"""Spark gives what one machine gives: locally, on a cluster of two workers, and when one of them is killed."""
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet
import pytest

from marketplace.catalogue import screening, spark
from marketplace.catalogue.catalogue import built_in
from marketplace.catalogue.contract import Breached
from marketplace.catalogue.program import OutOfRange
from marketplace.network.city.generate import generate
from tests.catalogue.cluster import Cluster

DAY, LEVELS, TWO = date(2026, 6, 30), ("household", "person"), "local[2]"
GRAIN = 2_000  # a small city, yet many splits, buckets and chunks


def missing() -> str:
    try:
        spark.demand(TWO)
    except spark.NoSpark as no:
        return str(no)
    return ""


needs_spark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A city in CSV, in Parquet of many row groups, shuffled in CSV, and what the local engine says of it."""
    folder = tmp_path_factory.mktemp("city")
    generate(12_000, 21, folder, DAY)
    generate(12_000, 21, folder, DAY, kind="parquet")
    chance = np.random.default_rng(3)
    for level in LEVELS:
        table = parquet.read_table(folder / f"{level}.parquet")
        parquet.write_table(table, folder / f"{level}.parquet", row_group_size=1_000)
        text = csv.read_csv(folder / f"{level}.csv", convert_options=csv.ConvertOptions(
            column_types={name: pa.string() for name in table.column_names}))
        csv.write_csv(text.take(pa.array(chance.permutation(len(text)))), folder / f"shuffled-{level}.csv")
    screening.screen_files(built_in(), DAY, *files(folder, "{}.parquet"), folder / "expected")
    return folder


def files(folder, pattern):
    return tuple(folder / pattern.format(level) for level in LEVELS)


def tables(folder):
    return [parquet.read_table(folder / f"{level}.parquet") for level in LEVELS]


def assert_same(found, expected):
    """Every column of both files, in type, value and order."""
    for ours, theirs in zip(tables(found), tables(expected)):
        assert ours.schema == theirs.schema
        for name in theirs.column_names:
            assert ours[name].equals(theirs[name]), name


@needs_spark
def test_it_gives_what_one_machine_gives(city, tmp_path):
    counts = spark.screen_files(built_in(), DAY, *files(city, "{}.parquet"), tmp_path, TWO, GRAIN)
    assert counts["person"] == 12_000
    assert_same(tmp_path, city / "expected")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["household.parquet", "person.parquet"]


@needs_spark
def test_rows_without_order_come_out_in_the_order_they_went_in(city, tmp_path):
    source = files(city, "shuffled-{}.csv")
    spark.screen_files(built_in(), DAY, *source, tmp_path, TWO, GRAIN)
    for path, found, expected in zip(source, tables(tmp_path), tables(city / "expected")):
        key = found.column_names[0]
        assert found[key].to_pylist() == csv.read_csv(path)[key].cast(pa.string()).to_pylist()
        assert found.sort_by(key).equals(expected.sort_by(key))


def spoiled(city, folder):
    """The city with every kind of wrong row; their numbers are far apart."""
    households, persons = tables(city)
    homes, members = households.slice(0, 3_000).to_pylist(), persons.slice(0, 6_000).to_pylist()
    crowd = [{**members[0], "person_id": f"X{number}", "household_id": homes[2_000]["household_id"]} for number in range(52)]
    homes[9]["residence_type"] = "moon"
    homes[1_500]["hukou_local"] = None
    homes[2_999]["deposits"] = -1
    far = next(home["county_code"] for home in homes if home["county_code"] != homes[4]["county_code"])
    homes.append({**homes[4], "county_code": far})
    members[50]["birth_date"] = None
    for lost in members[4_000:4_060]:  # of no household, and so no crowd
        lost["household_id"] = "nobody's"
    members[5_999]["person_id"] = members[3]["person_id"]
    known = {home["household_id"] for home in homes}
    members = [one for one in members if one["household_id"] in known or one["household_id"] == "nobody's"] + crowd
    for level, rows, schema in zip(LEVELS, (homes, members), (households.schema, persons.schema)):
        parquet.write_table(pa.Table.from_pylist(rows, schema), folder / f"{level}.parquet", row_group_size=1_000)
    return files(folder, "{}.parquet")


@needs_spark
def test_bad_input_is_refused_as_on_one_machine_and_nothing_is_written(city, tmp_path):
    source, told = spoiled(city, tmp_path), []
    for run in (screening.screen_files, lambda *given: spark.screen_files(*given, TWO, GRAIN)):
        with pytest.raises(Breached) as no:
            run(built_in(), DAY, *source, tmp_path / "out")
        told.append(no.value.breaches)
        assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".screening-*"))
    assert told[1] == told[0] and sum(b.reason == "more than 50 persons" for b in told[1]) == 1
    assert {(b.column, b.reason) for b in told[1]} >= {
        ("residence_type", "is not one of the listed values"), ("hukou_local", "must not be empty"),
        ("deposits", "is out of range"), ("birth_date", "must not be empty"), ("household_id", "stands twice"),
        ("person_id", "stands twice"), ("household_id", "household is not in the household file"),
        ("household_id", "more than 50 persons")}


@needs_spark
def test_a_file_that_cannot_be_read_a_missing_column_and_a_strange_day_are_refused(city, tmp_path):
    homes, people = files(city, "{}.csv")
    torn = tmp_path / "person.csv"
    torn.write_text(people.read_text() + "one,cell,too,few\n")
    lacking = tmp_path / "person.parquet"
    parquet.write_table(parquet.read_table(city / "person.parquet").drop_columns(["sex"]), lacking)
    for source, day, expected in (((homes, torn), DAY, Breached), ((homes, lacking), DAY, Breached),
                                  ((homes, people), date(1999, 1, 1), OutOfRange)):
        with pytest.raises(expected) as here:
            screening.screen_files(built_in(), day, *source, tmp_path / "out")
        with pytest.raises(expected) as there:
            spark.screen_files(built_in(), day, *source, tmp_path / "out", TWO)
        assert getattr(there.value, "breaches", None) == getattr(here.value, "breaches", None)
    assert not (tmp_path / "out").exists()


@needs_spark
def test_a_page_that_a_worker_cannot_read_is_told_as_on_one_machine(city, tmp_path):
    homes, people = files(city, "{}.parquet")
    whole, torn = people.read_bytes(), tmp_path / "person.parquet"
    torn.write_bytes(whole[: len(whole) // 2] + b"\xff" * 400 + whole[len(whole) // 2 + 400 :])
    told = []
    for run in (screening.screen_files, lambda *given: spark.screen_files(*given, TWO, GRAIN)):
        with pytest.raises(Breached) as no:
            run(built_in(), DAY, homes, torn, tmp_path / "out")
        told.append(no.value.breaches)
    assert told[1] == told[0] and not (tmp_path / "out").exists()


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(spark.NoSpark, match="requirements-spark.txt"):
        spark.demand(TWO)


@needs_spark
def test_java_and_a_master_are_asked_for(monkeypatch):
    with pytest.raises(spark.NoSpark, match="no Spark master answers"):
        spark.demand("spark://127.0.0.1:9")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(spark.NoSpark, match="Java 17"):
        spark.demand(TWO)


def stage(number):
    """Finished tasks of a stage of the job that runs, and all of them; None before it starts."""
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    ready = getattr(context, "_jsc", None)  # it is there before it is whole
    found = context.statusTracker().getStageInfo(number) if context and ready else None
    return (found.numCompletedTasks, found.numTasks) if found else None


def half_way(work: Future, number: int) -> tuple[int, int]:
    """Wait until a stage has done a part of its tasks."""
    until = time.monotonic() + 200
    while True:
        assert time.monotonic() < until and not work.done()
        seen = stage(number)
        if seen and 0 < seen[0] < seen[1]:
            return seen
        time.sleep(0.02)


@needs_spark
def test_a_cluster_of_two_workers_gives_the_same_and_one_of_them_may_die(city, tmp_path):
    given = (built_in(), DAY, *files(city, "{}.parquet"))
    with Cluster(tmp_path) as cluster, ThreadPoolExecutor(1) as pool:
        spark.screen_files(*given, tmp_path / "quiet", cluster.url, GRAIN)
        assert_same(tmp_path / "quiet", city / "expected")
        assert all(any(cluster.work(number).glob("app-*/*")) for number in range(2))
        work = pool.submit(spark.screen_files, *given, tmp_path / "out", cluster.url, GRAIN)
        done, tasks = half_way(work, 2)  # the evaluation: splits are dealt, households matched, results not yet saved
        cluster.kill(1)
        assert 0 < done < tasks and not work.done()
        assert work.result(timeout=240)["person"] == 12_000
        assert len(list(cluster.work(1).glob("app-*"))) == 2 and "Removing worker" in cluster.told()
    assert_same(tmp_path / "out", city / "expected")
