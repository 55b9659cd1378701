"""Writing a wish: by the household, or by a worker for somebody who cannot."""
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select, update

from marketplace.assistance.policies.service import outreach
from marketplace.core import audit, clock, images, storage
from marketplace.core.crypto import Private, private
from marketplace.core.errors import Invalid
from marketplace.core.transaction import afterwards, transaction
from marketplace.extensions import db
from marketplace.market.wishes import goods
from marketplace.market.wishes.models import LIFE, Consent, ConsentGiver, Need, Wish, WishOrigin, WishPhoto
from marketplace.market.wishes.rules import (
    CONSENT_VERSION,
    LIMITS,
    OPEN_STATES,
    ConsentMissing,
    NeedDraft,
    NotEligible,
    TooManyWishes,
    WishFrozen,
    check_needs,
    check_words,
)
from marketplace.network.registry import eligibility
from marketplace.network.registry.models import Household, Person
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand

ADULT = 18
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Draft:
    """What a household or a worker fills in. `on_behalf` is the reason when a worker writes."""

    title: str
    words: str
    needs: Sequence[NeedDraft]
    urgency: int = 0
    on_behalf: str = ""


def write(person: Person, draft: Draft, by: User) -> Wish:
    """A new wish of a member of an eligible household, as a draft.

    Raises NotAllowed, NotEligible, TooManyWishes, Invalid (price over the cap, prohibited kind, no reason given by a
    worker who writes for somebody).
    """
    with transaction() as session:
        session.execute(update(Household).where(Household.id == person.household_id)
                        .values(town_code=Household.town_code))  # one writer per household from here
        home = session.get_one(Household, person.household_id, populate_existing=True)
        demand(by, "wish.write", home)
        _refuse_ineligible(home)
        _check(draft, by)
        _refuse_too_many(person)
        wish = Wish(
            ref=secrets.token_hex(5), household_id=home.id, author_id=by.id, place_code=home.place_code,
            town_code=home.town_code, title=draft.title.strip(), urgency=draft.urgency, created_at=clock.now(),
            age_band=eligibility.band(person.birth_date, clock.today()), needs=_needs(draft.needs),
            origin=WishOrigin(person_id=person.id, words=draft.words.strip(), on_behalf=draft.on_behalf or None))
        session.add(wish)
        session.flush()
        outreach.wished(home.id, by.id)
        audit.record(by.id, "wish.write", f"wish:{wish.id}", "on behalf" if draft.on_behalf else "")
    return wish


def change(wish: Wish, draft: Draft, by: User) -> None:
    """Rewrite a draft or returned wish. Raises NotAllowed, WrongState, Invalid."""
    with transaction():
        demand(by, "wish.write", wish)
        if wish.state not in ("draft", "returned"):
            raise WishFrozen
        _check(draft, by)
        wish.title, wish.urgency, wish.version = draft.title.strip(), draft.urgency, wish.version + 1
        wish.origin.words, wish.origin.on_behalf = Private(draft.words.strip()), private(draft.on_behalf)
        for need in list(wish.needs):
            db.session.delete(need)
        wish.needs = _needs(draft.needs)
        audit.record(by.id, "wish.write", f"wish:{wish.id}", "changed")


def consent(wish: Wish, by: User, guardian: str = "") -> Consent:
    """Record the yes to publication; for a minor, `guardian` names who gave it. Raises NotAllowed, ConsentMissing."""
    with transaction() as session:
        demand(by, "wish.write", wish)
        person = session.get_one(Person, wish.origin.person_id)
        minor = eligibility.age(person.birth_date, clock.today()) < ADULT
        if minor and not guardian.strip():
            raise ConsentMissing(guardian=True)
        given = Consent(household_id=wish.household_id, place_code=wish.place_code, version=CONSENT_VERSION,
                        by_guardian=minor, given_at=clock.now(), recorded_by=by.id)
        session.add(given)
        session.flush()
        session.add(ConsentGiver(consent_id=given.id, person_id=person.id, guardian=guardian.strip() or None))
        wish.consent_id = given.id
        audit.record(by.id, "consent.give", f"consent:{given.id}", given.version)
    return given


def withdraw_consent(wish: Wish, by: User) -> None:
    """Take back the yes: the wish is off every public page with this commit. Raises NotAllowed."""
    with transaction() as session:
        demand(by, "consent.withdraw", wish)
        session.execute(update(Consent).where(Consent.id == wish.consent_id, Consent.withdrawn_at.is_(None))
                        .values(withdrawn_at=clock.now()))
        audit.record(by.id, "consent.withdraw", f"consent:{wish.consent_id}")


