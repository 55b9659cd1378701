"""What everything on paper shares: its own letters, lines that break where a language lets them, the same bytes always."""
import logging
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path

from fpdf import FPDF, ViewerPreferences
from fpdf.enums import TextMode
from fpdf.fonts import TTFFont

FONT = Path(__file__).parents[1] / "data" / "fonts" / "NotoSansSC.ttf"
FAMILY, UNKNOWN = "NotoSansSC", "〓"  # the sign of printers for a character that they have not
MM = 25.4 / 72  # of a point
INK, QUIET, ACCENT = (25, 22, 18), (84, 74, 62), (147, 48, 10)
CHINESE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
ENDS, OPENS = "，。、；：？！）》”’〕】」』·…%,.;:?!)", "（《“‘〔【「『("
PIECES = re.compile(rf"[{OPENS}]*(?:[{CHINESE}]|[^\s{CHINESE}{OPENS}]+)?[{ENDS}]*|\s+")
logging.getLogger("fontTools.subset").setLevel(logging.WARNING)

Colour = tuple[int, int, int]


class Sheet(FPDF):
    """Pages of A4 in one language, as of a day, with a title that readers show."""

    def __init__(self, language: str, as_of: date, title: str, margin: float, landscape: bool = False):
        super().__init__(orientation="landscape" if landscape else "portrait", format="A4")
        self.set_creation_date(datetime.combine(as_of, time(), UTC))
        self.set_margin(margin)
        self.set_title(title)
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_lang("zh-CN" if language == "zh" else "en")
        self.add_font(FAMILY, fname=FONT)
        self.set_font(FAMILY, size=12)
        letters = self.fonts[FAMILY.lower()]
        assert isinstance(letters, TTFFont)
        self.known = frozenset(letters.cmap)

    def printable(self, text: str) -> str:
        """The text with every character that the font has not marked as such."""
        return "".join(c if ord(c) in self.known else UNKNOWN for c in text)

    def lines(self, text: str, size: float, width: float) -> list[str]:
        """The text in lines of at most `width` mm at this size."""
        self.set_font(FAMILY, size=size)
        return broken(self.printable(text), width, self.get_string_width)

    def line_of(self, text: str, size: float, height: float, strong: bool = False, colour: Colour = INK, width: float = 0,
                align: str = "L") -> None:
        """One line from the cursor on, then the cursor at the start of the next."""
        left = self.get_x()
        with self.local_context(text_mode=TextMode.FILL_STROKE if strong else TextMode.FILL, line_width=0.25):
            self.set_font(FAMILY, size=size)
            self.set_text_color(colour)
            self.set_draw_color(colour)
            self.cell(w=width, h=height, text=self.printable(text), align=align, new_x="LMARGIN", new_y="NEXT")
        self.set_x(left)


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
