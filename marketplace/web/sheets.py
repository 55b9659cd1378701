"""Spreadsheets to take along, as a program opens them; nothing in them runs."""
import io
from collections.abc import Iterable, Sequence

from flask import Response
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 40


def download(name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The rows as a sheet in a file of this name, for no cache to keep. What is None stays empty, texts stay texts."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title, sheet.freeze_panes = title[:31], "A2"
    sheet.append([str(head) for head in heads])
    widths = [len(str(head)) for head in heads]
    for row in rows:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins like a formula is none
        widths = [max(width, len(str(value or ""))) for width, value in zip(widths, row)]
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top")
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = min(WIDEST, 2 * width + 2)
    out = io.BytesIO()
    book.save(out)
    answer = Response(out.getvalue(), mimetype=KIND)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
