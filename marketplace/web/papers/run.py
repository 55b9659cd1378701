"""A run on paper: its stops in their order with the numbers to scan, and labels for its parcels. It names no household."""
import io
from collections.abc import Sequence

import segno
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.core.paper import Sheet
from marketplace.market.runs.models import Run
from marketplace.market.runs.queries import StopView
from marketplace.web import words_of_runs as words
from marketplace.web.papers import paper

MARGIN, CODE, CELL, HIGH = 15, 15, 36, 20  # mm: the code of a parcel, and the room for it with its number
COLUMNS = 5
LABELS, ROWS, WIDE, TALL = 2, 6, 97, 46  # labels on a page, and the size of one


def sheet(run: Run, stops: Sequence[StopView], driver: str, language: str) -> bytes:
    """The sheet that a driver takes along, as a PDF."""
    with paper.in_language(language):
        title = _("Run on %(day)s", day=words.weekday(run.day))
        page = Sheet(language, run.day, title, MARGIN)
        page.set_auto_page_break(True, MARGIN)
        page.add_page()
        page.line_of(title, 20, 11, strong=True, colour=paper.ACCENT)
        parcels = sum(len(view.parcels) for view in stops)
        facts = (_("Start %(time)s at %(place)s", time=words.clock(run.starts_at), place=run.start_name),
                 words.kilometres(run.metres), _("back about %(time)s", time=words.clock(run.ends_at)),
                 ngettext("%(num)d parcel", "%(num)d parcels", parcels), driver or _("no driver yet"))
        for line in page.lines(" · ".join(facts), 11, page.epw):
            page.line_of(line, 11, 6, colour=paper.QUIET)
        for number, view in enumerate(stops, 1):
            _stop(page, run, number, view)
        return bytes(page.output())


def _stop(page: Sheet, run: Run, number: int, view: StopView) -> None:
    rows = -(-len(view.parcels) // COLUMNS)
    if page.get_y() + 32 + min(rows, 2) * HIGH > page.h - MARGIN:
        page.add_page()
    page.ln(4)
    page.set_draw_color(paper.LINE)
    page.line(MARGIN, page.get_y(), page.w - MARGIN, page.get_y())
    page.ln(2)
    station = view.station
    page.line_of(f"{number}. {words.station_name(station)}", 14, 8, strong=True)
    said = (_("about %(time)s", time=words.clock(view.stop.at)),
            _("open %(hours)s", hours=words.hours(station.spans_on(run.day))), station.phone,
            ngettext("%(num)d parcel", "%(num)d parcels", len(view.parcels)))
    page.line_of(" · ".join(said), 10.5, 6)
    page.line_of(station.address, 10.5, 6, colour=paper.QUIET)
    for first in range(0, len(view.parcels), COLUMNS):
        if page.get_y() + HIGH > page.h - MARGIN:
            page.add_page()
        top = page.get_y() + 1
        for column, parcel in enumerate(view.parcels[first:first + COLUMNS]):
            _parcel(page, parcel.ref, MARGIN + column * CELL, top)
        page.set_xy(MARGIN, top + HIGH - 1)
    page.line_of(_("Taken over at the station (time, signature): ______________________"), 9.5, 7, colour=paper.QUIET)


def _parcel(page: Sheet, ref: str, x: float, y: float) -> None:
    code(page, ref, x, y, CODE)
    page.set_draw_color(paper.INK)
    page.rect(x + CODE + 2, y + 8, 3.5, 3.5)
    page.set_xy(x + CODE + 1, y + 2)
    page.line_of(ref[:4], 10, 5, strong=True)
    page.set_xy(x, y + CODE - 0.5)
    page.line_of(words.ref(ref), 8.5, 4)


def labels(run: Run, stops: Sequence[StopView], language: str) -> bytes:
    """A label for each parcel in the order of the stops, as a PDF: two beside each other, to be cut out."""
    with paper.in_language(language):
        page = Sheet(language, run.day, _("Labels"), 8)
        page.set_auto_page_break(False)
        wanted = [(view, parcel.ref) for view in stops for parcel in view.parcels]
        for index, (view, ref) in enumerate(wanted):
            place = index % (LABELS * ROWS)
            if place == 0:
                page.add_page()
            _label(page, view, ref, 8 + place % LABELS * WIDE, 8 + place // LABELS * TALL)
        if not wanted:
            page.add_page()
        return bytes(page.output())


def _label(page: Sheet, view: StopView, ref: str, x: float, y: float) -> None:
    page.set_draw_color(paper.LINE)
    page.rect(x, y, WIDE, TALL)
    code(page, ref, x + 3, y + 4, 30)
    page.set_xy(x + 36, y + 5)
    page.line_of(words.ref(ref), 17, 9, strong=True)
    station = view.station
    for text, size, strong in ((station.name, 11, True), (station.address, 9, False), (station.phone, 9, False)):
        for line in page.lines(text, size, WIDE - 40)[:3]:
            page.set_x(x + 36)
            page.line_of(line, size, 5.2, strong=strong)


def code(page: Sheet, text: str, x: float, y: float, width: float) -> None:
    """The number of a parcel to scan."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=6, border=2)
    page.image(out, x=x, y=y, w=width, alt_text=text)
