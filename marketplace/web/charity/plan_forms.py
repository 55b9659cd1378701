"""The plan of a campaign as forms, a part per page."""
from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import Email, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from marketplace.core import places
from marketplace.core.errors import Invalid
from marketplace.market.campaigns import drives, parts
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.rules import LIMITS
from marketplace.web import words_of_campaigns as words
from marketplace.web.forms import REQUIRED, Form, YuanField, choices, text
from marketplace.web.locale import lang


def long_text(label, required: bool = True, **more) -> TextAreaField:
    """A field of several lines."""
    return TextAreaField(label, [REQUIRED if required else Optional(), Length(max=LIMITS.words)], **more)


def day(label, **more) -> DateField:
    return DateField(label, [REQUIRED], **more)


def plain(fen: int) -> str:
    """An amount as a field shows it."""
    return (f"{fen // 100}.{fen % 100:02}" if fen % 100 else str(fen // 100)) if fen else ""


def areas() -> dict[str, list[tuple[str, str]]]:
    """The city, its counties and their towns, to choose from."""
    found = {"": [(places.CITY, places.name(places.CITY, lang()))]}
    for county in places.children(places.CITY):
        inside = (county, *places.children(county))
        found[places.name(county, lang())] = [(code, places.name(code, lang())) for code in inside]
    return found


class LargeYuanField(YuanField):
    """What a whole campaign may raise."""

    most_fen = 10**12


class PartForm(Form):
    """A part of a plan; `version` is that of the plan when the form was opened."""

    version = IntegerField(validators=[Optional()], widget=HiddenInput())

    def fill(self, campaign: Campaign) -> None:
        """Show what the plan has."""
        for field in self:
            if hasattr(campaign, field.name) and not isinstance(field, FieldList):
                field.data = getattr(campaign, field.name)

    def part(self) -> parts.Part:
        """The form as the domain understands it. Raises Invalid."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Choices in the reader's language."""


class AboutForm(PartForm):
    title = text(_l("Title"), 40)
    english = text(_l("Title in English (optional)"), 80, required=False)
    summary = text(_l("In one sentence"), 100, description=_l("It stands under the title in every list."))
    purpose = long_text(_l("What is to be reached?"))
    beneficiaries = long_text(_l("Whom does it help, and who chooses them?"), description=_l(
        "Say it by groups. Nobody is named, and a giver cannot name a relative."))
    drive = SelectField(_l("Part of a drive (optional)"), [Optional()])
    photo = FileField(_l("Picture: a thing, not a person in need (optional)"))

    def prepare(self) -> None:
        self.drive.choices = choices([("", _("None")), *((code, one.name[lang()]) for code, one in drives.listed().items())])

    def part(self) -> parts.About:
        return parts.About(self.title.data, self.summary.data, self.purpose.data, self.beneficiaries.data,
                           self.english.data or "", self.drive.data or "")


class WhenForm(PartForm):
    starts_on = day(_l("First day"))
    ends_on = day(_l("Last day"))
    area_code = SelectField(_l("Where it helps"))
    emergency = BooleanField(_l("It answers a major emergency: it may begin first, and is filed within ten days after the "
                                "start"))

    def prepare(self) -> None:
        self.area_code.choices = {group: choices(pairs) for group, pairs in areas().items()}

    def part(self) -> parts.When:
        return parts.When(self.starts_on.data, self.ends_on.data, self.area_code.data, self.emergency.data)


class ContactForm(PartForm):
    in_charge = text(_l("Person in charge"), 40)
    office = text(_l("Office"), 100, description=_l("The charity's address, where one can ask in person."))
    contact_phone = text(_l("Telephone of the office"), 20)
    contact_mail = StringField(_l("Mail address of the office (optional)"), [Optional(), Length(max=120), Email(
        _l("Enter a mail address, like name@example.com."))])
    inquiry = long_text(_l("How can people look it up?"), description=_l(
        "For example: on Charity China, under the filing number; or by telephone on working days."))

    def part(self) -> parts.Contact:
        return parts.Contact(self.in_charge.data, self.office.data, self.contact_phone.data, self.inquiry.data,
                             self.contact_mail.data or "")


class LineForm(PlainForm):
    kind = SelectField(_l("Kind"), choices=choices(words.LINE_KINDS.items()))
    item = text(_l("What"), 60, required=False)
    amount = LargeYuanField(_l("Yuan"))


class MoneyForm(PartForm):
    goal = LargeYuanField(_l("Goal in yuan"), [REQUIRED])
    lines = FieldList(FormField(LineForm), _l("Budget lines"), max_entries=LIMITS.lines)
    cost_percent = IntegerField(_l("Share for running the campaign, in per cent"), [Optional(), NumberRange(0, 100)])
    cost_text = long_text(_l("What is that share for?"))
    surplus_rule = RadioField(_l("If money is left at the end"), choices=choices(words.SURPLUS.items()))
    surplus_text = long_text(_l("What exactly happens with the rest?"))

    def fill(self, campaign: Campaign) -> None:
        super().fill(campaign)
        self.goal.data = plain(campaign.goal_fen)
        while self.lines.entries:
            self.lines.pop_entry()
        for line in campaign.lines:
            self.lines.append_entry({"kind": line.kind, "item": line.item, "amount": plain(line.amount_fen)})
        self.more()

    def more(self) -> None:
        """Always some empty lines to write on."""
        while len(self.lines.entries) < min(LIMITS.lines, 3 + sum(bool(e.form.item.data) for e in self.lines.entries)):
            self.lines.append_entry()

    def part(self) -> parts.Money:
        return parts.Money(self.goal.fen or 0, self.cost_percent.data or 0, self.cost_text.data, self.surplus_text.data,
                           line_drafts(self.lines), self.surplus_rule.data)


def line_drafts(lines: FieldList) -> list[parts.LineDraft]:
    """The lines that were written on. Raises Invalid when one has a name and no amount, or the other way."""
    found = []
    for entry in lines.entries:
        item, fen = (entry.form.item.data or "").strip(), entry.form.amount.fen
        if bool(item) != bool(fen):
            raise Invalid("lines", "empty")
        if fen:
            found.append(parts.LineDraft(entry.form.kind.data, item, fen))
    return found


class GivingForm(PartForm):
    ways = RadioField(_l("How can people give?"), [Optional()], choices=choices(words.WAYS.items()), validate_choice=False)
    bank_holder = text(_l("Name of the account"), 60, description=_l("Of the charity that holds the certificate."))
    bank_name = text(_l("Bank and branch"), 60)
    bank_account = text(_l("Account number"), 40)
    platform_url = text(_l("The campaign's page on a designated platform (optional)"), 300, required=False)

    @property
    def chosen(self) -> list[str]:
        return request.form.getlist("ways") if request.method == "POST" else (self.ways.data or "").split()

    def part(self) -> parts.Giving:
        return parts.Giving(" ".join(w for w in words.WAYS if w in self.chosen), self.bank_holder.data, self.bank_name.data,
                            self.bank_account.data, self.platform_url.data or "")


class FilingForm(PartForm):
    filing_number = text(_l("Filing number"), 40, description=_l(
        "The charity's credit code of 18 characters, the letter A, two digits of the year, and the number of that year."))
    filed_on = day(_l("Filed on"))

    def part(self) -> parts.Filing:
        return parts.Filing(self.filing_number.data, self.filed_on.data)


FORMS: dict[str, type[PartForm]] = {"about": AboutForm, "when": WhenForm, "contact": ContactForm, "money": MoneyForm,
                                    "giving": GivingForm, "filing": FilingForm}
