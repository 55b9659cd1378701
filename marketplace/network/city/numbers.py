"""Numbers of invented people: always a new one, made for whole blocks at once."""
import numpy as np

from marketplace.core import identity_number

AREA = "371499"  # an area code that no place has, so that no number can be a real person's
OLDEST = np.datetime64("1880-01-01", "D")
PER_DAY = 500  # serials of a sex on a day


class ResidentNumbers:
    """Deals out resident identity numbers (GB 11643-1999). Two people born on a day get two serials while there are any."""

    def __init__(self, as_of: np.datetime64):
        self.dealt = np.zeros(2 * (int((as_of - OLDEST).astype(int)) + 366), dtype=np.int64)

    def deal(self, born: np.ndarray, male: np.ndarray) -> np.ndarray:
        """The numbers of people born on these days."""
        pot = 2 * (born - OLDEST).astype(np.int64) + male
        order = np.argsort(pot, kind="stable")
        ranked = pot[order]
        first = np.flatnonzero(np.diff(ranked, prepend=-1))
        size = np.diff(np.append(first, len(ranked)))
        turn = np.empty(len(pot), dtype=np.int64)
        turn[order] = np.arange(len(pot)) - np.repeat(first, size)
        turn += self.dealt[pot]
        self.dealt[ranked[first]] += size
        return _with_check(born, turn % PER_DAY * 2 + male)


def _with_check(born: np.ndarray, serial: np.ndarray) -> np.ndarray:
    month = born.astype("datetime64[M]")
    year = month.astype("datetime64[Y]").astype(np.int64) + 1970
    day = (born - month).astype(np.int64) + 1
    parts = ((np.int64(AREA), 6), (year, 4), (month.astype(np.int64) % 12 + 1, 2), (day, 2), (serial, 3))
    digits = np.concatenate([_digits(value, wide, len(born)) for value, wide in parts], axis=1)
    check = digits.astype(np.int64) @ np.array(identity_number.WEIGHTS) % 11
    letters = np.frombuffer(identity_number.CHECKS.encode(), dtype=np.uint8)[check]
    return _text(np.concatenate([digits + ord("0"), letters[:, None]], axis=1))


def _digits(value: np.ndarray | np.int64, wide: int, count: int) -> np.ndarray:
    tens = 10 ** np.arange(wide - 1, -1, -1)
    return np.broadcast_to((np.asarray(value)[..., None] // tens % 10).astype(np.uint8), (count, wide))


def _text(letters: np.ndarray) -> np.ndarray:
    wide = letters.shape[1]
    return np.ascontiguousarray(letters, dtype=np.uint8).view(f"S{wide}").ravel().astype(f"U{wide}").astype(object)


def numbered(prefix: str, first: int, count: int, wide: int) -> np.ndarray:
    """`prefix` and the numbers from `first` on, in `wide` digits."""
    head = np.broadcast_to(np.frombuffer(prefix.encode(), dtype=np.uint8), (count, len(prefix)))
    return _text(np.concatenate([head, _digits(np.arange(first, first + count), wide, count) + ord("0")], axis=1))
