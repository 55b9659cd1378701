"""Form-encoded parameters: unfolded from their brackets, checked against what an endpoint knows."""
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from marketplace.standin.stripe.errors import Refusal

CURRENCIES = {"cny": "¥", "usd": "$", "eur": "€", "hkd": "HK$"}
MINIMUM = {"cny": 400, "usd": 50, "eur": 50, "hkd": 400}  # Stripe: what converts to half a dollar
MOST = 99_999_999


@dataclass(frozen=True)
class Field:
    """How one parameter is checked; `check(value, name)` returns it clean or raises Refusal."""

    check: Callable
    required: bool = False


def must(field: Field) -> Field:
    return replace(field, required=True)


def unfold(pairs: Iterable[tuple[str, str]]) -> dict:
    """`a[b][0]=x` as {"a": {"b": {"0": "x"}}}; an empty bracket counts upwards."""
    whole: dict = {}
    for name, value in pairs:
        head, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name) or [name]
        place = whole
        for step, _following in zip([head, *rest], rest):
            place = place.setdefault(_step(place, step), {})
            if not isinstance(place, dict):
                raise Refusal(f"Invalid {name}", param=name)
        place[_step(place, [head, *rest][-1])] = value
    return whole


def _step(place: dict, step: str) -> str:
    return step or str(len(place))


def read(given: dict, fields: dict[str, Field], prefix: str = "") -> dict:
    """The parameters `given`, clean. Raises Refusal for an unknown, a missing or an unfit one."""
    unknown = [_name(prefix, name) for name in given if name not in fields]
    if unknown:
        many = "parameters" if len(unknown) > 1 else "parameter"
        raise Refusal(f"Received unknown {many}: {', '.join(unknown)}", code="parameter_unknown", param=unknown[0])
    for name, field in fields.items():
        if field.required and name not in given:
            full = _name(prefix, name)
            raise Refusal(f"Missing required param: {full}.", code="parameter_missing", param=full)
    return {name: fields[name].check(value, _name(prefix, name)) for name, value in given.items()}


def _name(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def text(most: int = 5000) -> Field:
    def check(value, name):
        if not isinstance(value, str):
            raise Refusal(f"Invalid string: {value}", param=name)
        if value == "":
            raise Refusal(f"You passed an empty string for '{name}'. We assume empty values are an attempt to unset a "
                          f"parameter; however '{name}' cannot be unset. You should remove '{name}' from your request "
                          "or supply a non-empty value.", code="parameter_invalid_empty", param=name)
        if len(value) > most:
            raise Refusal(f"Invalid string: {value[:20]}...; must be at most {most} characters", param=name)
        return value
    return Field(check)


def integer(least: int | None = None) -> Field:
    def check(value, name):
        if not (isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value)):
            raise Refusal(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
        if least is not None and int(value) < least:
            kind = "positive integer" if least == 1 else "non-negative integer"
            raise Refusal(f"Invalid {kind}", code="parameter_invalid_integer", param=name)
        return int(value)
    return Field(check)


def amount(least: int = 1) -> Field:
    """A number of the currency's smallest unit, at most eight digits."""
    def check(value, name):
        number = integer(least).check(value, name)
        if number > MOST:
            raise Refusal(f"Amount must be no more than {MOST}", code="amount_too_large", param=name)
        return number
    return Field(check)


def boolean() -> Field:
    def check(value, name):
        if value not in ("true", "false"):
            raise Refusal(f"Invalid boolean: {value}", param=name)
        return value == "true"
    return Field(check)


def share() -> Field:
    """A number from 0 to 1."""
    def check(value, name):
        if not (isinstance(value, str) and re.fullmatch(r"0?\.\d+|[01](\.0+)?", value)):
            raise Refusal(f"Invalid {name}: must be a number from 0 to 1", param=name)
        return float(value)
    return Field(check)


def one_of(*values: str) -> Field:
    def check(value, name):
        if value not in values:
            listed = ", ".join(values[:-1]) + f", or {values[-1]}" if len(values) > 1 else values[0]
            raise Refusal(f"Invalid {name}: must be one of {listed}", param=name)
        return value
    return Field(check)


def currency() -> Field:
    def check(value, name):
        if value not in CURRENCIES:
            raise Refusal(f"Invalid currency: {value}. Supported here, in lower case: {', '.join(CURRENCIES)}",
                          param=name)
        return value
    return Field(check)


def url() -> Field:
    def check(value, name):
        if not (isinstance(value, str) and re.fullmatch(r"https?://[^\s/?#]+[^\s]*", value)):
            raise Refusal("Not a valid URL", code="url_invalid", param=name)
        return value
    return Field(check)


def email() -> Field:
    def check(value, name):
        if not (isinstance(value, str) and re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value)):
            raise Refusal(f"Invalid email address: {value}", code="email_invalid", param=name)
        return value
    return Field(check)


def table(**fields: Field) -> Field:
    def check(value, name):
        if not isinstance(value, dict):
            raise Refusal("Invalid object", param=name)
        return read(value, fields, name)
    return Field(check)


def series(field: Field, most: int = 100) -> Field:
    def check(value, name):
        if not isinstance(value, dict) or not all(key.isdigit() for key in value):
            raise Refusal("Invalid array", param=name)
        if len(value) > most:
            raise Refusal(f"Array {name} exceeded maximum {most} allowed elements.", param=name)
        return [field.check(value[key], f"{name}[{key}]") for key in sorted(value, key=int)]
    return Field(check)


def metadata() -> Field:
    """At most 50 pairs, keys of 40 characters, values of 500; an empty value unsets its key."""
    def check(value, name):
        if value == "":
            return {}
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise Refusal("Invalid metadata: it must be a set of key-value pairs", param=name)
        if len(value) > 50:
            raise Refusal("Metadata can have at most 50 keys", param=name)
        for key, item in value.items():
            if len(key) > 40:
                raise Refusal(f"Metadata keys can be at most 40 characters: {key[:40]}...", param=f"{name}[{key}]")
            if len(item) > 500:
                raise Refusal("Metadata values can have up to 500 characters, but you passed in a value that is "
                              f"{len(item)} characters. Invalid value: {item[:20]}...", param=f"{name}[{key}]")
        return value
    return Field(check)


def removed(message: str, code: str) -> Field:
    """A parameter that this version of the API knows no more."""
    def check(value, name):
        raise Refusal(message, code=code, param=name)
    return Field(check)


def period() -> Field:
    """A moment, or bounds as gt, gte, lt, lte."""
    def check(value, name):
        if isinstance(value, dict):
            bound = integer()
            return read(value, {"gt": bound, "gte": bound, "lt": bound, "lte": bound}, name)
        moment = integer().check(value, name)
        return {"gte": moment, "lte": moment}
    return Field(check)


EXPAND = {"expand": series(text(500), 20)}
PAGE = {"limit": integer(), "starting_after": text(), "ending_before": text(), "created": period()} | EXPAND


def money(number: int, code: str) -> str:
    """12345 fen as ¥123.45."""
    return f"{CURRENCIES[code]}{number // 100:,}.{number % 100:02d}"
