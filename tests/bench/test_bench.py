"""The benchmark runs, its answers agree, and it says what it measured."""
import json

from bench.__main__ import run
from bench.one import measure


def test_a_small_city_is_measured_and_written_down(tmp_path, capsys):
    assert run(tmp_path, [2_000], 2, True, measure, turns=1) == 0
    said = json.loads((tmp_path / "bench.json").read_text())
    measured = said["sizes"]["2000"]
    assert {"generate", "scan", "screen", "interpreter", "explain", "changed"} <= set(measured)
    assert said["wrong"] == [] and said["growth_exponent"] is None
    assert said["ratios"]["2000"]["screening / scan"] == measured["screen"]["seconds"] / measured["scan"]["seconds"]
    assert {aim["met"] for aim in said["aims"]} <= {True, False, None}
    assert "times the scan" in capsys.readouterr().out


def test_an_answer_that_differs_ends_in_failure(tmp_path):
    def lying(task, *asked):
        return measure(task, *asked) | ({"differs": ["a policy"]} if task == "changed" else {})

    assert run(tmp_path, [300], 1, False, lying, turns=1) == 1
