"""Deciding on a wish: the worker of the area checks it, and says what the public will see."""
from dataclasses import dataclass

from sqlalchemy import exists, select

from marketplace.core import audit, clock, places
from marketplace.core.crypto import private
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.wishes import goods, search
from marketplace.market.wishes.events import WishDecided, WishEnded
from marketplace.market.wishes.models import LIFE, Consent, Need, Wish, WishPhoto
from marketplace.market.wishes.rules import (
    LIMITS,
    ConsentMissing,
    NotEligible,
    StaleForm,
    WishFrozen,
    check_anonymous,
    check_words,
)
from marketplace.network.registry.models import Household, Person
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations import queries as organisations


@dataclass(frozen=True)
class PublicText:
    """What a worker lets the public see. `version` is that of the wish when the form was opened."""

    title: str
    alias: str
    story: str
    urgency: int
    organisation_id: int
    version: int


def edit(wish: Wish, text: PublicText, by: User) -> None:
    """Write the public side of a submitted wish, or of a published one that nobody has pledged to.

    Raises NotAllowed, StaleForm, WishFrozen, Invalid (also when the text would identify somebody).
    """
    with transaction() as session:
        session.refresh(wish, with_for_update=True)
        demand(by, "wish.edit", wish)
        if wish.version != text.version:
            raise StaleForm
        if wish.state not in ("submitted", "published") or any(n.pledged for n in wish.needs):
            raise WishFrozen
        _check(wish, text)
        wish.title, wish.alias, wish.story = text.title.strip(), text.alias.strip(), text.story.strip()
        wish.urgency, wish.organisation_id, wish.version = text.urgency, text.organisation_id, wish.version + 1
        if wish.state == "published":
            search.index(wish, goods.words_of(wish.needs))
        audit.record(by.id, "wish.edit", f"wish:{wish.id}", f"version {wish.version}")


def classify(need: Need, item_code: str, size: str, divisible: bool, by: User) -> None:
    """Say what a need of goods is on the list, in which size ("" for any), and whether it may come in parts.

    Not once something is pledged, for a giver has read it. Raises NotAllowed, WishFrozen, Invalid (item_code, size).
    """
    with transaction() as session:
        session.refresh(need, with_for_update=True)
        wish = session.get_one(Wish, need.wish_id)
        demand(by, "wish.edit", wish)
        if need.kind != "goods" or need.pledged or wish.state not in ("submitted", "published"):
            raise WishFrozen
        item = goods.items().get(item_code)
        if item_code and item is None:
            raise Invalid("item_code", "unknown_item")
        if size and (item is None or size not in item.sizes):
            raise Invalid("size", "unknown_size")
        need.item_code, need.size, need.divisible = item_code, size, divisible
        audit.record(by.id, "wish.edit", f"wish:{wish.id}", f"need {need.id} is {item_code or 'not listed'} {size}".strip())


def publish(wish: Wish, by: User) -> None:
    """Show a checked wish to the public. Raises NotAllowed, WrongState, NotEligible, ConsentMissing, Invalid."""
    with transaction() as session:
        demand(by, "wish.publish", wish)
        if session.get_one(Household, wish.household_id).eligible_until < clock.today():
            raise NotEligible
        given = session.get(Consent, wish.consent_id)
        if given is None or given.withdrawn_at:
            raise ConsentMissing
        _check(wish, PublicText(wish.title, wish.alias, wish.story, wish.urgency, wish.organisation_id, wish.version))
        LIFE.move(wish, "publish", published_at=clock.now(), closes_on=clock.today() + LIMITS.open_for)
        search.index(wish, goods.words_of(wish.needs))
        audit.record(by.id, "wish.publish", f"wish:{wish.id}")
        announce(WishDecided(wish.id, "published"))


def publish_as(wish: Wish, text: PublicText, by: User) -> None:
    """Write the public side and show it: both or neither. Raises what `edit` and `publish` raise."""
    with transaction():
        edit(wish, text, by)
        publish(wish, by)


