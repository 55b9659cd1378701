"""Filing numbers of fundraising plans (募捐方案备案编号): who filed, the year, and which of that year's plans it is.

The 18 characters of the charity's unified social credit code, "A", two digits of the year, then the sequence of at
least three digits: 53371400MJD0000018A24001.
"""
import re
from datetime import date

from marketplace.core import clock
from marketplace.core.credit_code import ALPHABET, normal, valid
from marketplace.core.errors import Invalid

FIELD = "filing_number"
FIRST_YEAR = 2016  # the Charity Law, which asks for the filing, is in force since 1 September 2016
FORM = re.compile(rf"([{ALPHABET}]{{18}})A([0-9]{{2}})([0-9]{{3,5}})")


def check(text: str, credit_code: str, on: date | None = None) -> str:
    """The filing number as it is kept: capitals, half width, without spaces.

    `credit_code` is the credit code of the charity that filed; `on` is the day of the filing or a later one, by
    default today. Raises Invalid("filing_number") with the rule `empty`, `filing_form`, `filing_code` (the code in
    it has a wrong check character), `filing_of_another` or `filing_year`.
    """
    number = normal(text)
    if not number:
        raise Invalid(FIELD, "empty")
    parts = FORM.fullmatch(number)
    if not parts or not int(parts[3]):
        raise Invalid(FIELD, "filing_form", example=f"{credit_code}A{(on or clock.today()):%y}001")
    code, year = parts[1], 2000 + int(parts[2])
    if code != normal(credit_code):
        raise Invalid(FIELD, "filing_of_another" if valid(code) else "filing_code", code=credit_code)
    if not FIRST_YEAR <= year <= (on or clock.today()).year:
        raise Invalid(FIELD, "filing_year", year=year, first=FIRST_YEAR)
    return number
