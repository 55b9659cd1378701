"""Things, drawn from simple shapes on a sheet of 100 by 75."""
import math

from PIL import Image, ImageDraw

CREAM, INK, STEEL, WOOD, LEAF = "#fff6e6", "#4a3b30", "#b9c3c9", "#a9764a", "#5f8f4e"


class Sheet:
    """A place to draw on, with a main colour, a lighter and a darker one."""

    def __init__(self, image: Image.Image, main: str, light: str, dark: str):
        self.brush, self.unit = ImageDraw.Draw(image), image.width / 100
        self.main, self.light, self.dark = main, light, dark

    def _at(self, *points: float) -> list[float]:
        return [p * self.unit for p in points]

    def box(self, x: float, y: float, x2: float, y2: float, colour: str, round_: float = 0) -> None:
        self.brush.rounded_rectangle(self._at(x, y, x2, y2), round_ * self.unit, fill=colour)

    def oval(self, x: float, y: float, x2: float, y2: float, colour: str) -> None:
        self.brush.ellipse(self._at(x, y, x2, y2), fill=colour)

    def ring(self, x: float, y: float, x2: float, y2: float, colour: str, wide: float) -> None:
        self.brush.ellipse(self._at(x, y, x2, y2), outline=colour, width=int(wide * self.unit))

    def arc(self, x: float, y: float, x2: float, y2: float, start: float, end: float, colour: str, wide: float) -> None:
        self.brush.arc(self._at(x, y, x2, y2), start, end, fill=colour, width=int(wide * self.unit))

    def line(self, colour: str, wide: float, *points: float) -> None:
        self.brush.line(self._at(*points), fill=colour, width=int(wide * self.unit), joint="curve")
        for x, y in (points[:2], points[-2:]):
            self.oval(x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2, colour)

    def poly(self, colour: str, *points: float) -> None:
        self.brush.polygon(self._at(*points), fill=colour)

    def pie(self, x: float, y: float, x2: float, y2: float, start: float, end: float, colour: str) -> None:
        self.brush.pieslice(self._at(x, y, x2, y2), start, end, fill=colour)


def coat(s: Sheet) -> None:
    s.poly(s.dark, 33, 24, 18, 54, 26, 58, 40, 36)
    s.poly(s.dark, 67, 24, 82, 54, 74, 58, 60, 36)
    s.box(32, 18, 68, 66, s.main, 7)
    for y in (30, 41, 52):
        s.box(32, y, 68, y + 1.4, s.dark)
    s.pie(39, 10, 61, 28, 0, 180, s.light)
    s.line(CREAM, 0.9, 50, 24, 50, 65)
    for y in (34, 45, 56):
        s.oval(51.5, y, 53.5, y + 2, CREAM)


def shoes(s: Sheet) -> None:
    for dx, dy in ((0, 0), (16, 9)):
        s.box(18 + dx, 52 + dy - 7, 60 + dx, 57 + dy - 7, CREAM, 2.5)
        s.poly(s.main, 20 + dx, 28 + dy, 33 + dx, 27 + dy, 42 + dx, 38 + dy, 57 + dx, 41 + dy, 59 + dx, 47 + dy,
               20 + dx, 47 + dy)
        s.box(20 + dx, 26 + dy, 34 + dx, 33 + dy, s.dark, 3)
        for n in range(3):
            s.line(CREAM, 0.9, 36 + 3.5 * n + dx, 38 + 1.5 * n + dy, 40 + 3.5 * n + dx, 33.5 + 2 * n + dy)


def umbrella(s: Sheet) -> None:
    s.line(WOOD, 1.6, 50, 20, 50, 60)
    s.arc(50, 55, 60, 65, 0, 180, WOOD, 1.6)
    s.pie(18, 14, 82, 74, 180, 360, s.main)
    s.pie(38, 14, 62, 74, 180, 360, s.light)
    for x in (18, 34, 50, 66):
        s.pie(x, 40, x + 16, 48, 180, 360, s.dark if x in (18, 66) else s.main)