def return_(wish: Wish, reason: str, by: User) -> None:
    """Give a wish back for changes, with what should change. Raises NotAllowed, WrongState, Invalid."""
    _turn_down(wish, "return", reason, by)


def reject(wish: Wish, reason: str, by: User) -> None:
    """Refuse a wish, with the reason. Raises NotAllowed, WrongState, Invalid."""
    _turn_down(wish, "reject", reason, by)


def _turn_down(wish: Wish, verb: str, reason: str, by: User) -> None:
    with transaction():
        demand(by, f"wish.{verb}", wish)
        if not reason.strip():
            raise Invalid("reason", "empty")
        LIFE.move(wish, verb)
        wish.origin.verdict = private(reason.strip())
        audit.record(by.id, f"wish.{verb}", f"wish:{wish.id}")
        announce(WishDecided(wish.id, wish.state))


def withdraw(wish: Wish, by: User) -> None:
    """Take a wish back. What was pledged follows the written rule. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "wish.withdraw", wish)
        LIFE.move(wish, "withdraw")
        search.forget(wish.id)
        audit.record(by.id, "wish.withdraw", f"wish:{wish.id}")
        announce(WishEnded(wish.id))


def review_photo(photo: WishPhoto, wish: Wish, fit: bool, by: User) -> None:
    """Let the public see a picture, or not. Raises NotAllowed."""
    with transaction():
        demand(by, "wish.edit", wish)
        photo.reviewed = fit
        audit.record(by.id, "wish.edit", f"wish:{wish.id}", f"photo {photo.id} {'shown' if fit else 'hidden'}")


def close(wish: Wish, by: User) -> None:
    """End a wish of which the household has all that it still wants. Joins; the caller has looked whether anything is still
    to come. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "wish.close", wish)
        LIFE.move(wish, "close")
        search.forget(wish.id)
        audit.record(by.id, "wish.close", f"wish:{wish.id}", "nothing more is wanted")
        announce(WishEnded(wish.id))


def close_fulfilled(wish_id: int) -> bool:
    """Close a published wish whose every need is received. Safe twice; whether it closed now."""
    with transaction() as session:
        wish = session.get_one(Wish, wish_id)
        if wish.state != "published" or any(n.received < n.wanted for n in wish.needs):
            return False
        LIFE.move(wish, "close")
        search.forget(wish.id)
        audit.record(0, "wish.close", f"wish:{wish.id}", "fulfilled")
    return True


def expire_overdue() -> int:
    """End published wishes past their day that nobody has pledged to. Returns how many."""
    with transaction() as session:
        pledged = exists().where(Need.wish_id == Wish.id, Need.pledged > 0)
        overdue = session.scalars(select(Wish).where(
            Wish.state == "published", Wish.closes_on < clock.today(), ~pledged)).all()
        for wish in overdue:
            LIFE.move(wish, "expire")
            search.forget(wish.id)
            audit.record(0, "wish.expire", f"wish:{wish.id}")
            announce(WishDecided(wish.id, "expired"))
    return len(overdue)


def _check(wish: Wish, text: PublicText) -> None:
    for field, value in (("title", text.title), ("alias", text.alias), ("story", text.story)):
        if not value.strip():
            raise Invalid(field, "empty")
        check_words(field, value, goods.prohibited())
        check_anonymous(field, value, _names(wish))
    if text.organisation_id not in {o.id for o in organisations.serving(wish.place_code)}:
        raise Invalid("organisation_id", "empty")


def _names(wish: Wish) -> list[str]:
    """What would give the family away: its members' names, and the village's."""
    names = db.session.scalars(select(Person.name).where(Person.household_id == wish.household_id))
    village = places.name(wish.place_code, "zh") if len(wish.place_code) == 12 else ""
    return [*(n.reveal() for n in names if n), *([village] if village != places.name(wish.town_code, "zh") else [])]
