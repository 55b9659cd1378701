"""A giver's year on paper: every gift, and what they come to. A4, upright, as many pages as it takes."""
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core import clock
from marketplace.core.paper import Sheet
from marketplace.money.receipts.models import Receipt
from marketplace.money.receipts.queries import Year
from marketplace.web import words_of_money as money
from marketplace.web.filters import day
from marketplace.web.locale import yuan
from marketplace.web.papers import paper

MARGIN, FOOT = 20, 22  # mm
COLUMNS = (34, 62, 46, 28)


@dataclass(frozen=True)
class Total:
    """A line of the sum: what, and how much."""

    label: str
    value: str


def totals(found: Year) -> list[Total]:
    """What a year comes to, by kind and in all."""
    goods, services = found.of("goods"), found.of("service")
    unvalued = sum(not one.amount_fen for one in goods)
    lines = [Total(_("Money"), yuan(found.sum_fen("money")))]
    if goods:
        also = ngettext("(and %(num)d gift without one)", "(and %(num)d gifts without one)", unvalued) if unvalued else ""
        lines.append(Total(_("Goods, at their declared value"), f"{yuan(found.sum_fen('goods'))} {also}".strip()))
    if services:
        lines.append(Total(_("Services"), ngettext("%(num)d time", "%(num)d times", len(services))))
    return [*lines, Total(_("In all"), yuan(found.sum_fen()))]


def render(found: Year, name: str, language: str) -> bytes:
    """The year as a PDF."""
    with paper.in_language(language):
        title = _("My gifts in %(year)s", year=found.year)
        sheet = _Pages(language, clock.today(), title, MARGIN)
        sheet.add_page()
        paper.lantern(sheet, MARGIN, 16, 12)
        sheet.set_xy(MARGIN + 17, 15)
        sheet.line_of(title, 22, 10, strong=True)
        sheet.line_of(f"{name} · {_('as of %(day)s', day=day(clock.today()))}" if name else day(clock.today()), 11, 6,
                      colour=paper.QUIET)
        sheet.set_xy(MARGIN, 42)
        for total in totals(found):
            _total(sheet, total)
        sheet.ln(6)
        _table(sheet, found.receipts)
        return bytes(sheet.output())


class _Pages(Sheet):
    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.set_auto_page_break(False)

    def footer(self) -> None:
        self.set_xy(MARGIN, -FOOT + 4)
        for line in self.lines(_("Each number can be checked at %(site)s. Gifts that were given back are left out.",
                                 site=paper.address(Receipt(number=""))), 9, self.epw):
            self.line_of(line, 9, 4.6, colour=paper.QUIET)
        self.set_x(MARGIN)
        self.line_of(str(self.page_no()), 9, 4.6, colour=paper.QUIET)


def _total(sheet: Sheet, total: Total) -> None:
    top = sheet.get_y()
    sheet.line_of(total.label, 12, 7.5, colour=paper.QUIET)
    sheet.set_xy(MARGIN + 62, top)
    sheet.line_of(total.value, 13, 7.5, strong=True)
    sheet.set_x(MARGIN)


def _table(sheet: Sheet, receipts: Sequence[Receipt]) -> None:
    _cells(sheet, (_("Day"), _("Gift"), _("Number"), _("Amount")), head=True)
    for one in receipts:
        what = money.purpose(one) if one.kind == "money" else f"{one.title} ({paper.given(one)})"
        worth = yuan(one.amount_fen) if one.amount_fen else "—"
        _cells(sheet, (day(one.given_on), what, one.number, worth))


def _cells(sheet: Sheet, texts: tuple[str, str, str, str], head: bool = False) -> None:
    broken = [sheet.lines(text, 10, width - 2) for text, width in zip(texts, COLUMNS)]
    height = max(map(len, broken)) * 5 + 3
    if sheet.get_y() + height > sheet.h - FOOT:
        sheet.add_page()
        sheet.set_xy(MARGIN, MARGIN)
    top, left = sheet.get_y(), MARGIN
    for lines, width in zip(broken, COLUMNS):
        sheet.set_xy(left, top + 1.5)
        for line in lines:
            sheet.line_of(line, 10, 5, strong=head, colour=paper.QUIET if head else paper.INK, width=width,
                          align="R" if width == COLUMNS[-1] else "L")
        left += width
    sheet.set_draw_color(paper.LINE)
    sheet.set_line_width(0.2)
    sheet.line(MARGIN, top + height, sheet.w - MARGIN, top + height)
    sheet.set_xy(MARGIN, top + height)
