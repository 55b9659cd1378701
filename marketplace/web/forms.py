"""Forms say what they accept; nothing else of a request reaches a verb."""
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from flask import flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from marketplace.core import fen
from marketplace.core.errors import Invalid, Refused
from marketplace.market.stock.rules import NAME_MOST, Checked
from marketplace.people.accounts import once
from marketplace.web import words

REQUIRED = InputRequired(_l("Please fill this in."))


class Form(FlaskForm):
    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Show a rule's no on the form, at its field when it has one, instead of failing the request."""
        try:
            yield
        except Refused as no:
            text = words.refusal(no)
            field = self._fields.get(no.field) if isinstance(no, Invalid) else None
            if field is None:
                self.form_errors.append(text)
            else:
                field.errors = [*field.errors, text]


class OnceForm(Form):
    """A form whose deed is done once, however often it is sent: its page carries a number."""

    once = HiddenField(default=once.fresh)

    def only(self, deed: Callable[[], str]) -> str:
        """Do it, or find what came of it the first time; the word for its result. Raises what `deed` refuses with."""
        return once.only(self.once.data or once.fresh(), current_user, deed)


class CheckedPart(Form):
    """Who looked at used electrical things."""

    checked_by = StringField(_l("Who checked that it is safe?"), [Optional(), Length(max=NAME_MOST)],
                             description=_l("The name of the workshop or the electrician."))
    checked_on = DateField(_l("On which day was it checked?"), [Optional()])

    def checked(self) -> Checked:
        """As the store keeps it; nothing for things that are not asked about."""
        return Checked(self.checked_by.data or "", self.checked_on.data) if self.checked_by else Checked()

    def ask_checked(self, electrical: bool) -> None:
        if not electrical:
            del self.checked_by, self.checked_on


def choices(pairs: Iterable[tuple]) -> list[SelectChoice]:
    """The options of a field, from pairs of value and label."""
    return [SelectChoice(value, label) for value, label in pairs]


class YuanField(StringField):
    """Yuan as typed; `fen` is the amount, or None when it is empty."""

    fen: int | None = None
    most_fen = 10**9

    def pre_validate(self, form) -> None:
        self.fen = None
        if not (self.data or "").strip():
            return
        try:
            self.fen = fen.from_yuan(self.data)
        except ValueError:
            raise ValidationError(_("Enter an amount in yuan, for example 80 or 80.50.")) from None
        if not 0 < self.fen <= self.most_fen:
            raise ValidationError(_("Enter an amount in yuan, for example 80 or 80.50."))


class AmountForm(Form):
    """One of some amounts, or another one that is typed."""

    amount = RadioField(_l("How much"), [Optional()], validate_choice=False)
    yuan = YuanField(_l("Another amount in yuan"))

    @property
    def amount_fen(self) -> int:
        """What was typed, else what was chosen; 0 for neither."""
        if self.yuan.fen:
            return self.yuan.fen
        try:
            return fen.from_yuan(self.amount.data or "0")
        except ValueError:
            return 0


def text(label, most: int, required: bool = True, **more) -> StringField:
    """A one-line field of at most `most` characters."""
    checks = [REQUIRED if required else Optional(), Length(max=most, message=_l("This is too long."))]
    return StringField(label, checks, **more)


def attempt(act: Callable[[], object], done: str = "") -> bool:
    """Do what a button says; say `done`, or why not. For buttons without fields of their own. Whether it was done."""
    try:
        act()
    except Refused as no:
        flash(words.refusal(no), "error")
        return False
    if done:
        flash(done)
    return True