def gloves(s: Sheet) -> None:
    for dx, flip in ((0, 1), (30, -1)):
        middle = 35 + dx
        s.oval(middle - 15 * flip - 5, 34, middle - 15 * flip + 7, 52, s.dark)
        s.box(middle - 10, 22, middle + 10, 56, s.main, 10)
        s.box(middle - 11, 53, middle + 11, 64, s.light, 3)
        for x in range(int(middle) - 8, int(middle) + 10, 4):
            s.line(s.dark, 0.6, x, 55, x, 62)
        s.poly(CREAM, middle, 31, middle + 5, 37, middle, 43, middle - 5, 37)


def kettle(s: Sheet) -> None:
    s.poly(s.dark, 30, 34, 18, 28, 21, 24, 33, 30)
    s.arc(55, 26, 82, 58, 270, 90, s.dark, 3.4)
    s.poly(s.main, 34, 24, 62, 24, 70, 62, 28, 62)
    s.poly(s.light, 38, 27, 44, 27, 41, 59, 33, 59)
    s.box(38, 19, 58, 25, s.dark, 2)
    s.oval(45.5, 14, 50.5, 19, s.dark)
    s.box(25, 61, 73, 65, INK, 2)
    s.oval(60, 55, 63, 58, "#ffd15c")


def cooker(s: Sheet) -> None:
    s.box(24, 30, 76, 64, s.main, 9)
    s.pie(24, 16, 76, 52, 180, 360, s.light)
    s.box(24, 33, 76, 36, CREAM)
    s.box(45, 13, 55, 18, s.dark, 2)
    s.box(38, 43, 62, 58, CREAM, 3)
    s.box(42, 46, 58, 51, s.dark, 1)
    for x in (43, 49, 55):
        s.oval(x, 53, x + 2.6, 55.6, s.main)


def pot(s: Sheet) -> None:
    s.line(WOOD, 4, 70, 40, 90, 34)
    s.box(20, 38, 72, 60, s.dark, 10)
    s.oval(18, 32, 74, 46, s.main)
    s.oval(22, 34, 70, 44, INK)
    for x, y in ((34, 36), (46, 38), (56, 36)):
        s.oval(x, y, x + 6, y + 5, "#f0a23c" if x != 46 else LEAF)


def lunchbox(s: Sheet) -> None:
    s.arc(36, 12, 64, 36, 180, 360, s.dark, 2.2)
    for n, colour in enumerate((s.light, s.main, s.dark)):
        s.box(28, 24 + 13.5 * n, 72, 37 + 13.5 * n, colour, 3)
    s.box(26, 22, 74, 27, CREAM, 2.4)
    s.box(47, 34, 53, 40, STEEL, 1)
    s.box(47, 48, 53, 54, STEEL, 1)


def bottle(s: Sheet) -> None:
    s.box(38, 24, 62, 66, s.main, 6)
    s.box(41, 28, 46, 60, s.light, 2.4)
    s.box(41, 15, 59, 26, s.dark, 2.4)
    s.box(44, 10, 56, 17, CREAM, 2)
    s.box(38, 44, 62, 54, CREAM)
    s.oval(47, 46, 53, 52, s.main)


def bowl(s: Sheet) -> None:
    s.line(WOOD, 1.4, 30, 14, 58, 38)
    s.line(WOOD, 1.4, 36, 11, 62, 38)
    s.pie(22, 14, 78, 66, 0, 180, s.main)
    s.box(42, 63, 58, 67, s.dark, 1)
    s.oval(22, 34, 78, 46, s.light)
    s.oval(26, 36, 74, 45, CREAM)
    for x in (30, 44, 58):
        s.arc(x, 46, x + 12, 58, 200, 340, CREAM, 1)


