"""The rules of the house that a machine can read."""
import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = [p for folder in ("marketplace", "tests", "tools", "bench") for p in (ROOT / folder).rglob("*.py")]
HOUSE = [p for p in PYTHON if p.is_relative_to(ROOT / "marketplace")]


def test_one_place_commits():
    wrong = [str(p) for p in HOUSE if re.search(r"\.commit\(\)", p.read_text()) and p.name != "transaction.py"]
    assert not wrong


def test_one_place_asks_for_the_time():
    asking = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    wrong = [str(p) for p in HOUSE if asking.search(p.read_text())
             and p.name != "clock.py" and "standin" not in p.parts]
    assert not wrong


def test_one_place_moves_states():
    wrong = [str(p) for p in HOUSE if re.search(r"(?<!self)\.state = |values\(state=", p.read_text())
             and p.name not in ("arrows.py", "outbox.py") and "standin" not in p.parts]
    assert not wrong


@pytest.mark.parametrize("path", PYTHON, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_small(path):
    text = path.read_text()
    assert text.count("\n") <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            most = 50 if "journeys" not in path.parts else 150  # a journey is one story
            assert node.end_lineno - node.lineno < most, f"{node.name} is long"


def test_templates_carry_no_code_in_attributes():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", text), path


def test_one_file_names_colours():
    colour = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")
    for path in (ROOT / "static" / "css").glob("*.css"):
        if path.name != "tokens.css":
            assert not colour.search(path.read_text()), path


def test_nothing_left_for_later():
    for path in HOUSE + list((ROOT / "templates").rglob("*.html")):
        assert not re.search(r"\b(TODO|FIXME|XXX)\b", path.read_text()), path


def test_every_public_function_of_a_service_says_what_it_promises():
    for path in HOUSE:
        if path.name != "service.py" and path.parent.name != "service":
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node) or node.name in ("digest", "text_of"), f"{path.name}: {node.name}"


def test_nothing_outside_is_named():
    """No package registry's host and no path of somebody's machine stands in a committed file."""
    hosts = "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "npmjs" + r"\.(org|com)",
                      "deb" + r"\.debian\.org", "/wo" + "rk/"))
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix not in (".png", ".gz", ".webp", ".woff2", ".ico"):
            found = re.search(hosts, path.read_text(errors="ignore"))
            assert not found, f"{name}: {found and found.group()}"
