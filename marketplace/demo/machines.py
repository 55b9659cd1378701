"""More things for the demo's pictures: those with a switch or a wheel."""
from marketplace.demo.shapes import CREAM, INK, STEEL, Sheet


def heater(s: Sheet) -> None:
    s.box(28, 14, 72, 62, s.main, 6)
    s.box(33, 19, 67, 52, INK, 3)
    for y in (25, 34, 43):
        s.box(36, y, 64, y + 4, "#ff8a3c", 2)
        s.box(40, y + 1, 60, y + 2.4, "#ffd08a", 0.6)
    s.oval(58, 54, 63, 59, CREAM)
    for x in (34, 62):
        s.box(x, 61, x + 5, 66, s.dark, 1)


def monitor(s: Sheet) -> None:
    s.arc(52, 30, 92, 62, 120, 300, INK, 1.2)
    s.box(66, 40, 86, 62, s.dark, 5)
    s.box(70, 44, 82, 58, s.light, 3)
    s.box(16, 26, 62, 62, CREAM, 6)
    s.box(21, 31, 48, 56, s.main, 3)
    for n, wide in enumerate((20, 16, 10)):
        s.box(24, 34.5 + 7 * n, 24 + wide, 38.5 + 7 * n, CREAM, 1)
    s.oval(51, 38, 58, 45, s.dark)


def tricycle(s: Sheet) -> None:
    s.line(s.main, 2.6, 34, 54, 52, 44, 68, 54)
    s.line(s.main, 2.6, 68, 54, 62, 24)
    s.line(INK, 2, 55, 25, 69, 21)
    s.line(STEEL, 2, 48, 46, 44, 34)
    s.box(36, 30, 52, 35, s.dark, 2.4)
    for x, y, size in ((30, 56, 8), (70, 54, 11)):
        s.ring(x - size, y - size, x + size, y + size, INK, 2.2)
        s.oval(x - 2, y - 2, x + 2, y + 2, s.light)


def battery(s: Sheet) -> None:
    for x in (34, 60):
        s.box(x, 18, x + 7, 26, STEEL, 1)
    s.box(26, 24, 74, 64, s.main, 4)
    s.box(26, 24, 74, 34, s.dark, 4)
    s.poly("#ffd15c", 52, 37, 42, 51, 49, 51, 46, 61, 58, 46, 51, 46)
