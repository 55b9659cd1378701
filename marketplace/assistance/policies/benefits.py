"""The happiness list of a household in the registry: opened for those who may see it, and told to its phone."""
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from marketplace.assistance.policies import happiness, letter, words
from marketplace.assistance.policies.happiness import HappinessList
from marketplace.assistance.policies.service import outreach
from marketplace.catalogue.explain import Explanation, explain
from marketplace.catalogue.model import Catalogue
from marketplace.core import audit, clock
from marketplace.core.errors import Refused
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.network.registry import dossier, rulebook
from marketplace.network.registry.dossier import Dossier
from marketplace.network.registry.models import Household, Person
from marketplace.people.accounts.permissions import demand
from marketplace.people.notices import service as notices

LOOK = "happiness list"
EVERYBODY = ()


class NoPhone(Refused):
    """The registry knows no phone of the household."""


@dataclass(frozen=True)
class Opened:
    """A household's list, whose it is, and the answers from which it was made."""

    dossier: Dossier
    catalogue: Catalogue
    explanation: Explanation
    found: HappinessList

    def letter(self, language: str, found: HappinessList | None = None) -> letter.Letter:
        """The list, or a part of it, in sentences of "zh" or "en"."""
        return letter.compose(found or self.found, words.Voice(self.catalogue, language), str(self.dossier.home.id),
                              self.dossier.as_of, self.dossier.names)

    def members(self, language: str) -> list[tuple[str, str]]:
        """Whoever has something on the list, by reference and name."""
        voice = words.Voice(self.catalogue, language)
        return [(s.person_id, letter.whose(s.person_id, self.found, voice, self.dossier.names))
                for s in self.found.sections if s.person_id and s.lines]

    def shared(self) -> HappinessList:
        """What may lie on the family's table: without the lines that are for one person alone."""
        return self.found.seen_by(EVERYBODY)


def of_household(user, home: Household) -> Opened:
    """The list of today; the look is recorded. A household sees what is for one member alone only as that member.

    Raises NotAllowed, OutOfRange, Breached.
    """
    opened = made(dossier.opened(user, home, LOOK), clock.today())
    if user.role != "beneficiary":
        return opened
    mine = opened.dossier.numbers.get(user.person_id, "")
    return Opened(opened.dossier, opened.catalogue, opened.explanation, opened.found.seen_by((mine,)))


def made(known: Dossier, as_of: date) -> Opened:
    """The list of a day, by the catalogue in force. Raises OutOfRange, Breached."""
    catalogue = rulebook.current()
    explanation = explain(catalogue, as_of, known.household, known.members)
    found = happiness.build(explanation, known.household, known.members, words.built_in())
    return Opened(known, catalogue, explanation, found)


def told(found: HappinessList) -> dict[str, Any]:
    """What a message says of a list: numbers alone, since others read it too."""
    counts: Counter[str] = found.counts
    return {"receiving": counts[happiness.RECEIVING],
            "open": counts[happiness.CLAIMABLE] + counts[happiness.AFTER_VERIFICATION],
            "missed": counts[happiness.JUST_MISSED]}


def tell(home: Household, language: str, by) -> None:
    """Send the household's numbers to its phone, in "zh" or "en": a contact with it. Raises NotAllowed, NoPhone."""
    with transaction():
        demand(by, "benefits.tell", home)
        opened = of_household(by, home)
        phone = db.session.scalars(select(Person.phone).where(
            Person.household_id == home.id, Person.phone.is_not(None), Person.counted).order_by(Person.id)).first()
        if phone is None:
            raise NoPhone
        audit.record(by.id, "benefits.tell", f"household:{home.id}")
        outreach.record(home, "list_given", by)
        notices.write("sms", phone.reveal(), "benefits", language, **told(opened.shared()))
