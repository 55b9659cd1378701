"""A letter on paper: A4, nothing smaller than 16 points, with its own letters; the same letter gives the same bytes."""
from collections.abc import Iterator
from contextlib import contextmanager

from marketplace.assistance.policies.letter import Entry, Group, Letter, Part
from marketplace.core.paper import ACCENT, FAMILY, INK, MM, QUIET, Sheet

MARGIN, FOOT, INDENT = 18, 28, 5  # mm
SMALL, NORMAL, LARGE, HEADING, STATUS, TITLE = 16, 18, 20, 22, 26, 34  # points
LEADING = 1.4


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


class _Sheet(Sheet):
    """Pages with a foot, and paragraphs that stay together."""

    def __init__(self, letter: Letter):
        super().__init__(letter.language, letter.as_of, f"{letter.title} · {letter.household}", MARGIN)
        self.letter, self.inset = letter, 0
        self.set_auto_page_break(True, FOOT)

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
        return self.lines(text, size, self.epw - self.inset)

    def write_lines(self, text: str, size: int, strong: bool = False, colour: tuple[int, int, int] = INK) -> None:
        for line in self.broken(text, size):
            self.set_x(MARGIN + self.inset)
            self.line_of(line, size, size * LEADING * MM, strong, colour)
        self.set_x(MARGIN)