def fan(s: Sheet) -> None:
    s.line(STEEL, 2, 50, 40, 50, 62)
    s.box(36, 61, 64, 66, s.dark, 2.4)
    s.ring(29, 8, 71, 50, s.dark, 1.4)
    for angle in (30, 150, 270):
        x, y = 50 + 11 * math.cos(math.radians(angle)), 29 + 11 * math.sin(math.radians(angle))
        s.oval(x - 8, y - 8, x + 8, y + 8, s.light)
    s.ring(34, 13, 66, 45, s.main, 0.6)
    s.oval(46, 25, 54, 33, s.dark)


def lamp(s: Sheet) -> None:
    s.poly("#fff1b8", 36, 34, 64, 34, 80, 66, 20, 66)
    s.line(s.dark, 2, 66, 63, 70, 34, 54, 20)
    s.box(56, 62, 78, 66, s.dark, 2)
    s.poly(s.main, 44, 16, 56, 16, 66, 35, 34, 35)
    s.oval(34, 32.6, 66, 37.4, s.light)


def radio(s: Sheet) -> None:
    s.line(STEEL, 1, 66, 26, 80, 8)
    s.box(20, 26, 80, 64, s.main, 5)
    s.oval(25, 32, 51, 58, s.dark)
    s.oval(29, 36, 47, 54, s.light)
    s.oval(35, 42, 41, 48, s.dark)
    s.box(56, 33, 75, 42, CREAM, 1.4)
    s.line(s.main, 0.8, 66, 34, 66, 41)
    for x in (57, 64, 71):
        s.oval(x, 48, x + 5, 53, CREAM)


def clock(s: Sheet) -> None:
    s.oval(26, 14, 74, 62, s.main)
    s.oval(30, 18, 70, 58, CREAM)
    for hour in range(12):
        x, y = 50 + 17 * math.sin(hour * math.pi / 6), 38 - 17 * math.cos(hour * math.pi / 6)
        s.oval(x - 1, y - 1, x + 1, y + 1, s.dark)
    s.line(INK, 1.8, 50, 38, 42, 30)
    s.line(INK, 1.3, 50, 38, 61, 29)
    s.oval(48, 36, 52, 40, s.main)


def desk(s: Sheet) -> None:
    s.line(WOOD, 2.4, 26, 40, 20, 66)
    s.line(WOOD, 2.4, 74, 40, 80, 66)
    s.box(16, 36, 84, 42, s.main, 2)
    s.box(56, 42, 74, 52, s.dark, 1.4)
    s.box(26, 31, 46, 36, CREAM, 0.8)
    s.box(28, 27, 45, 31, s.light, 0.8)
    s.line("#e0b23a", 1, 60, 35, 70, 26)


def chair(s: Sheet) -> None:
    for x in (34, 64):
        s.line(WOOD, 2.4, x, 44, x - 3 if x < 50 else x + 3, 67)
    s.box(34, 12, 66, 34, s.main, 5)
    s.box(38, 16, 62, 30, s.light, 4)
    s.line(WOOD, 2.2, 37, 34, 36, 44)
    s.line(WOOD, 2.2, 63, 34, 64, 44)
    s.box(28, 42, 72, 50, s.dark, 4)


def bag(s: Sheet) -> None:
    s.arc(40, 8, 60, 28, 180, 360, s.dark, 2.4)
    s.box(24, 34, 32, 60, s.dark, 4)
    s.box(68, 34, 76, 60, s.dark, 4)
    s.box(29, 17, 71, 66, s.main, 12)
    s.box(34, 42, 66, 62, s.light, 4)
    s.line(CREAM, 1, 36, 48, 64, 48)
    s.box(48, 47, 52, 53, CREAM, 1)
    s.arc(33, 24, 67, 50, 200, 340, s.dark, 1)


