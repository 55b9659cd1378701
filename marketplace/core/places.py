"""Division codes: 4 digits city, 6 county, 9 town, 12 village. An area is a prefix."""
import csv
import gzip
import io
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
CITY = "3714"
COUNTY, TOWN, VILLAGE = 6, 9, 12


def span(area: str) -> tuple[str, str]:
    """The half-open range of codes inside `area`, for `low <= code < high`. No area holds nothing."""
    return (area, area + ":") if area else ("~", "~")  # ':' sorts after '9', '~' after everything


@cache
def _names() -> dict[str, tuple[str, str]]:
    towns = (DATA / "places.csv").read_text(encoding="utf-8")
    villages = gzip.decompress((DATA / "villages.csv.gz").read_bytes()).decode()
    rows = [*csv.reader(io.StringIO(towns)), *csv.reader(io.StringIO(villages))]
    return {code: (chinese, english) for code, chinese, english in rows if code != "code"}


@cache
def children(code: str) -> tuple[str, ...]:
    """The codes directly below: counties of the city, towns of a county, villages of a town; in order."""
    below = {4: COUNTY, COUNTY: TOWN, TOWN: VILLAGE}.get(len(code))
    return tuple(sorted(c for c in _names() if len(c) == below and c.startswith(code)))


def known(code: str) -> bool:
    return code in _names()


def name(code: str, lang: str = "zh") -> str:
    """The name of a place; of a village that the official list does not know, its town's."""
    while code and code not in _names():
        code = {VILLAGE: code[:TOWN], TOWN: code[:COUNTY], COUNTY: code[:4]}.get(len(code), "")
    return _names()[code][lang == "en"] if code else ""


def full_name(code: str, lang: str = "zh") -> str:
    """From the county down to the place: 德城区新湖街道, or "Xinhu Subdistrict, Decheng"."""
    parts = [code[:n] for n in (COUNTY, TOWN, VILLAGE) if len(code) >= n and known(code[:n])] or [code[:4]]
    names = [name(part, lang) for part in parts]
    return ", ".join(reversed(names)) if lang == "en" else "".join(names)
