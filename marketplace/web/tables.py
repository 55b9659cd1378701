"""Tables to take along: CSV that a spreadsheet opens with its Chinese, and runs nothing of."""
import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from marketplace.core import sheets

RUNS = ("=", "+", "-", "@", "\t", "\r")


def download(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The rows as a file of this name, for no cache to keep. What is None stays empty."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    answer = Response(out.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _cell(value: object) -> object:
    """A text that a spreadsheet would run is made plain; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RUNS) else value


def workbook(name: str, table: sheets.Table) -> Response:
    """A table as a spreadsheet of this name, for no cache to keep."""
    answer = Response(sheets.write(table), mimetype=sheets.MIMETYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def yuan(fen: int | None) -> str | None:
    """An amount as a spreadsheet reads it; nothing for none."""
    return None if fen is None else f"{fen // 100}.{fen % 100:02}"
