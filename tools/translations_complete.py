"""Every text of the interface has its Chinese, with the same placeholders. Prints what is missing; exit 1 then."""
import io
import re
import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
PLACES = re.compile(r"%\((\w+)\)s")
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}


def texts() -> set[str]:
    """Every text in the code and the templates; of a plural the first form."""
    methods, options = parse_mapping_cfg(io.StringIO((ROOT / "babel.cfg").read_text()))
    found = extract_from_dir(str(ROOT), methods, options, KEYWORDS, ())
    return {message[0] if isinstance(message, tuple) else message for _file, _line, message, *_ in found}


def main() -> int:
    with (ROOT / "marketplace/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file)
    wrong = ["the catalogue has no header, or a fuzzy one: it would not be compiled"] if catalogue.fuzzy else []
    for text in sorted(texts()):
        message = catalogue.get(text)
        chinese = message and (message.string if isinstance(message.string, str) else message.string[0])
        if not message or not chinese or message.fuzzy:
            wrong.append(f"no Chinese: {text!r}")
        elif set(PLACES.findall(text)) != set(PLACES.findall(chinese)):
            wrong.append(f"other placeholders: {text!r} / {chinese!r}")
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
