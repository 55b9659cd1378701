"""More things for the demo's pictures: those with a switch or a wheel."""
from marketplace.demo.shapes import CREAM, INK, STEEL, WOOD, Sheet


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


def hearing_aid(s: Sheet) -> None:
    s.arc(26, 12, 62, 62, 160, 330, s.main, 11)
    s.box(27, 36, 38, 58, s.main, 5.5)
    s.arc(30, 16, 58, 58, 180, 290, s.light, 2)
    s.oval(30, 46, 35, 51, CREAM)
    s.oval(50, 20, 61, 31, s.main)
    s.line(STEEL, 2, 58, 27, 64, 30, 69, 37, 70, 45, 67, 52, 62, 56)
    s.oval(50, 50, 65, 65, CREAM)
    s.oval(54, 54, 61, 61, s.light)
    s.oval(56, 56, 59, 59, s.dark)


def watch(s: Sheet) -> None:
    s.box(43, 8, 57, 68, s.dark, 5)
    for y in (54, 58, 62):
        s.oval(49, y, 51, y + 2, CREAM)
    s.box(35, 23, 65, 53, s.main, 9)
    s.box(39, 27, 61, 49, INK, 6)
    s.poly(s.light, 50, 47, 44, 37, 56, 37)
    s.oval(44, 30, 56, 42, s.light)
    s.oval(47.5, 33.5, 52.5, 38.5, INK)
    s.box(65, 35, 67.5, 41, STEEL, 1)


def sewing_machine(s: Sheet) -> None:
    s.box(20, 58, 80, 64, WOOD, 2)
    s.box(24, 51, 76, 58, s.dark, 2)
    s.box(62, 24, 75, 52, s.main, 3)
    s.box(28, 20, 75, 33, s.main, 5)
    s.box(28, 24, 39, 42, s.main, 4)
    s.box(32, 23, 66, 26, s.light, 1.5)
    s.line(STEEL, 1.4, 33.5, 42, 33.5, 50)
    s.box(29, 49, 38, 51, STEEL, 1)
    s.oval(75, 22, 83, 36, STEEL)
    s.oval(77, 26, 81, 32, s.dark)
    s.box(52, 13, 57, 20, CREAM, 1)
    s.box(51, 12, 58, 14, WOOD, 0.6)
    s.poly(s.light, 28, 51, 46, 51, 52, 58, 22, 58)
