"""Soft things for the demo's pictures."""
from marketplace.demo.shapes import CREAM, Sheet


def quilt(s: Sheet) -> None:
    """Folded three times, thick, with a quilted pattern and its lining turned up."""
    s.box(20, 52, 80, 66, s.dark, 7)
    s.box(20, 38, 80, 55, s.main, 8)
    s.box(20, 23, 80, 42, s.light, 9)
    s.box(20, 34, 80, 42, CREAM, 4)
    s.box(20, 34, 80, 37, s.light)
    for row, y in enumerate((27, 45.5, 58)):
        colour = (s.main, s.light, s.main)[row]
        for x in range(28 + 4 * (row % 2), 76, 9):
            s.poly(colour, x, y - 2.2, x + 2.4, y, x, y + 2.2, x - 2.4, y)


def blanket(s: Sheet) -> None:
    s.box(26, 22, 74, 60, s.main, 4)
    for x in range(32, 72, 8):
        s.box(x, 22, x + 3, 60, s.light)
    for y in range(28, 58, 10):
        s.box(26, y, 74, y + 2, s.dark)
    for x in range(27, 74, 3):
        s.line(s.main, 0.8, x, 60, x, 65)


def sheets(s: Sheet) -> None:
    """A folded set with two pillow cases on top, tied with a ribbon."""
    s.box(22, 50, 78, 65, s.main, 3)
    s.box(22, 56, 78, 58, s.light)
    s.box(25, 38, 75, 50, CREAM, 3)
    for x in range(30, 74, 6):
        s.oval(x, 43, x + 2.2, 45.2, s.light)
    s.box(28, 27, 72, 38, s.light, 3)
    s.box(28, 32, 72, 33.4, s.main)
    s.box(47, 26, 53, 65, s.dark)
    for side in (-1, 1):
        s.poly(s.dark, 50, 27, 50 + 11 * side, 18, 50 + 12 * side, 27)
        s.oval(min(50, 50 + 12 * side), 17, max(50, 50 + 12 * side), 27, s.dark)
    s.oval(47.5, 22, 52.5, 28, s.main)


def pillow(s: Sheet) -> None:
    """Plump, with corners, leaning on another one."""
    _plump(s, 30, 20, 84, 52, s.dark, s.dark)
    _plump(s, 16, 30, 72, 65, s.main, s.light)
    for x in range(26, 66, 7):
        for y in (40, 48, 56):
            s.oval(x, y, x + 1.8, y + 1.8, s.light if (x + y) % 2 else CREAM)


def _plump(s: Sheet, x: float, y: float, x2: float, y2: float, colour: str, edge: str) -> None:
    for cx, cy in ((x + 3, y + 3), (x2 - 3, y + 3), (x + 3, y2 - 3), (x2 - 3, y2 - 3)):
        s.oval(cx - 4, cy - 4, cx + 4, cy + 4, edge)
    s.box(x, y + 1, x2, y2 - 1, edge, 9)
    s.box(x + 1.4, y + 2.4, x2 - 1.4, y2 - 2.4, colour, 9)


def cushion(s: Sheet) -> None:
    """For a wheelchair: thick, with air cells and a strap."""
    s.box(18, 50, 82, 63, s.dark, 5)
    s.poly(s.main, 26, 32, 74, 32, 82, 52, 18, 52)
    s.box(18, 48, 82, 56, s.main, 4)
    for row, (y, left, wide) in enumerate(((34, 31, 8.6), (39, 29, 9.4), (44, 27, 10.2))):
        for n in range(4):
            x = left + n * (wide + 1.4)
            s.oval(x, y, x + wide, y + 4 + row * 0.3, s.light)
    s.box(46, 56, 54, 68, CREAM, 1.5)
    s.box(47.5, 59, 52.5, 63, s.main, 1)
