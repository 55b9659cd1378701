"""The certificate of a gift: a page to keep or to hang up. A4, across, on warm paper."""
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.paper import Sheet
from marketplace.money.receipts.models import Receipt
from marketplace.web.filters import day
from marketplace.web.papers import paper

MARGIN, SIDE = 12, 46  # mm
WIDE = 297 - 2 * SIDE
TOP, FOOT = 78, 156  # where the words begin and end
SCALES = (1, 0.85, 0.7, 0.55)


def render(receipt: Receipt, payer: str, language: str) -> bytes:
    """The certificate with its giver's name ("" for none) as a PDF."""
    with paper.in_language(language):
        title = _("Certificate of donation")
        sheet = Sheet(language, clock.day_of(receipt.issued_at), f"{title} {receipt.number}", MARGIN, landscape=True)
        sheet.set_auto_page_break(False)
        sheet.add_page()
        _frame(sheet)
        paper.lantern(sheet, sheet.w / 2 - 9, 24, 18)
        _middle(sheet, title if language == "en" else " ".join(title), 34, 46, strong=True, colour=paper.ACCENT)
        _middle(sheet, _("No. %(number)s", number=receipt.number), 11, 63, colour=paper.QUIET)
        _words(sheet, receipt, payer or paper.unnamed())
        _foot(sheet, receipt)
        return bytes(sheet.output())


def _frame(sheet: Sheet) -> None:
    """Warm ground, two lines, and a small square at each corner where they meet."""
    sheet.set_fill_color(paper.GROUND)
    sheet.rect(0, 0, sheet.w, sheet.h, style="F")
    sheet.set_fill_color(paper.LIGHT)
    for inset, width in ((MARGIN - 3, 1.1), (MARGIN, 0.3)):
        sheet.set_draw_color(paper.ACCENT)
        sheet.set_line_width(width)
        sheet.rect(inset, inset, sheet.w - 2 * inset, sheet.h - 2 * inset, style="DF")
    sheet.set_fill_color(paper.ACCENT)
    for x in (MARGIN + 2.5, sheet.w - MARGIN - 5.5):
        for y in (MARGIN + 2.5, sheet.h - MARGIN - 5.5):
            with sheet.rotation(45, x + 1.5, y + 1.5):
                sheet.rect(x, y, 3, 3, style="F")


def _middle(sheet: Sheet, text: str, size: float, top: float, **more) -> float:
    """The text in the middle of the page from `top` on; where it ends."""
    for line in _even(sheet, text, size):
        sheet.set_xy(SIDE, top)
        sheet.line_of(line, size, size * 0.5, width=WIDE, align="C", **more)
        top += size * 0.5
    return top


def _even(sheet: Sheet, text: str, size: float) -> list[str]:
    """The lines of the text, of nearly the same length, so that no word is left alone."""
    lines = sheet.lines(text, size, WIDE)
    width = WIDE
    while len(lines) > 1 and len(narrower := sheet.lines(text, size, width - 3)) == len(lines):
        width, lines = width - 3, narrower
    return lines


def _words(sheet: Sheet, receipt: Receipt, payer: str) -> None:
    """Who gave what to whom; smaller where there is much to say, so that it stays above the foot."""
    said = _said(receipt, payer)
    scale = next((one for one in SCALES if _height(sheet, said, one) <= FOOT - TOP), SCALES[-1])
    top: float = TOP
    for n, (text, size, gap, more) in enumerate(said):
        top = _middle(sheet, text, size * scale, top + gap * scale, **more)
        if n == 0:
            sheet.set_draw_color(paper.ACCENT)
            sheet.set_line_width(0.4)
            sheet.line(sheet.w / 2 - 35, top + 2 * scale, sheet.w / 2 + 35, top + 2 * scale)


def _said(receipt: Receipt, payer: str) -> list[tuple[str, float, float, dict]]:
    """Text, size in points, space above in mm, and how it is written."""
    gave = _("gave %(given)s to %(charity)s on %(day)s", day=day(receipt.given_on), charity=paper.receiver(receipt),
             given=paper.given(receipt))
    what_for = _("for “%(title)s”", title=receipt.title) if receipt.title else _("for its own fund")
    lines: list[tuple[str, float, float, dict]] = [
        (payer, 30, 0, {"strong": True}), (gave, 18, 9, {}), (what_for, 18, 1.5, {})]
    if receipt.amount_fen:
        lines.append((paper.in_words(receipt.amount_fen), 13, 4, {"colour": paper.QUIET}))
    return [*lines, (_("Thank you. A small wish, a neighbour who could."), 16, 8, {"colour": paper.ACCENT})]


def _height(sheet: Sheet, said: list, scale: float) -> float:
    return sum(gap * scale + len(_even(sheet, text, size * scale)) * size * scale * 0.5 for text, size, gap, _more in said)


def _foot(sheet: Sheet, receipt: Receipt) -> None:
    top = FOOT + 2
    paper.code(sheet, paper.address(receipt), MARGIN + 10, top, 26)
    sheet.set_xy(MARGIN + 38, top + 8)
    for text in (_("Scan to check this certificate"), paper.address(receipt),
                 _("A keepsake; for taxes there is the official donation receipt.")):
        sheet.line_of(text, 9, 5, colour=paper.QUIET)
    sheet.set_xy(sheet.w / 2, top + 6)
    sheet.line_of(paper.receiver(receipt), 15, 8, strong=True, width=sheet.w / 2 - MARGIN - 14, align="R")
    sheet.line_of(day(receipt.issued_at), 12, 7, colour=paper.QUIET, width=sheet.w / 2 - MARGIN - 14, align="R")
