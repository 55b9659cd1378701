"""The benchmark of the matching runs, its plans keep all rules, and it says what it measured."""
import json

from bench import matching


def test_a_small_city_is_matched_in_all_ways_and_written_down(tmp_path, capsys):
    assert matching.run(tmp_path, 2_000, 400, 1) == 0
    said = json.loads((tmp_path / "bench-matching.json").read_text())
    goods = said["goods"]
    assert goods["bound"] >= goods["optimum"] > goods["greedy"] > [0, 0, 0]
    assert {"optimum", "greedy", "first come", "changed"} <= set(said["seconds"]) and said["wrong"] == []
    assert said["flows_proven"] == said["flows"] > 40
    assert "times first come first served" in capsys.readouterr().out


def test_a_plan_that_breaks_a_rule_ends_in_failure(tmp_path, monkeypatch):
    def lying(*asked, **how):
        plan = honest(*asked, **how)
        next(kind for kind in plan.kinds.values() if len(kind.units)).units[0] += 1_000_000_000
        return plan

    honest = matching.match
    monkeypatch.setattr(matching, "match", lying)
    assert matching.run(tmp_path, 300, 60, 1) == 1
