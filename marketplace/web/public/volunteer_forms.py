"""What volunteers fill in: what they can do, where and when; a time for a service."""
from datetime import datetime, time

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField, SelectField, SelectMultipleField, TextAreaField, TimeField
from wtforms.validators import Length, Optional

from marketplace.core import clock, places
from marketplace.market.volunteering import rules
from marketplace.market.volunteering.models import Volunteer
from marketplace.money.receipts.rules import LONGEST_NAME
from marketplace.web import words_of_volunteers as words
from marketplace.web.forms import REQUIRED, Form, choices, text

PARTS = {"morning": (_l("Morning"), 8 * 60, 12 * 60), "afternoon": (_l("Afternoon"), 12 * 60, 18 * 60),
         "evening": (_l("Evening"), 18 * 60, 21 * 60)}
LENGTHS = (30, 60, 90, 120, 180, 240, 360, 480)  # minutes


def _areas() -> list[str]:
    counties = places.children(places.CITY)
    return [places.CITY, *counties, *(town for county in counties for town in places.children(county))]


class ProfileForm(Form):
    name = text(_l("Your full name, as on your ID card"), LONGEST_NAME, render_kw={"autocomplete": "name"})
    skills = SelectMultipleField(_l("What would you like to do?"))
    areas = SelectMultipleField(_l("Where?"))
    times = SelectMultipleField(_l("When do you usually have time?"))
    with_children = BooleanField(_l("I would like to help children too"))

    def __init__(self, volunteer: Volunteer | None = None, **more):
        super().__init__(data=_facts(volunteer) if volunteer else None, **more)
        self.skills.choices = choices(words.all_skills())
        self.areas.choices = choices((code, code) for code in _areas())
        self.times.choices = choices((value, value) for value in _parts())

    def written(self) -> rules.Profile:
        hours = tuple(rules.Hours(*map(int, value.split("-"))) for value in self.times.data or ())
        return rules.Profile(self.name.data or "", tuple(self.skills.data or ()), tuple(self.areas.data or ()), hours,
                             self.with_children.data)


def _parts() -> list[str]:
    return [part(day, name) for day in words.WEEKDAYS for name in PARTS]


def part(weekday: int, name: str) -> str:
    """A part of a day of the week, as the form sends it."""
    _label, first, last = PARTS[name]
    return f"{weekday}-{first}-{last}"


def _facts(volunteer: Volunteer) -> dict:
    return {"name": volunteer.name.reveal(), "skills": [one.skill for one in volunteer.skills],
            "areas": [one.area_code for one in volunteer.areas], "with_children": volunteer.with_children,
            "times": [f"{one.weekday}-{one.first_minute}-{one.last_minute}" for one in volunteer.times]}


class ApplyForm(ProfileForm):
    organisation = SelectField(_l("Which charity?"), coerce=int)


class TimeForm(Form):
    day = DateField(_l("Which day?"), [REQUIRED])
    begins = TimeField(_l("From when?"), [REQUIRED], default=time(10))
    length = SelectField(_l("How long?"), coerce=int, default=60)
    venue = RadioField(_l("Where do you meet?"), choices=choices(words.VENUES.items()), default="home")

    def __init__(self, **more):
        super().__init__(**more)
        self.length.choices = choices((minutes, words.duration(minutes)) for minutes in LENGTHS)

    def span(self) -> tuple[datetime, datetime]:
        """From when to when. Raises Invalid (day)."""
        starts_at = datetime.combine(self.day.data, self.begins.data, clock.CITY)
        return starts_at, rules.until(starts_at, self.length.data)


class CancelForm(Form):
    words = TextAreaField(_l("What came up? (a few words, for the charity and the worker)"),
                          [Optional(), Length(max=rules.WORDS_MOST)])
