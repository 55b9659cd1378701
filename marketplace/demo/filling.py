"""The demo city: generated households, invented wishes at every stage, made by the same verbs that people use."""
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml
from sqlalchemy import select, update

from marketplace.core import audit, clock, crypto, outbox, places
from marketplace.core.transaction import transaction
from marketplace.demo import accounts as people
from marketplace.demo.cast import Troupe
from marketplace.demo.story import Story
from marketplace.extensions import db
from marketplace.market.wishes.models import Wish
from marketplace.network.city.generate import generate
from marketplace.network.registry import counts
from marketplace.network.registry import service as registry
from marketplace.network.registry.eligibility import band
from marketplace.network.registry.models import Household, Person
from marketplace.people.accounts.rules import normal_phone
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.models import Organisation

DATA = Path(__file__).parents[1] / "data" / "demo"
PERSONS_PER_HOUSEHOLD = 2.48
# the stage at which a wish's story ends, its share, and how many days ago such stories began at most
ENDS = (("draft", 2, 3), ("submitted", 7, 6), ("returned", 2, 8), ("rejected", 2, 20), ("withdrawn", 2, 30),
        ("published", 40, 70), ("partly", 5, 40), ("pledged", 7, 12), ("dispatched", 6, 12), ("arrived", 6, 14),
        ("handed_over", 5, 16), ("fulfilled", 7, 60), ("thanked", 9, 90))
NEAR_THE_WORKER = 26
FILLED = "demo.fill"


def filled() -> bool:
    return db.session.scalar(select(audit.AuditEntry.id).where(audit.AuditEntry.capability == FILLED)) is not None


def fill(households: int) -> str:
    """Fill an empty database; says what is there then. Interrupted, it goes on where it was on the next start."""
    if db.session.scalar(select(Organisation.id).limit(1)) is None:
        _charities()
    if db.session.scalar(select(Household.id).limit(1)) is None:
        _households(households)
    outbox.on_wake(_nobody_waits)
    troupe = Troupe()
    _wishes(troupe, Random(2026))
    with transaction():
        audit.record(0, FILLED, "city:3714")
    audit.seal()
    total = db.session.scalar(select(db.func.count()).select_from(Wish))
    return f"{households} households, {total} wishes"


def _nobody_waits() -> None:
    """The stories run their jobs themselves, each at its own moment."""


def _read(name: str) -> list:
    return yaml.load((DATA / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _charities() -> None:
    with transaction():
        made = [organisations.create(one["name"], one["code"], clock.today() + timedelta(days=700), one["english"],
                                     one["area"]) for one in _read("charities")]
        people.create(made[0].id)


def _households(count: int) -> None:
    with TemporaryDirectory() as folder, transaction():
        out = Path(folder)
        generate(round(count * PERSONS_PER_HOUSEHOLD), 1, out, clock.today())
        registry.import_files(out / "household.csv", out / "person.csv", out / "identity.csv", clock.today(), by=0)
        _neighbours()


def _neighbours() -> None:
    """Let some eligible households live in the demo worker's town, the first of them with the sign-in page's phone."""
    elders = select(Person).join(Household).where(
        Household.eligible_until >= clock.today(), Person.counted, Person.birth_date < date(1958, 1, 1))
    family = db.session.scalars(elders.order_by(Person.id)).first()
    if family is None:
        return
    family.name, family.phone = crypto.Private("赵桂香"), crypto.Private(normal_phone(people.FAMILY))
    family.phone_index = crypto.index("person.phone", normal_phone(people.FAMILY))
    others = db.session.scalars(select(Household.id).where(
        Household.eligible_until >= clock.today(), Household.id != family.household_id).order_by(Household.id)
        .limit(NEAR_THE_WORKER)).all()
    villages = places.children(people.TOWN)
    for n, number in enumerate([family.household_id, *others]):
        village = people.VILLAGE if n == 0 else villages[n % len(villages)]
        db.session.execute(update(Household).where(Household.id == number)
                           .values(place_code=village, town_code=people.TOWN))
    counts.recount(clock.today())


def _wishes(troupe: Troupe, chance: Random) -> None:
    entries, thanks = _read("wishes"), dict(_read("thanks"))
    ends = [(end, most) for end, share, most in ENDS for _ in range(share)]
    chance.shuffle(ends)
    told: dict[str, int] = {entry["item"]: 0 for entry in entries}
    for n, person in enumerate(_wishers()):
        fitting = [e for e in entries if band(person.birth_date, clock.today()) in e["ages"]]
        entry = min(fitting, key=lambda e: (told[e["item"]], chance.random()))
        told[entry["item"]] += 1
        end, most = ends[n % len(ends)]
        story = {**entry, "thanks": chance.choice(thanks[entry.get("kind", "goods")])}
        home = db.session.get_one(Household, person.household_id)
        Story(story, troupe.cast(person, home, chance), chance.randint(min(3, most), most), chance).tell(end)
    while outbox.drain():
        pass


def _wishers() -> list[Person]:
    """One person of each eligible household that has no wish yet, by chance; not the family of the sign-in page."""
    rows = list(db.session.scalars(
        select(Person).join(Household).where(Household.eligible_until >= clock.today(), Person.counted).order_by(Person.id)))
    Random(7).shuffle(rows)
    seen = set(db.session.scalars(select(Wish.household_id)))
    mine = crypto.index("person.phone", normal_phone(people.FAMILY))
    seen |= {person.household_id for person in rows if person.phone_index == mine}
    found = []
    for person in rows:
        if person.household_id not in seen:
            seen.add(person.household_id)
            found.append(person)
    return found
