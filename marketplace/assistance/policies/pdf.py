"""A letter on paper: A4, nothing smaller than 16 points, with its own letters; the same letter gives the same bytes."""
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path

from fpdf import FPDF, ViewerPreferences
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

from marketplace.assistance.policies.letter import Entry, Group, Letter, Part

FONT = Path(__file__).parents[2] / "data" / "fonts" / "NotoSansSC.ttf"
FAMILY, UNKNOWN = "NotoSansSC", "〓"  # the sign of printers for a character that they have not
MARGIN, FOOT, INDENT = 18, 28, 5  # mm
SMALL, NORMAL, LARGE, HEADING, STATUS, TITLE = 16, 18, 20, 22, 26, 34  # points
LEADING = 1.4
MM = 25.4 / 72
INK, QUIET, ACCENT = (25, 22, 18), (84, 74, 62), (147, 48, 10)
CHINESE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
ENDS, OPENS = "，。、；：？！）》”’〕】」』·…%,.;:?!)", "（《“‘〔【「『("
PIECES = re.compile(rf"[{OPENS}]*(?:[{CHINESE}]|[^\s{CHINESE}{OPENS}]+)?[{ENDS}]*|\s+")
logging.getLogger("fontTools.subset").setLevel(logging.WARNING)


def render(letter: Letter) -> bytes:
    """The letter as a PDF."""
    sheet = _Sheet(letter)
    sheet.add_page()
    sheet.write_lines(letter.title, TITLE, strong=True)
    for line in (letter.household, *letter.opening):
        sheet.write_lines(line, NORMAL)
    for group in letter.groups:
        _group(sheet, group)
    sheet.rule()
    for line in letter.closing:
        sheet.keep([(line, NORMAL)])
        sheet.write_lines(line, NORMAL)
        sheet.gap(2)
    sheet.keep([(letter.signature, LARGE)])
    sheet.gap(6)
    sheet.write_lines(letter.signature, NORMAL)
    return bytes(sheet.output())


def _group(sheet: "_Sheet", group: Group) -> None:
    first = group.parts[0]
    sheet.keep([(group.title, STATUS), *((line, NORMAL) for line in group.about), (first.title, HEADING),
                *_body(first.entries[0])])
    sheet.rule()
    sheet.write_lines(group.title, STATUS, strong=True, colour=ACCENT)
    for line in group.about:
        sheet.write_lines(line, NORMAL, colour=QUIET)
    for part in group.parts:
        _part(sheet, part)


def _part(sheet: "_Sheet", part: Part) -> None:
    sheet.keep([(part.title, HEADING), *_body(part.entries[0])])
    sheet.gap(3)
    sheet.write_lines(part.title, HEADING, strong=True)
    for entry in part.entries:
        _entry(sheet, entry)


def _entry(sheet: "_Sheet", entry: Entry) -> None:
    sheet.keep(_body(entry))
    sheet.gap(3)
    with sheet.indented():
        sheet.write_lines(entry.name, LARGE, strong=True)
        for line, size in _body(entry)[1:]:
            sheet.write_lines(line, size, colour=QUIET if line == entry.law else INK)


def _body(entry: Entry) -> list[tuple[str, int]]:
    """The lines of an entry with their sizes."""
    lines = [(entry.name, LARGE), (entry.gives, LARGE), (entry.private, NORMAL),
             *((line, NORMAL) for line in entry.said), (entry.law, NORMAL)]
    return [(line, size) for line, size in lines if line]


class _Sheet(FPDF):
    """Pages with a foot, and lines that break where Chinese may."""

    def __init__(self, letter: Letter):
        super().__init__(format="A4")
        self.letter, self.inset = letter, 0
        self.set_creation_date(datetime.combine(letter.as_of, time(), UTC))
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, FOOT)
        self.set_title(f"{letter.title} · {letter.household}")
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_lang("zh-CN" if letter.language == "zh" else "en")
        self.add_font(FAMILY, fname=FONT)
        self.set_font(FAMILY, size=NORMAL)
        letters = self.fonts[FAMILY.lower()]
        assert isinstance(letters, TTFFont)
        self.known = frozenset(letters.cmap)

    def footer(self) -> None:
        self.set_y(-FOOT + 2)
        self.set_font(FAMILY, size=SMALL)
        self.set_text_color(QUIET)
        height = SMALL * 1.25 * MM
        self.cell(w=0, h=height, text=self.letter.source, new_x="LMARGIN", new_y="NEXT")
        page = self.letter.page.format(page=self.page_no(), pages=self.str_alias_nb_pages)
        self.cell(w=0, h=height, text=f"{self.letter.household} · {page}")

    @contextmanager
    def indented(self) -> Iterator[None]:
        """A context in which lines begin further in."""
        self.inset = INDENT
        yield
        self.inset = 0

    def gap(self, millimetres: float) -> None:
        self.ln(millimetres)

    def rule(self) -> None:
        """A line across the page, except where a page begins."""
        if self.get_y() < MARGIN + 1:
            return
        self.gap(4)
        self.set_draw_color(QUIET)
        self.set_line_width(0.4)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
        self.gap(4)

    def keep(self, lines: list[tuple[str, int]]) -> None:
        """A new page, when these lines would not stay together on this one and would on a fresh one."""
        height = 8 + sum(len(self.broken(line, size)) * size * LEADING * MM for line, size in lines if line)
        if self.get_y() + height > self.h - FOOT and height < self.h - FOOT - MARGIN:
            self.add_page()

    def broken(self, text: str, size: int) -> list[str]:
        """The text in lines that fit."""
        self.set_font(FAMILY, size=size)
        shown = "".join(c if ord(c) in self.known else UNKNOWN for c in text)
        return broken(shown, self.epw - self.inset, self.get_string_width)

    def write_lines(self, text: str, size: int, strong: bool = False, colour: tuple[int, int, int] = INK) -> None:
        lines = self.broken(text, size)
        with self.local_context(text_mode=TextMode.FILL_STROKE if strong else TextMode.FILL, line_width=0.25):
            self.set_text_color(colour)
            self.set_draw_color(colour)
            for line in lines:
                self.set_x(MARGIN + self.inset)
                self.cell(w=0, h=size * LEADING * MM, text=line, new_x="LMARGIN", new_y="NEXT")


def broken(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Lines of at most `width`: Chinese breaks between characters, never before a stop or after an opening bracket."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and measure((line + piece).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line = (line + piece).lstrip() if not line else line + piece
    return [*lines, line.rstrip()] if line.strip() else lines


@lru_cache(maxsize=512)
def _pieces(text: str) -> tuple[str, ...]:
    return tuple(piece for piece in PIECES.findall(text) if piece)
