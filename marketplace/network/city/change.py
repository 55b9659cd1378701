"""What happens to households between two snapshots."""
import numpy as np

from marketplace.network.city.draw import Draw
from marketplace.network.city.households import CATEGORIES
from marketplace.network.city.land import Land

NEXT = {"tekun": "dibao", "dibao": "marginal", "marginal": "dibao", "rigid": "marginal", None: "dibao"}
NEW_SHARES = (0.05, 0.6, 0.25, 0.1)


def change(home: dict, person: dict, changing: np.ndarray, at_home: np.ndarray, land: Land, draw: Draw) -> None:
    """Give each household in `changing` exactly one event, in place.

    Those on record come off it, change their category, move, or lose their oldest member; others come onto it, move, or
    lose their oldest member.
    """
    rows = np.flatnonzero(changing)
    event = draw.chance.random(len(rows))
    known = (home["reg_category"][rows] != None) | (home["poverty_monitor"][rows] != None)  # noqa: E711  element by element
    _end(home, rows[known & (event < 0.35)])
    other = rows[known & (event >= 0.35) & (event < 0.6)]
    _enter(home, other, np.array([NEXT[name] for name in home["reg_category"][other]], dtype=object), draw)
    begins = rows[~known & (event < 0.6)]
    _enter(home, begins, draw.one_of(np.ones(len(begins), dtype=bool), CATEGORIES, NEW_SHARES), draw)
    _move(home, rows[(event >= 0.6) & (event < 0.75)], land, draw)
    dies = np.zeros(len(changing), dtype=bool)
    dies[rows[event >= 0.75]] = True
    _die(person, dies[at_home], at_home, draw)


def _end(home: dict, rows: np.ndarray) -> None:
    for name in ("reg_category", "poverty_monitor", "gradual_exit_start"):
        home[name][rows] = None if home[name].dtype == object else np.datetime64("NaT", "D")
    home["reg_category_since"][rows] = np.datetime64("NaT", "D")
    home["last_dibao_amount"][rows] = np.ma.masked


def _enter(home: dict, rows: np.ndarray, categories: np.ndarray, draw: Draw) -> None:
    home["reg_category"][rows], home["reg_category_since"][rows] = categories, draw.as_of


def _move(home: dict, rows: np.ndarray, land: Land, draw: Draw) -> None:
    """To another village of the city."""
    to = (land.at(home["village_code"][rows]) + draw.chance.integers(1, len(land.villages), len(rows))) % len(land.villages)
    for name, codes in land.codes(to).items():
        home[name][rows] = codes


def _die(person: dict, among: np.ndarray, at_home: np.ndarray, draw: Draw) -> None:
    """The oldest living member of each household in `among` has died; if it was the head, the next becomes head."""
    candidates = np.flatnonzero(among & person["alive"])
    oldest = candidates[np.lexsort((person["birth_date"][candidates], at_home[candidates]))]
    dead = oldest[np.flatnonzero(np.diff(at_home[oldest], prepend=-1))]
    person["alive"][dead] = False
    person["death_date"][dead] = draw.as_of
    heads = dead[person["relation"][dead] == "head"]
    followed = heads[(heads + 1 < len(at_home))]
    followed = followed[at_home[followed + 1] == at_home[followed]]
    followed = followed[person["alive"][followed + 1]]
    person["relation"][followed + 1], person["relation"][followed] = "head", "other"
