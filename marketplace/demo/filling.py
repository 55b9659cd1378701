"""The demo city: generated households, invented wishes at every stage, made by the same verbs that people use."""
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml
from sqlalchemy import select, update

from marketplace.core import audit, clock, crypto, outbox
from marketplace.core.transaction import transaction
from marketplace.demo import accounts as people
from marketplace.demo.story import Cast, Story
from marketplace.extensions import db
from marketplace.market.wishes.models import Wish
from marketplace.network.city.generate import generate
from marketplace.network.registry import service as registry
from marketplace.network.registry.eligibility import band
from marketplace.network.registry.models import Household, Person
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User
from marketplace.people.accounts.rules import normal_phone
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.models import Organisation

DATA = Path(__file__).parents[1] / "data" / "demo"
PERSONS_PER_HOUSEHOLD = 2.48
# how many of a hundred wishes end at each stage, and how many days ago they began
ENDS = (("draft", 2, 3), ("submitted", 7, 6), ("returned", 2, 8), ("rejected", 2, 20), ("withdrawn", 2, 30),
        ("published", 38, 70), ("partly", 6, 40), ("pledged", 7, 12), ("dispatched", 6, 12), ("arrived", 6, 14),
        ("handed_over", 5, 16), ("fulfilled", 7, 60), ("thanked", 10, 90))
WISHES = 240


def filled() -> bool:
    return db.session.scalar(select(User.id).where(User.username == "admin")) is not None \
        and db.session.scalar(select(Organisation.id).limit(1)) is not None


def fill(households: int) -> str:
    """Fill an empty database; says what is there then. Interrupted, it goes on where it was on the next start."""
    chance = Random(2026)
    if db.session.scalar(select(Organisation.id).limit(1)) is None:
        _charities()
    if db.session.scalar(select(Household.id).limit(1)) is None:
        _households(households)
    made = db.session.scalar(select(db.func.count()).select_from(Wish)) or 0
    _wishes(WISHES - made, chance)
    while outbox.drain():
        pass
    audit.seal()
    charity = db.session.scalars(select(Organisation.id).order_by(Organisation.id)).first()
    if charity and db.session.scalar(select(User.id).where(User.username == "admin")) is None:
        people.create(charity)
    return f"{households} households, {WISHES} wishes"


def _read(name: str) -> list | dict:
    return yaml.load((DATA / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _charities() -> None:
    for one in _read("charities"):
        organisations.create(one["name"], one["code"], clock.today() + timedelta(days=700), one["english"], one["area"])


def _households(count: int) -> None:
    with TemporaryDirectory() as folder:
        out = Path(folder)
        generate(round(count * PERSONS_PER_HOUSEHOLD), 1, out, clock.today())
        registry.import_files(out / "household.csv", out / "person.csv", out / "identity.csv", clock.today(), by=0)
    _family()


def _family() -> None:
    """Bring one eligible household of elders to the demo worker's village, with the phone of the sign-in page."""
    number = normal_phone(people.FAMILY)
    with transaction() as session:
        home = session.scalars(
            select(Person).join(Household).where(Household.eligible_until >= clock.today(), Person.counted,
                                                 Person.birth_date < date(1958, 1, 1)).order_by(Person.id)).first()
        session.execute(update(Household).where(Household.id == home.household_id)
                        .values(place_code=people.VILLAGE, town_code=people.TOWN))
        home.name, home.phone = crypto.Private("赵桂香"), crypto.Private(number)
        home.phone_index = crypto.index("person.phone", number)


def _wishes(count: int, chance: Random) -> None:
    entries, ends = _read("wishes"), [end for end, share, _days in ENDS for _ in range(share)]
    days = {end: most for end, _share, most in ENDS}
    words, staff, donors = _read("thanks"), _Staff(), _donors()
    chance.shuffle(ends)
    persons = _wishers()
    chance.shuffle(entries)
    for entry, end in islice(zip(cycle(entries), cycle(ends)), max(0, count)):
        person = next((p for p in persons if band(p.birth_date, clock.today()) in entry["ages"]), None)
        if person is None:
            continue
        persons.remove(person)
        told = {**entry, "thanks": chance.choice(words[entry.get("kind", "goods")])}
        home = db.session.get_one(Household, person.household_id)
        cast = Cast(person, _family_of(person), *staff.of(home.town_code), chance.choice(donors), *staff.buyer(home.place_code))
        Story(told, cast, chance.randint(min(3, days[end]), days[end]), chance).tell(end)


def _wishers() -> list[Person]:
    """One person of each eligible household, by chance, not the family of the sign-in page."""
    rows = list(db.session.scalars(
        select(Person).join(Household).where(Household.eligible_until >= clock.today(), Person.counted).order_by(Person.id)))
    Random(7).shuffle(rows)
    taken = set(db.session.scalars(select(Wish.household_id)))
    taken.add(db.session.scalar(select(Person.household_id).where(
        Person.phone_index == crypto.index("person.phone", normal_phone(people.FAMILY)))))
    found = []
    for person in rows:
        if person.household_id not in taken:
            taken.add(person.household_id)
            found.append(person)
    return found


def _family_of(person: Person) -> User:
    """An account of the household, by a phone of one of its members or as one that signs in on paper."""
    known = db.session.scalars(select(User).where(User.household_id == person.household_id)).first()
    return known or accounts.create("beneficiary", household_id=person.household_id, person_id=person.id)


class _Staff:
    """Workers and buyers, made when a town or a charity first needs them."""

    def __init__(self) -> None:
        self.workers: dict[str, tuple[User, User]] = {}
        self.buyers: dict[int, User] = {}

    def of(self, town: str) -> tuple[User, User]:
        if town not in self.workers:
            self.workers[town] = tuple(self._one("social_worker", f"{town}-{n}", area_code=town) for n in (1, 2))
        return self.workers[town]

    def buyer(self, place: str) -> tuple[User, int]:
        from marketplace.people.organisations import queries
        charity = queries.serving(place)[0].id
        if charity not in self.buyers:
            self.buyers[charity] = self._one("charity", f"charity-{charity}", organisation_id=charity)
        return self.buyers[charity], charity

    @staticmethod
    def _one(role: str, name: str, **facts: object) -> User:
        found = db.session.scalars(select(User).where(User.username == name)).first()
        return found or accounts.create(role, username=name, display_name=name, **facts)


def _donors() -> list[User]:
    names = ("热心市民", "早起的老师", "一家三口", "社区书店", "面点师傅", "出租车司机", "退休工程师", "大学生志愿者")
    found = []
    for n, name in enumerate(names):
        phone = f"1007777{n:04}"
        known = db.session.scalars(select(User).where(
            User.phone_index == crypto.index("user.phone", normal_phone(phone)), User.role == "donor")).first()
        found.append(known or accounts.create("donor", phone=phone, display_name=name))
    return found
