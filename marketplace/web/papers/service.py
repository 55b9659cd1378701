"""A certificate of voluntary service on paper: who served how long at what, place for signatures and the seal. A4, upright.

Its fields are those of 志愿服务记录与证明出具办法（试行）; the number of an ID card is for the holder to write in, by hand.
"""
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core import clock
from marketplace.core.paper import Sheet
from marketplace.market.attestations.models import Attestation
from marketplace.people.organisations import queries as organisations
from marketplace.web.filters import category, day
from marketplace.web.locale import lang
from marketplace.web.papers import paper
from marketplace.web.words_of_worth import served

MARGIN, COLUMN = 26, 104  # mm
SEAL = 19  # radius


def render(issued: Attestation, name: str, language: str) -> bytes:
    """The certificate with its holder's name as a PDF."""
    with paper.in_language(language):
        title = _("Certificate of voluntary service")
        assert issued.issued_at
        sheet = Sheet(language, clock.day_of(issued.issued_at), f"{title} {issued.number}", MARGIN)
        sheet.set_auto_page_break(False)
        sheet.add_page()
        _frame(sheet)
        sheet.set_xy(MARGIN, 34)
        sheet.line_of(" ".join(title) if language == "zh" else title, 25, 12, strong=True, colour=paper.ACCENT,
                      width=sheet.epw, align="C")
        sheet.line_of(_("No. %(number)s", number=issued.number), 11, 8, colour=paper.QUIET, width=sheet.epw, align="C")
        _words(sheet, issued, name)
        _table(sheet, issued)
        _foot(sheet, issued)
        return bytes(sheet.output())


def address(issued: Attestation) -> str:
    """Where anybody can check it."""
    return f"{current_app.config['SETTINGS'].site_url}/service/{issued.number}"


def issuer(issued: Attestation) -> str:
    """The charity's name in the reader's language; in Chinese as it was when the certificate was issued."""
    english = organisations.one(issued.organisation_id).english if lang() == "en" else ""
    return english or issued.organisation


def _frame(sheet: Sheet) -> None:
    for inset, width in ((11, 0.9), (13.5, 0.3)):
        sheet.set_draw_color(paper.ACCENT)
        sheet.set_line_width(width)
        sheet.rect(inset, inset, sheet.w - 2 * inset, sheet.h - 2 * inset)
    paper.lantern(sheet, sheet.w / 2 - 6, 19, 12)


def _words(sheet: Sheet, issued: Attestation, name: str) -> None:
    sheet.set_xy(MARGIN, 66)
    times = ngettext("%(num)d service", "%(num)d services", issued.services)
    said = (_("This is to certify that %(name)s (kind and number of the ID: ____________________) gave voluntary service "
              "with %(charity)s between %(first)s and %(last)s: %(times)s, each confirmed by the household that was "
              "helped. In all:", name=name, charity=issuer(issued), first=day(issued.first_on), last=day(issued.last_on),
              times=times))
    for line in sheet.lines(said, 14, sheet.epw):
        sheet.line_of(line, 14, 9)
    sheet.ln(2)
    sheet.set_x(MARGIN)
    sheet.line_of(served(issued.hours, issued.visits, issued.minutes), 22, 13, strong=True, colour=paper.ACCENT,
                  width=sheet.epw, align="C")


def _table(sheet: Sheet, issued: Attestation) -> None:
    sheet.ln(4)
    _cells(sheet, _("What was done"), _("Time of service"), head=True)
    for kind, hours, visits, minutes in issued.contents:
        _cells(sheet, category(kind) or _("Service"), served(hours, visits, minutes))


def _cells(sheet: Sheet, what: str, how_much: str, head: bool = False) -> None:
    top = sheet.get_y()
    colour = paper.QUIET if head else paper.INK
    sheet.set_xy(MARGIN, top + 1.5)
    sheet.line_of(what, 12, 6.5, colour=colour)
    sheet.set_xy(MARGIN + COLUMN, top + 1.5)
    sheet.line_of(how_much, 12, 6.5, colour=colour, width=sheet.epw - COLUMN, align="R")
    sheet.set_draw_color(paper.ACCENT if head else paper.LINE)
    sheet.set_line_width(0.3)
    sheet.line(MARGIN, top + 9, sheet.w - MARGIN, top + 9)
    sheet.set_xy(MARGIN, top + 9)


def _foot(sheet: Sheet, issued: Attestation) -> None:
    assert issued.issued_at
    top, right = 208, sheet.w / 2 + 4
    sheet.set_xy(right, top)
    for line in sheet.lines(issuer(issued), 13, sheet.w - MARGIN - right):
        sheet.line_of(line, 13, 7, strong=True)
    signed = (_("Person in charge (signature): ____________"), _("Handled by (signature): ____________"))
    for text, size in ((f"{_('Credit code')} {issued.credit_code}", 9), (day(issued.issued_at), 12), (signed[0], 10),
                       (signed[1], 10)):
        sheet.set_x(right)
        sheet.line_of(text, size, 7.5, colour=paper.QUIET)
    _seal(sheet, right - SEAL - 8, top + 22)
    paper.code(sheet, address(issued), MARGIN - 3, top, 30)
    sheet.set_xy(MARGIN, 252)
    note = _("Scan to check it, or look at %(link)s. Issued free of charge by the rules on records and certificates of "
             "voluntary service (志愿服务记录与证明出具办法). The site keeps no ID number: please compare it with the ID "
             "card.", link=address(issued))
    for line in sheet.lines(note, 9, sheet.epw):
        sheet.line_of(line, 9, 5, colour=paper.QUIET)


def _seal(sheet: Sheet, x: float, y: float) -> None:
    """Where the charity puts its seal."""
    sheet.set_draw_color(paper.LINE)
    sheet.set_line_width(0.4)
    sheet.set_dash_pattern(dash=1.6, gap=1.4)
    sheet.ellipse(x - SEAL, y - SEAL, 2 * SEAL, 2 * SEAL)
    sheet.set_dash_pattern()
    sheet.set_xy(x - SEAL, y - 3)
    sheet.line_of(_("Place for the seal"), 10, 6, colour=paper.QUIET, width=2 * SEAL, align="C")
