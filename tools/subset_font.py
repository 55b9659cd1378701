"""Cuts a font down to what the project prints: `subset_font.py FONT CHARACTERS OUT`. The same inputs give the same bytes."""
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
TEXTS = ("marketplace/data/*.yaml", "marketplace/data/demo/*.yaml", "marketplace/data/places.csv",
         "marketplace/translations/zh/LC_MESSAGES/messages.po")
LATIN = [chr(code) for code in range(0x20, 0x180)]


def gb2312() -> set[str]:
    """All characters of GB 2312-80: Chinese characters, punctuation and signs."""
    found = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            found.add(bytes((high, low)).decode("gb2312", "ignore"))
    return found - {""}


def own() -> set[str]:
    """Every character of the project's own texts."""
    return {c for pattern in TEXTS for path in sorted(ROOT.glob(pattern)) for c in path.read_text(encoding="utf-8")}


def main(source: str, table: str, out: str) -> None:
    wanted = gb2312() | own() | set(Path(table).read_text(encoding="utf-8")) | set(LATIN)
    options = subset.Options()
    options.layout_features, options.hinting, options.name_IDs = [], False, ["*"]
    options.drop_tables += ["BASE", "GPOS", "GSUB", "STAT", "gasp", "vhea", "vmtx"]
    with TTFont(source, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(c for c in wanted if c.isprintable())))
        cutter.subset(font)
        font.save(out)
    sys.stdout.write(f"{Path(out).stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
