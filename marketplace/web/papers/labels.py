"""Labels of batches on sheets of A4, three across and eight down (70 × 37 mm): a code to scan, and what a person reads."""
from collections.abc import Mapping, Sequence

from flask import current_app
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.paper import Sheet
from marketplace.market.stock.models import Batch, Kit
from marketplace.web import words_of_goods as words
from marketplace.web.papers import paper

ACROSS, DOWN, WIDE, HIGH = 3, 8, 70.0, 37.125  # mm
A_SHEET = ACROSS * DOWN
CODE, INSET = 28, 4


def address(batch: Batch) -> str:
    """Where the code leads."""
    return f"{current_app.config['SETTINGS'].site_url}/charity/stock/batch/{batch.ref}"


def render(batches: Sequence[Batch], kits: Mapping[str, Kit], skip: int, language: str) -> bytes:
    """A label for each entry, behind `skip` that are used up on the first sheet."""
    with paper.in_language(language):
        sheet = Sheet(language, clock.today(), _("Labels"), 0)
        sheet.set_auto_page_break(False)
        for number, batch in enumerate(batches, skip):
            if number % A_SHEET == 0 or number == skip:
                sheet.add_page()
            down, across = divmod(number % A_SHEET, ACROSS)
            _draw(sheet, batch, kits, across * WIDE, down * HIGH)
        return bytes(sheet.output())


def _draw(sheet: Sheet, batch: Batch, kits: Mapping[str, Kit], x: float, y: float) -> None:
    paper.code(sheet, address(batch), x + INSET - 1, y + (HIGH - CODE) / 2, CODE)
    left, width = x + INSET + CODE, WIDE - 2 * INSET - CODE
    sheet.set_xy(left, y + INSET + 1)
    sheet.line_of(words.label(batch.ref), 15, 7, strong=True)
    named = sheet.lines(words.item(batch.item_code, kits), 11, width)
    for line in named[:2]:
        sheet.line_of(line, 11, 5, strong=True)
    for text in _facts(batch)[:3 - (len(named) > 1)]:
        for line in sheet.lines(text, 9, width):
            sheet.line_of(line, 9, 4.4, colour=paper.INK)


def _facts(batch: Batch) -> list[str]:
    """Size, last day (short, so that it stays whole), condition; what there is of them."""
    found = [_("Size: %(size)s", size=words.size(batch.size))] if batch.size else []
    if batch.expires_on:
        found.append(_("Use by %(day)s", day=batch.expires_on.isoformat()))
    return [*found, str(words.CONDITIONS[batch.condition])]
