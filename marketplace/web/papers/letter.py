"""Letters of thanks from a charity, for a gift or for a year: warm, plain, never a family's story. A4, upright."""
from dataclasses import dataclass
from datetime import date

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core import clock
from marketplace.core.paper import Sheet
from marketplace.market.letters.models import YearLetter
from marketplace.money.receipts.models import Receipt
from marketplace.people.organisations import queries as organisations
from marketplace.web.filters import day
from marketplace.web.locale import lang, yuan
from marketplace.web.papers import paper

MARGIN, TOP, SIZE, ROW = 30, 84, 14.5, 9.4  # mm, points, mm
NAMED = 8  # receipts that a letter for a year names by their numbers


@dataclass(frozen=True)
class _Letter:
    """What a letter says: to whom, in which paragraphs, from whom, on which day, its number and where it is checked."""

    to: str
    said: tuple[str, ...]
    charity: str
    on: date
    number: str
    link: str
    note: str


def for_gift(receipt: Receipt, payer: str, language: str) -> bytes:
    """The letter for a gift; its number and its code are those of the receipt."""
    with paper.in_language(language):
        return _drawn(_Letter(_dear(payer), (_arrived(receipt), *_warm()), paper.receiver(receipt),
                              clock.day_of(receipt.issued_at), receipt.number, paper.address(receipt),
                              _("This letter belongs to receipt %(number)s.", number=receipt.number)), language)


def _dear(name: str) -> str:
    return _("Dear %(name)s,", name=name) if name else _("Dear friend,")


def _arrived(receipt: Receipt) -> str:
    """What has come, as far as it is known to have come."""
    facts = {"given": paper.given(receipt), "day": day(receipt.given_on)}
    if receipt.kind == "money":
        return _("The %(given)s that you gave on %(day)s have reached our account, and are in our books for the purpose "
                 "that you chose.", **facts)
    if receipt.kind == "goods":
        return _("What you gave (%(given)s) was handed over on %(day)s, and whoever wished for it has confirmed that it "
                 "arrived.", **facts)
    return _("You gave what cannot be bought: your time (%(given)s). On %(day)s it was done, and whoever wished for it has "
             "confirmed it.", **facts)


def _warm() -> tuple[str, str]:
    return (_("A wish may be small. To whoever waits for it, it is a warm night, a good day at school, an afternoon in "
              "company. You thought of somebody whom you have never met, and asked for nothing in return."),
            _("We keep to what you entrusted to us, and show every step of it to everybody. Thank you, from all of us."))


def for_year(letter: YearLetter, name: str, language: str) -> bytes:
    """The letter for a year, with its own number and code."""
    with paper.in_language(language):
        english = organisations.one(letter.organisation_id).english if lang() == "en" else ""
        times = ngettext("%(num)d gift", "%(num)d gifts", letter.gifts)
        said = (_("In %(year)s you gave us %(times)s, together %(sum)s (goods count with their declared value).",
                  year=letter.year, times=times, sum=yuan(letter.amount_fen)) if letter.amount_fen else
                _("In %(year)s you gave us %(times)s.", year=letter.year, times=times))
        return _drawn(_Letter(_dear(name), (said, *_warm()), english or letter.organisation,
                              clock.day_of(letter.written_at), letter.number, address(letter), _named(letter)), language)


def _named(letter: YearLetter) -> str:
    numbers, more = letter.numbers[:NAMED], len(letter.numbers) - NAMED
    listed = "  ".join(numbers) + (" " + ngettext("and %(num)d more", "and %(num)d more", more) if more > 0 else "")
    return _("For the gifts with the receipts %(numbers)s.", numbers=listed)


def address(letter: YearLetter) -> str:
    """Where anybody can check a letter for a year."""
    return f"{current_app.config['SETTINGS'].site_url}/letters/{letter.number}"


def _drawn(letter: _Letter, language: str) -> bytes:
    title = _("A letter of thanks")
    sheet = Sheet(language, letter.on, f"{title} {letter.number}", MARGIN)
    sheet.set_auto_page_break(False)
    sheet.add_page()
    _ground(sheet)
    sheet.set_xy(MARGIN, 50)
    sheet.line_of("  ".join(title) if language == "zh" else title, 30, 16, strong=True, colour=paper.ACCENT,
                  width=sheet.epw, align="C")
    sheet.set_xy(MARGIN, TOP)
    for line in sheet.lines(letter.to, 17, sheet.epw):
        sheet.line_of(line, 17, 11, strong=True)
    for paragraph in letter.said:
        sheet.ln(3)
        sheet.set_x(MARGIN)
        for line in sheet.lines(paragraph, SIZE, sheet.epw):
            sheet.line_of(line, SIZE, ROW)
    sheet.ln(9)
    _signed(sheet, letter)
    _foot(sheet, letter)
    return bytes(sheet.output())


def _ground(sheet: Sheet) -> None:
    """Warm paper with a fine line, the lantern above."""
    sheet.set_fill_color(paper.GROUND)
    sheet.rect(0, 0, sheet.w, sheet.h, style="F")
    sheet.set_fill_color(paper.LIGHT)
    sheet.set_draw_color(paper.ACCENT)
    sheet.set_line_width(0.5)
    sheet.rect(12, 12, sheet.w - 24, sheet.h - 24, style="DF", round_corners=True, corner_radius=4)
    paper.lantern(sheet, sheet.w / 2 - 9, 24, 18)


def _signed(sheet: Sheet, letter: _Letter) -> None:
    for line in sheet.lines(letter.charity, 15, sheet.epw):
        sheet.set_x(MARGIN)
        sheet.line_of(line, 15, 9, strong=True, width=sheet.epw, align="R")
    sheet.set_x(MARGIN)
    sheet.line_of(day(letter.on), 12, 8, colour=paper.QUIET, width=sheet.epw, align="R")


def _foot(sheet: Sheet, letter: _Letter) -> None:
    top = 242
    sheet.set_draw_color(paper.LINE)
    sheet.set_line_width(0.3)
    sheet.line(MARGIN, top - 4, sheet.w - MARGIN, top - 4)
    paper.code(sheet, letter.link, MARGIN - 3, top - 1, 30)
    left = MARGIN + 30
    sheet.set_xy(left, top + 2)
    for text in (_("No. %(number)s", number=letter.number), _("Scan to check this letter"), letter.link, letter.note):
        for line in sheet.lines(text, 8.5, sheet.w - MARGIN - left):
            sheet.line_of(line, 8.5, 4.5, colour=paper.QUIET)
