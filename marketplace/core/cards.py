"""A picture to share: 1200 by 630, with the thing, its title, how far it is, and a code that leads to the page."""
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont, ImageOps

FONT = Path(__file__).parents[1] / "data" / "fonts" / "NotoSansSC.ttf"
WIDTH, HEIGHT, EDGE, SPLIT, CODE = 1200, 630, 56, 560, 185
GROUND, SURFACE, INK, QUIET, LINE = "#faf5ec", "#fffdf9", "#231c15", "#665a4c", "#e4d8c5"
LANTERN, GLOW, DONE, FILL = "#b53c0a", "#fbe6d6", "#2b6a42", "#f6cfa6"
NO_START = "，。、；：？！）》”’」』…%,.;:?!)"


@dataclass(frozen=True)
class Card:
    """What stands on a card, in one language; `done` of `all` in any unit. `picture` is an image, or empty."""

    title: str
    by: str
    progress: str
    invitation: str
    site: str
    address: str
    done: int
    all: int
    picture: bytes = b""


@lru_cache(maxsize=128)
def draw(card: Card) -> bytes:
    """The card as PNG; the same card gives the same bytes."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    pen = ImageDraw.Draw(sheet)
    _picture(sheet, pen, card.picture)
    left, right = SPLIT + EDGE, WIDTH - EDGE
    _lantern(pen, left, EDGE)
    pen.text((left + 48, EDGE + 2), card.site, INK, _font(28), stroke_width=1, stroke_fill=INK)
    size, lines = _fitting(card.title, right - left)
    top = 128
    for line in lines:
        pen.text((left, top), line, INK, _font(size), stroke_width=1, stroke_fill=INK)
        top += round(size * 1.35)
    pen.text((left, top + 8), _cut(card.by, _font(26), right - left), QUIET, _font(26))
    _bar(pen, (left, 372, right, 392), card)
    pen.text((left, 404), _cut(card.progress, _font(26), right - left), INK, _font(26))
    code = _code(card.address)
    sheet.paste(code, (right - code.width, HEIGHT - EDGE - code.height + 20))
    for number, line in enumerate(_wrapped(card.invitation, _font(26), right - left - code.width - 24)[:3]):
        pen.text((left, HEIGHT - EDGE - 108 + number * 40), line, QUIET, _font(26))
    out = io.BytesIO()
    sheet.save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


def _picture(sheet: Image.Image, pen: ImageDraw.ImageDraw, content: bytes) -> None:
    if content:
        sheet.paste(ImageOps.fit(Image.open(io.BytesIO(content)).convert("RGB"), (SPLIT, HEIGHT)), (0, 0))
        return
    pen.rectangle((0, 0, SPLIT, HEIGHT), fill=GLOW)
    _lantern(pen, SPLIT // 2 - 130, 140, 260)


def _lantern(pen: ImageDraw.ImageDraw, x: int, y: int, size: int = 36) -> None:
    """The sign of the site: a lantern."""
    def at(*parts: float) -> tuple[float, ...]:
        return tuple((x, y)[n % 2] + part * size for n, part in enumerate(parts))

    pen.line(at(0.5, 0, 0.5, 0.2), LANTERN, max(2, size // 14))
    pen.rectangle(at(0.3, 0.16, 0.7, 0.26), fill=LANTERN)
    pen.ellipse(at(0.04, 0.22, 0.96, 0.84), fill=LANTERN)
    pen.ellipse(at(0.3, 0.22, 0.7, 0.84), fill=FILL)
    pen.rectangle(at(0.3, 0.8, 0.7, 0.9), fill=LANTERN)
    pen.line(at(0.5, 0.9, 0.5, 1.1), LANTERN, max(2, size // 14))


def _bar(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], card: Card) -> None:
    left, top, right, bottom = box
    pen.rounded_rectangle(box, 10, fill=LINE)
    part = min(card.done, card.all) * (right - left) // max(card.all, 1)
    if part:
        pen.rounded_rectangle((left, top, left + max(part, 20), bottom), 10, fill=DONE if card.done >= card.all else LANTERN)


def _code(address: str) -> Image.Image:
    out, code = io.BytesIO(), segno.make(address, error="m", micro=False)
    code.save(out, kind="png", scale=max(3, CODE // code.symbol_size(border=2)[0]), border=2, dark=INK, light=SURFACE)
    return Image.open(out).convert("RGB")


def _fitting(text: str, width: int) -> tuple[int, list[str]]:
    """The largest letters in which a title takes at most three lines, and the lines."""
    for size in (60, 52, 44, 38):
        lines = _wrapped(text, _font(size), width)
        if len(lines) * size * 1.35 <= 190:
            return size, lines
    return 38, [*lines[:2], _cut("".join(lines[2:]), _font(38), width)]


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and font.getlength(lines[-1] + piece) > width and piece not in NO_START:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line.strip()]


def _pieces(text: str) -> Iterator[str]:
    """Chinese by characters, other writing by words with the blank before them."""
    word = ""
    for sign in text:
        if sign == " " or ord(sign) > 0x2E7F:
            if word:
                yield word
            word = sign if sign == " " else ""
            if sign != " ":
                yield sign
        else:
            word += sign
    if word:
        yield word


def _cut(text: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"