def books(s: Sheet) -> None:
    for n, (colour, dx) in enumerate(((s.dark, 0), (s.main, 4), (s.light, -2))):
        y = 54 - 10 * n
        s.box(24 + dx, y, 74 + dx, y + 10, colour, 1.4)
        s.box(27 + dx, y + 2, 74 + dx, y + 8, CREAM)
        s.box(32 + dx, y, 35 + dx, y + 10, CREAM if n % 2 else "#e0b23a")
    s.poly(s.main, 36, 33, 52, 16, 66, 20, 62, 33)
    s.poly(CREAM, 38, 32, 52, 18, 64, 21, 60, 32)
    s.line(s.dark, 0.7, 52, 18, 50, 32)


def pencils(s: Sheet) -> None:
    for n, colour in enumerate((s.main, "#e0b23a", s.light, LEAF, s.dark)):
        x = 31 + 8 * n
        s.box(x, 22 - n % 2 * 4, x + 6, 48, colour)
        s.poly("#f0d2a8", x, 22 - n % 2 * 4, x + 6, 22 - n % 2 * 4, x + 3, 12 - n % 2 * 4)
        s.poly(colour, x + 2, 15.5 - n % 2 * 4, x + 4, 15.5 - n % 2 * 4, x + 3, 12 - n % 2 * 4)
    s.box(26, 42, 74, 66, s.dark, 4)
    s.box(30, 46, 70, 62, s.main, 3)


def ball(s: Sheet) -> None:
    s.oval(27, 16, 73, 62, "#d9792b")
    s.line(INK, 0.9, 50, 16, 50, 62)
    s.line(INK, 0.9, 27, 39, 73, 39)
    s.arc(8, 16, 44, 62, 300, 60, INK, 0.9)
    s.arc(56, 16, 92, 62, 120, 240, INK, 0.9)


def music(s: Sheet) -> None:
    s.line(s.dark, 2, 40, 22, 40, 56)
    s.line(s.dark, 2, 68, 16, 68, 50)
    s.poly(s.dark, 39, 20, 69, 13, 69, 21, 39, 28)
    s.oval(27, 50, 42, 61, s.main)
    s.oval(55, 44, 70, 55, s.main)
    s.oval(30, 52, 36, 56, s.light)


def cane(s: Sheet) -> None:
    s.arc(40, 8, 60, 28, 180, 350, s.dark, 3.4)
    s.line(STEEL, 2.4, 41.5, 18, 41.5, 54)
    for x in (28, 36, 47, 55):
        s.line(s.main, 1.8, 41.5, 52, x, 64)
        s.oval(x - 2, 63, x + 2, 67, INK)


def glasses(s: Sheet) -> None:
    for x in (20, 53):
        s.oval(x, 28, x + 27, 54, "#e3f0f5")
        s.ring(x, 28, x + 27, 54, s.main, 2.4)
        s.line(CREAM, 1.2, x + 8, 34, x + 6, 42)
    s.arc(44, 34, 56, 46, 200, 340, s.main, 2.4)
    s.line(s.main, 2, 20, 38, 13, 30)
    s.line(s.main, 2, 80, 38, 87, 30)


def stroller(s: Sheet) -> None:
    s.pie(22, 10, 72, 62, 180, 270, s.light)
    s.pie(22, 10, 72, 62, 0, 180, s.main)
    s.pie(30, 10, 64, 62, 180, 270, s.main)
    s.line(STEEL, 2, 71, 36, 84, 22)
    for x in (32, 60):
        s.line(STEEL, 1.6, 47, 50, x, 62)
        s.ring(x - 6, 56, x + 6, 68, INK, 2)


def blocks(s: Sheet) -> None:
    placed = ((24, 48, s.main), (43, 48, "#e0b23a"), (62, 48, LEAF), (33, 30, s.light), (52, 30, s.dark), (43, 12, s.main))
    for x, y, colour in placed:
        s.box(x, y, x + 17, y + 17, colour, 2)
        s.oval(x + 5, y + 5, x + 12, y + 12, CREAM)


def scissors(s: Sheet) -> None:
    s.poly(STEEL, 28, 12, 33, 11, 56, 46, 51, 48)
    s.poly("#d5dde1", 72, 12, 67, 11, 44, 46, 49, 48)
    s.ring(33, 44, 49, 62, s.main, 3)
    s.ring(51, 44, 67, 62, s.main, 3)
    s.oval(48, 40, 52, 44, INK)


