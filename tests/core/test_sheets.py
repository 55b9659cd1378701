"""Spreadsheets from strangers are measured before they are opened, and ours run nothing."""
import io
import zipfile

import pytest
from openpyxl import load_workbook

from marketplace.core import clock, sheets
from marketplace.core.errors import Invalid
from marketplace.core.sheets import Table


def packed(change=None, **parts: bytes) -> bytes:
    """A workbook of ours with parts added to it, or its text changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheets.write(Table("a", ("物品",), [("棉被",)])))) as old, \
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if change else old.read(part))
        for name, content in parts.items():
            new.writestr(name.replace("__", "/").replace("_bin", ".bin"), content)
    return out.getvalue()


def test_what_looks_like_a_formula_stays_a_text_and_days_come_back():
    risky = ("=1+1", "+1", "@SUM(A1)", "-2", "\ttab", "=cmd|' /C calc'!A0", "bell\x07")
    rows = [*((text, 5) for text in risky), (clock.today(), 2.5), (clock.now(), None)]
    content = sheets.write(Table("库存", ("a", "b"), rows))
    cells = [row[0] for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(min_row=2)]
    assert [c.data_type for c in cells[:len(risky)]] == ["s"] * len(risky) and cells[0].value == "=1+1"
    read = sheets.read(content, 100, 5)
    assert read[0] == (1, ["a", "b", "", "", ""]) and read[1][1][:2] == ["=1+1", 5]
    assert read[len(risky) + 1][1][:2] == [clock.today().isoformat(), 2.5]


def test_what_is_no_plain_spreadsheet_is_refused_by_its_reason():
    bomb = b"0" * (sheets.MOST_UNPACKED + 1)
    entities = b'<!DOCTYPE a [<!ENTITY b "bb">]>'
    for content, rule in ((b"", "no_sheet"), (b"item,units\n", "no_sheet"), (b"PK\x03\x04 broken", "no_sheet"),
                          (b"\xd0\xcf\x11\xe0" * 100, "no_sheet"), (b"x" * (sheets.MOST_BYTES + 1), "sheet_too_large"),
                          (packed(xl__bomb=bomb), "sheet_too_large"), (packed(xl__vbaProject_bin=b"code"), "sheet_macros"),
                          (packed(lambda text: entities + text), "no_sheet"),
                          (packed(lambda text: (entities + text).decode().encode("utf-16")), "no_sheet"),
                          (packed(lambda text: text[:40]), "no_sheet"), (_empty_box(), "no_sheet"),
                          (packed(**{f"xl__{n}": b"" for n in range(sheets.MOST_PARTS)}), "sheet_too_large")):
        with pytest.raises(Invalid) as no:
            sheets.read(content, 10, 5)
        assert no.value.rule == rule, content[:60]
    with pytest.raises(Invalid) as no:
        sheets.read(sheets.write(Table("a", ("a",), [(n,) for n in range(11)])), 11, 5)
    assert no.value.rule == "sheet_too_long"


def _empty_box() -> bytes:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    return out.getvalue()
