"""The forms of an offer, one for each kind; shared by givers and by the desk that writes down what somebody said."""
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional

from marketplace.core import clock, places
from marketplace.market.offers.rules import (
    AGE_BANDS,
    LEAST_FEN,
    MOST_FEN,
    MOST_HOURS,
    NAME_MOST,
    WORDS_MOST,
    OfferDraft,
    Reach,
)
from marketplace.market.wishes import goods
from marketplace.web import words_of_offers as words
from marketplace.web.forms import REQUIRED, Form, OnceForm, YuanField, choices, text
from marketplace.web.locale import lang
from marketplace.web.words import AGE_BANDS as AGES

USUAL = timedelta(days=90)
WHOLE = NumberRange(min=1, message=_l("Enter a number above zero."))


class LargeYuanField(YuanField):
    most_fen = MOST_FEN


class OfferForm(OnceForm):
    """What every offer says; `units` are things, visits or an amount."""

    ends_on = DateField(_l("Until when does your offer stand?"), [REQUIRED])
    asks_giver = RadioField(_l("May the charity use it where it is needed?"), default="no", choices=choices([
        ("no", _l("Yes, wherever it fits")), ("yes", _l("Ask me each time before it is used"))]))
    age_bands = SelectMultipleField(_l("Only for people of a certain age (optional)"), [Optional()],
                                    choices=choices((band, AGES[band]) for band in AGE_BANDS))
    words = TextAreaField(_l("Anything the charity should know (optional)"), [Optional(), Length(max=WORDS_MOST)],
                          description=_l("No phone numbers or addresses: it knows how to reach you."))

    def draft(self, what: str, organisation_id: int, area_code: str) -> OfferDraft:
        """The form as the domain understands it; `what` is the code of an item, or of a category without items."""
        item = goods.items().get(what)
        category = goods.categories()[item.category if item else what]
        return OfferDraft(
            organisation_id=organisation_id, kind=category.kind, category=category.code, item_code=item.code if item else "",
            ends_on=self.ends_on.data, asks_giver=self.asks_giver.data == "yes", area_code=area_code,
            age_bands=tuple(self.age_bands.data or ()), words=self.words.data or "", **self.particulars())

    def particulars(self) -> dict:
        """What only an offer of this kind says."""
        raise NotImplementedError


class GoodsForm(OfferForm):
    units = IntegerField(_l("How many do you have?"), [InputRequired(_l("Enter a whole number.")), WHOLE])
    size = RadioField(_l("Which size?"), [Optional()], validate_choice=False)
    condition = RadioField(_l("In which condition?"), default="new", validate_choice=False, choices=choices(
        (code, words.CONDITIONS[code]) for code in ("new", "good")))
    to_store = RadioField(_l("How does it get there?"), default="yes", choices=choices([
        ("yes", _l("I bring or send all of it to the charity's store")),
        ("no", _l("I keep it, and send each one to a town station when a family needs it"))]))

    def particulars(self) -> dict:
        return {"units": self.units.data or 0, "size": self.size.data or "", "condition": self.condition.data or "",
                "to_store": self.to_store.data == "yes"}


class ServiceForm(OfferForm):
    units = IntegerField(_l("How many visits in all?"), [InputRequired(_l("Enter a whole number.")), WHOLE])
    hours = IntegerField(_l("How many hours is one visit?"), [InputRequired(_l("Enter a whole number.")), WHOLE],
                         default=1, render_kw={"max": MOST_HOURS})
    weekdays = SelectMultipleField(_l("On which days can you come?"), coerce=int, choices=choices(words.WEEKDAYS.items()))

    def particulars(self) -> dict:
        return {"units": self.units.data or 0, "hours": self.hours.data or 0, "weekdays": tuple(self.weekdays.data or ())}


class MoneyForm(OfferForm):
    units = LargeYuanField(_l("How much in all, in yuan?"), [REQUIRED])

    def particulars(self) -> dict:
        return {"units": self.units.fen or LEAST_FEN - 1}


class GiverPart(Form):
    organisation_id = RadioField(_l("To which charity?"), coerce=int)
    name = text(_l("Your name or your company's, as it should stand on receipts"), NAME_MOST, required=False)


class DeskPart(Form):
    area_code = SelectField(_l("Where may it be used?"))
    name = text(_l("Who offers it?"), NAME_MOST, description=_l("A company or a person. It stands on the receipts."))
    phone = text(_l("Phone number"), 20, required=False)
    mail = StringField(_l("Mail address"), [Optional(), Length(max=120), Email(_l("Enter a mail address, like "
                                                                                  "name@example.com."))])

    def reach(self) -> Reach:
        return Reach(self.name.data or "", self.phone.data or "", self.mail.data or "")


KINDS = {"goods": GoodsForm, "service": ServiceForm, "money": MoneyForm}
OF_GIVER: dict[str, type] = {kind: type(f"Giver{form.__name__}", (form, GiverPart), {}) for kind, form in KINDS.items()}
OF_DESK: dict[str, type] = {kind: type(f"Desk{form.__name__}", (form, DeskPart), {}) for kind, form in KINDS.items()}


def kind_of(what: str) -> str | None:
    """The kind of what can be offered under this code; None for nothing, and for a category whose things are chosen next."""
    item, category = goods.items().get(what), goods.categories().get(what)
    if item:
        return "goods"
    return category.kind if category and category.kind != "goods" else None


def prepared(forms: dict[str, type], what: str):
    """The form for an item or a category, with its sizes and days."""
    form = forms[kind_of(what) or ""]()
    item = goods.items().get(what)
    if item:
        form.size.choices = choices((code, goods.size_name(code, lang())) for code in item.sizes)
        if item.electrical:
            form.condition.choices = choices([("new", words.CONDITIONS["new"])])
    category = goods.categories().get(what)
    if category and category.in_hours:
        form.units.label.text = _("How many hours in all?")
    if not form.is_submitted():
        form.ends_on.data = clock.today() + USUAL
    return form


def areas() -> list[tuple[str, str]]:
    """Where an offer may be used: the whole city, or one of its counties."""
    return [(places.CITY, _("Anywhere in the city")), *((code, places.name(code, lang()))
                                                        for code in places.children(places.CITY))]
