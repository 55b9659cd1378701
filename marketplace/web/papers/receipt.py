"""The receipt of a gift on paper: what was given, by whom, for what, and how to check it. A4, upright."""
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.paper import Sheet
from marketplace.money.receipts.models import Receipt
from marketplace.web import words_of_money as money
from marketplace.web.filters import day
from marketplace.web.locale import yuan
from marketplace.web.papers import paper
from marketplace.web.words import KINDS

MARGIN, LABEL = 22, 46  # mm
ROW = 6.4


def render(receipt: Receipt, payer: str, language: str) -> bytes:
    """The receipt with its giver's name ("" for none) as a PDF."""
    with paper.in_language(language):
        title = _("Donation receipt")
        sheet = Sheet(language, clock.day_of(receipt.issued_at), f"{title} {receipt.number}", MARGIN)
        sheet.add_page()
        _head(sheet, title, receipt)
        _sum(sheet, receipt)
        for label, value in _facts(receipt, payer):
            _row(sheet, label, value)
        _check(sheet, receipt)
        return bytes(sheet.output())


def _head(sheet: Sheet, title: str, receipt: Receipt) -> None:
    sheet.set_fill_color(paper.GROUND)
    sheet.rect(0, 0, sheet.w, 46, style="F")
    paper.lantern(sheet, MARGIN, 15, 13)
    sheet.set_xy(MARGIN + 18, 14)
    sheet.line_of(title, 24, 11, strong=True)
    sheet.line_of(f"{_('Tiny Wishes')} · {receipt.number}", 11, 6, colour=paper.QUIET)
    sheet.set_draw_color(paper.ACCENT)
    sheet.set_line_width(0.8)
    sheet.line(0, 46, sheet.w, 46)


def _sum(sheet: Sheet, receipt: Receipt) -> None:
    sheet.set_xy(MARGIN, 58)
    for line in sheet.lines(paper.given(receipt), 26, sheet.epw):
        sheet.line_of(line, 26, 13, strong=True, colour=paper.ACCENT)
    if receipt.amount_fen:
        what = "" if receipt.kind == "money" else _("Declared value by its invoice: %(sum)s, ", sum=yuan(receipt.amount_fen))
        for line in sheet.lines(what + paper.in_words(receipt.amount_fen), 12, sheet.epw):
            sheet.line_of(line, 12, ROW, colour=paper.QUIET)
    sheet.ln(6)


def _facts(receipt: Receipt, payer: str) -> list[tuple[str, str]]:
    kind = money.kind(receipt, KINDS)
    return [(_("Number"), receipt.number), (_("Given by"), payer or paper.unnamed()), (_("Kind"), str(kind)),
            (_("Given on"), day(receipt.given_on)), (_("Purpose"), money.purpose(receipt)),
            (_("Received by"), paper.receiver(receipt)),
            (_("Credit code"), receipt.credit_code), (_("Issued on"), day(receipt.issued_at))]


def _row(sheet: Sheet, label: str, value: str) -> None:
    lines = sheet.lines(value, 12, sheet.epw - LABEL)
    top = sheet.get_y()
    sheet.set_xy(MARGIN, top + 2)
    sheet.line_of(label, 11, ROW, colour=paper.QUIET)
    sheet.set_xy(MARGIN + LABEL, top + 2)
    for line in lines:
        sheet.line_of(line, 12, ROW)
    bottom = sheet.get_y() + 2
    sheet.set_draw_color(paper.LINE)
    sheet.set_line_width(0.2)
    sheet.line(MARGIN, bottom, sheet.w - MARGIN, bottom)
    sheet.set_xy(MARGIN, bottom)


def _check(sheet: Sheet, receipt: Receipt) -> None:
    link, top = paper.address(receipt), sheet.get_y() + 9
    paper.code(sheet, link, MARGIN - 3, top)
    sheet.set_xy(MARGIN + 32, top + 3)
    texts = ((_("Scan to check this receipt"), 12, paper.INK), (link, 9, paper.QUIET),
             (_("Fingerprint of its facts (SHA-256)"), 9, paper.QUIET), (receipt.digest[:32], 9, paper.QUIET),
             (receipt.digest[32:], 9, paper.QUIET))
    for text, size, colour in texts:
        sheet.line_of(text, size, 5.2, colour=colour)
    sheet.set_xy(MARGIN, top + 36)
    note = _("This is the charity's word that it received the gift. For taxes, ask on the page of your gift for the "
             "official donation receipt, which the finance bureau's system issues.")
    for line in sheet.lines(note, 10, sheet.epw):
        sheet.line_of(line, 10, 5.4, colour=paper.QUIET)