def submit(wish: Wish, by: User) -> None:
    """Hand a wish to the worker of the area. Raises NotAllowed, WrongState, NotEligible, ConsentMissing."""
    with transaction() as session:
        demand(by, "wish.submit", wish)
        _refuse_ineligible(session.get_one(Household, wish.household_id))
        given = session.get(Consent, wish.consent_id)
        if given is None or given.withdrawn_at:
            raise ConsentMissing
        LIFE.move(wish, "submit", submitted_at=clock.now())
        audit.record(by.id, "wish.submit", f"wish:{wish.id}")


def send(person: Person, draft: Draft, by: User, guardian: str = "", upload: bytes = b"") -> Wish:
    """Write a wish with the consent to publish it and perhaps a picture, and hand it to the worker: all or nothing.

    Raises what `write`, `add_photo`, `consent` and `submit` raise.
    """
    pictures = images.redraw(upload) if upload else []
    with transaction():
        wish = write(person, draft, by)
        if pictures:
            _keep_photo(wish, pictures, by)
        consent(wish, by, guardian)
        submit(wish, by)
    return wish


def add_photo(wish: Wish, upload: bytes, by: User) -> WishPhoto:
    """Keep a picture, drawn again without its metadata; the public sees it after a worker did.

    Raises NotAllowed, WishFrozen, Invalid("photo").
    """
    return _keep_photo(wish, images.redraw(upload), by)


def _keep_photo(wish: Wish, pictures: Sequence[images.Picture], by: User) -> WishPhoto:
    key = storage.new_key("photo")
    with transaction() as session:
        demand(by, "wish.write", wish)
        if wish.state not in ("draft", "returned"):
            raise WishFrozen
        if len(wish.photos) >= LIMITS.photos:
            raise Invalid("photo", "count", most=LIMITS.photos)
        for width, picture in zip(images.WIDTHS, pictures, strict=True):
            storage.store().put(f"{key}-{width}.webp", picture.content)
        photo = WishPhoto(wish_id=wish.id, key=key, width=pictures[0].width, height=pictures[0].height)
        session.add(photo)
        audit.record(by.id, "wish.write", f"wish:{wish.id}", "photo added")
    return photo


def remove_photo(wish: Wish, photo_id: int, by: User) -> None:
    """Take a picture out of a wish that is still being written. Raises NotAllowed, WishFrozen."""
    with transaction() as session:
        demand(by, "wish.write", wish)
        if wish.state not in ("draft", "returned"):
            raise WishFrozen
        for photo in [p for p in wish.photos if p.id == photo_id]:
            names = [f"{photo.key}-{width}.webp" for width in images.WIDTHS]
            session.delete(photo)
            afterwards(partial(_forget_files, names))
        audit.record(by.id, "wish.write", f"wish:{wish.id}", "photo removed")


def _forget_files(names: list[str]) -> None:
    for name in names:
        storage.store().remove(name)


def _refuse_ineligible(home: Household) -> None:
    if home.eligible_until < clock.today():
        raise NotEligible


def _refuse_too_many(person: Person) -> None:
    mine = select(func.count()).select_from(Wish).join(WishOrigin).where(WishOrigin.person_id == person.id)
    if (db.session.scalar(mine.where(Wish.state.in_(OPEN_STATES))) or 0) >= LIMITS.open_per_person:
        raise TooManyWishes("open", LIMITS.open_per_person)
    made = mine.where(Wish.created_at > clock.now() - YEAR, Wish.state.not_in(("withdrawn", "rejected")))
    if (db.session.scalar(made) or 0) >= LIMITS.per_person_and_year:
        raise TooManyWishes("year", LIMITS.per_person_and_year)


def _check(draft: Draft, by: User) -> None:
    if not draft.title.strip():
        raise Invalid("title", "empty")
    if len(draft.words) > LIMITS.words:
        raise Invalid("words", "too_long", most=LIMITS.words)
    if by.role == "social_worker" and not draft.on_behalf.strip():
        raise Invalid("on_behalf", "empty")
    check_needs(draft.needs, goods.prohibited())
    check_words("title", draft.title, goods.prohibited())


def _needs(drafts: Sequence[NeedDraft]) -> list[Need]:
    return [Need(kind=d.kind, item=d.item.strip(), category=d.category, unit=d.unit, wanted=d.wanted,
                 item_code=goods.guess(d.item, d.category) if d.kind == "goods" else "",
                 price_fen=0 if d.kind == "money" else d.price_fen) for d in drafts]
