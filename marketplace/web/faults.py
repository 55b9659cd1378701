"""Faults of a catalogue in the reader's language. The engine says them in English; a text that has no line here stays so."""
import re
from functools import cache

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

BLANK = re.compile(r"%\((\w+)\)s")
NAMED = re.compile(r"^(?P<name>\w+): (?P<wrong>.+)$", re.DOTALL)
SAYINGS = (
    _l("%(name)s is missing"), _l("%(name)s must be %(kind)s"), _l("%(name)s is %(value)s, must be one of %(among)s"),
    _l("%(name)s is %(value)s, must be one word of letters, digits and _"), _l("an entry of %(name)s is a mapping"),
    _l("%(name)s names one twice"), _l("%(name)s stands twice"), _l("%(name)s is not a day"),
    _l("as_of_max lies before as_of_min"), _l("%(name)s must be a name and a mapping"),
    _l("the domain of %(name)s does not name its keys"), _l("two rows begin on the same day for the same keys"),
    _l("a row is a day, %(count)s keys, a value and a tag"), _l("%(value)s is not in the domain of %(name)s"),
    _l("a row ends with its tag: V, P, K or D, and the source of V and P"), _l("the tag names no source of the list"),
    _l("the domain of %(name)s is a list of texts or of numbers: quote words like no and on"),
    _l("%(value)s is not a whole number in range"), _l("%(name)s has no value for %(keys)s on %(day)s, and no default"),
    _l("%(name)s has no value for %(keys)s"), _l("%(name)s: its values do not name all that it can be"),
    _l("there are 1 to 62 criteria"), _l("verification needs a truth of the household: h.verified"),
    _l("a severity is a name (high, medium, low) and an expression"), _l("the last severity is always true"),
    _l("%(name)s is no severity"), _l("%(name)s must not lie before the warning"),
    _l("a circle: %(names)s"), _l("the parameter %(name)s is used by nothing"), _l("%(name)s is used by nothing"),
    _l("%(name)s is not a column of the registry as it stands here"),
    _l("only a str has values, and fewer than 255"), _l("min to max is not a range"),
    _l("an expression is text"), _l("cannot be read as an expression"), _l("is too deep"),
    _l("is %(kind)s, must be %(due)s"), _l("%(part)s is not of this language"),
    _l("the number is too large"), _l("write true or false"),
    _l("%(name)s is not defined here"), _l("%(name)s is not defined"), _l("there is no policy %(name)s"),
    _l("there is no function %(name)s"), _l("there is no parameter %(name)s"),
    _l("%(name)s may be null: it may stand only in %(where)s"), _l("%(name)s is never null"),
    _l("%(name)s is a person's: here it may stand only in SUM, COUNT, ANY or MAX"),
    _l("%(name)s divides here and may be 0: a divisor is a positive number or parameter, or max(1, ...)"),
    _l("a chain of comparisons is not allowed: join them with and"), _l("%(one)s and %(other)s cannot be compared so"),
    _l("%(one)s and %(other)s can never be equal"), _l("in is followed by a list of literals"),
    _l("in takes a number or a text"), _l("%(name)s is never %(value)s"), _l("%(name)s is not a literal"),
    _l("%(name)s is %(kind)s, must be %(due)s"), _l("iff has %(one)s on one side and %(other)s on the other"),
    _l("%(name)s takes two or more numbers"), _l("nz takes a column and a literal"), _l("there is no such date"),
    _l("%(name)s takes %(due)s arguments, here are %(here)s"), _l("%(name)s is not a key of %(table)s"),
    _l("a key of %(table)s is %(due)s, %(name)s is %(kind)s"),
    _l("an aggregate stands in an expression of a household, and not in another aggregate"),
    _l("has a character that YAML does not allow"), _l("is nested without end"), _l("the document is not a mapping"),
    _l("%(value)s is neither a number nor a day: quote it"), _l("a key must be one word"),
    _l("mapping values are not allowed in this context"), _l("did not find expected key"),
    _l("could not find expected ':'"), _l("found character that cannot start any token"),
)


def said(fault: str) -> str:
    """A fault of a catalogue as a sentence; of an expression with the name of what it belongs to before it."""
    for pattern, saying in _patterns():
        if found := pattern.fullmatch(fault):
            return gettext(saying, **found.groupdict())
    if found := NAMED.match(fault):
        rest = said(found["wrong"])
        return f"{found['name']}: {rest}"
    return fault


@cache
def _patterns() -> list[tuple[re.Pattern, str]]:
    """Every saying as it looks in English, those that say most first; what fills a blank holds no colon."""
    texts = sorted((saying._args[0] for saying in SAYINGS), key=lambda text: -len(BLANK.sub("", text)))
    return [(re.compile(_pattern(text), re.DOTALL), text) for text in texts]


def _pattern(text: str) -> str:
    parts = BLANK.split(text)  # texts and names take turns
    return "".join(f"(?P<{part}>(?:(?!: ).)+?)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