def bucket(s: Sheet) -> None:
    s.arc(28, 10, 72, 54, 190, 350, STEEL, 1.6)
    s.poly(s.main, 28, 30, 72, 30, 66, 66, 34, 66)
    s.poly(s.light, 33, 32, 40, 32, 42, 63, 38, 63)
    s.oval(26, 25, 74, 35, s.dark)
    s.oval(30, 27, 70, 34, "#bfe0ea")
    for x, y in ((40, 22), (50, 19), (58, 23)):
        s.oval(x, y, x + 7, y + 7, "#eaf7fb")


def bulb(s: Sheet) -> None:
    for angle in range(200, 345, 28):
        x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        s.line("#f3c64a", 1.2, 50 + 25 * x, 32 + 25 * y, 50 + 30 * x, 32 + 30 * y)
    s.oval(33, 14, 67, 48, "#ffe08a")
    s.poly("#ffe08a", 40, 44, 60, 44, 57, 54, 43, 54)
    for n in range(3):
        s.box(43, 53 + 4 * n, 57, 56 + 4 * n, STEEL, 1)
    s.line(s.main, 1, 45, 50, 45, 36, 50, 40, 55, 36, 55, 50)


def tap(s: Sheet) -> None:
    s.box(44, 12, 62, 17, s.main, 2)
    s.box(51, 16, 55, 26, STEEL)
    s.box(30, 25, 76, 36, STEEL, 4)
    s.box(74, 20, 80, 41, "#9aa6ad", 1.4)
    s.box(28, 28, 39, 46, STEEL, 3)
    for y in (50, 59):
        s.oval(31.5, y, 36, y + 5.6, "#6fb3d2")


def plant(s: Sheet) -> None:
    s.line(LEAF, 1.8, 50, 50, 50, 24)
    for x, y in ((36, 30), (52, 24), (37, 16), (52, 38)):
        s.oval(x, y, x + 13, y + 9, LEAF)
    s.oval(43, 8, 57, 22, "#e0b23a")
    s.oval(47, 12, 53, 18, s.dark)
    s.poly(s.main, 34, 46, 66, 46, 61, 67, 39, 67)
    s.box(32, 43, 68, 49, s.dark, 1.4)


def heart(s: Sheet) -> None:
    s.oval(28, 18, 52, 42, s.main)
    s.oval(48, 18, 72, 42, s.main)
    s.poly(s.main, 29.6, 36, 70.4, 36, 50, 62)
    s.oval(34, 23, 42, 30, s.light)


def phone(s: Sheet) -> None:
    s.box(35, 8, 65, 66, INK, 4)
    s.box(37, 12, 63, 60, s.light, 1)
    s.oval(44, 20, 56, 32, CREAM)
    s.pie(40, 32, 60, 56, 180, 360, CREAM)
    s.oval(47, 61, 53, 65, STEEL)
    s.box(40, 50, 60, 56, LEAF, 3)


def bus(s: Sheet) -> None:
    s.box(16, 22, 84, 58, s.main, 5)
    for x in (21, 36, 51):
        s.box(x, 27, x + 12, 40, "#dcecf2", 1.4)
    s.box(67, 27, 80, 56, "#dcecf2", 1.4)
    s.box(16, 46, 66, 49, CREAM)
    for x in (30, 68):
        s.oval(x - 7, 52, x + 7, 66, INK)
        s.oval(x - 3, 56, x + 3, 62, STEEL)


def apple(s: Sheet) -> None:
    s.oval(28, 22, 54, 62, "#cf4436")
    s.oval(46, 22, 72, 62, "#cf4436")
    s.oval(33, 28, 40, 38, "#f08a74")
    s.line(WOOD, 1.6, 50, 26, 53, 14)
    s.oval(53, 13, 66, 21, LEAF)
