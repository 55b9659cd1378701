"""The demo city: generated households, invented wishes at every stage, made by the same verbs that people use."""
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from random import Random

import yaml
from sqlalchemy import func, select

from marketplace.assistance.policies import service as policies
from marketplace.assistance.policies.models import Screening
from marketplace.core import audit, clock, crypto, outbox, proof
from marketplace.core.transaction import transaction
from marketplace.demo import accounts as people
from marketplace.demo import bringing, campaigns, charities, homes, papers, pictures, stores
from marketplace.demo.cast import Troupe
from marketplace.demo.giving import Giving
from marketplace.demo.helping import Helping
from marketplace.demo.offers import Offers
from marketplace.demo.plan import LONGEST, Planned, planned
from marketplace.demo.setting_aside import SettingAside
from marketplace.demo.story import PICTURED, Story
from marketplace.demo.worth import Worth
from marketplace.extensions import db
from marketplace.market.deliveries import receiving, visits
from marketplace.market.matching import service as matching
from marketplace.market.wishes.models import Wish
from marketplace.network.registry.eligibility import age
from marketplace.network.registry.models import NEVER, Household, Person
from marketplace.people.accounts.models import User
from marketplace.people.accounts.rules import normal_phone
from marketplace.people.organisations.models import Organisation

DATA = Path(__file__).parents[1] / "data" / "demo"
MOST_WISHES = 230
EARLIER = timedelta(days=365)
BEGUN, FILLED = "demo.begin", "demo.fill"


def filled() -> bool:
    return _marked(FILLED) is not None


def fill(households: int) -> str:
    """Fill an empty database; says what is there then. Interrupted, it goes on where it was on the next start."""
    outbox.on_wake(_nobody_waits)
    begun = _begin()
    with clock.at(begun - LONGEST):
        if db.session.scalar(select(Organisation.id).limit(1)) is None:
            charities.take_up(_read("charities"), begun)
        bringing.open_stations(_read("stations"))
    if db.session.scalar(select(Household.id).limit(1)) is None:
        homes.settle(households)
    _tell(begun)
    Giving(begun).tell()
    Helping(begun).tell()
    Worth(begun).tell()
    bringing.Bringing(begun).tell()
    stores.keep(_read("stores"), begun)
    Offers(begun, _read("offers")).tell()
    aside = SettingAside(begun)
    aside.tell()
    papers.write()
    charities.let_wait(_read("charities"), begun)
    matching.run_daily()
    aside.tell_of_proposals()
    _screen(begun)
    Giving(begun).tell_of_campaigns()
    with transaction():
        audit.record(0, FILLED, "city:3714")
    proof.publish()
    audit.seal()
    total = db.session.scalar(select(func.count()).select_from(Wish))
    return f"{households} households, {total} wishes"


def _screen(begun: datetime) -> None:
    """Two runs to compare: the city a year ago, and today. The second is left to the worker, who does it when it starts.

    Campaigns are planned in between: they aim at what the needs map shows.
    """
    by = db.session.scalars(select(User).where(User.role == "supervisor")).one()
    if not _runs():
        policies.start(by, clock.today() - EARLIER)
    while outbox.drain():
        pass
    campaigns.tell(_read("campaigns"), begun)
    if _runs() == 1:
        policies.start(by)


def _runs() -> int:
    return db.session.scalar(select(func.count()).select_from(Screening)) or 0


def _nobody_waits() -> None:
    """The stories run their jobs themselves, each at its own moment."""


def _marked(capability: str) -> datetime | None:
    return db.session.scalar(select(audit.AuditEntry.at).where(audit.AuditEntry.capability == capability))


def _begin() -> datetime:
    """When the filling began first: the plan counts back from then."""
    if (begun := _marked(BEGUN)) is None:
        with transaction():
            audit.record(0, BEGUN, "city:3714")
        begun = _marked(BEGUN)
    assert begun
    return begun


@cache
def _read(name: str):
    return yaml.load((DATA / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _tell(begun: datetime) -> None:
    """All stories, step after step in the order of time, as a city lives."""
    plan = planned(_wishers(), _read("wishes"), _read("aliases"), begun)
    pictures.prepare((p.entry["picture"], p.number) for p in plan if p.number % 10 < PICTURED)
    with clock.at(begun - LONGEST):
        troupe = Troupe()
        stories = {p.number: Story(p, troupe.cast(p), _thanks(p)) for p in plan}
    while outbox.drain():  # of a filling that was stopped
        pass
    steps = sorted((moment, p.number, n) for p in plan for n, moment in enumerate(p.moments))
    for _moment, number, step in steps:
        stories[number].tell(step)
    receiving.remind()
    visits.open_due()


def _thanks(story: Planned) -> str:
    said = _read("thanks")[story.entry.get("kind", "goods")]
    return said[story.number % len(said)]


def _wishers() -> list[Person]:
    """One person of each of MOST_WISHES eligible households, by chance; not of the family of the sign-in page.

    Those in the demo worker's town come first; elsewhere children and the old wish more often than others.
    """
    mine = crypto.index("person.phone", normal_phone(people.FAMILY))
    family = db.session.scalar(select(Person.household_id).where(Person.phone_index == mine))
    rows = db.session.execute(
        select(Person, Household.town_code).join(Household, Household.id == Person.household_id)
        .where(Person.counted, Person.household_id != family, _once_eligible()).order_by(Person.household_id, Person.id))
    chance, found = Random(7), []
    for _home, members in groupby(rows, lambda row: row[0].household_id):
        person, town = max(members, key=lambda row: chance.random() ** (1 / _eager(row[0])))
        found.append((town != people.TOWN, -chance.random() ** (1 / _eager(person)), person.id, person))
    return [person for *_order, person in sorted(found)][:MOST_WISHES]


def _eager(person: Person) -> int:
    years = age(person.birth_date, clock.today())
    return 7 if years < 18 else 2 if years >= 60 else 1


def _once_eligible():
    """Eligible now, or until a story of an earlier filling took the household off the record."""
    return (Household.eligible_until != NEVER) | Household.id.in_(select(Wish.household_id))
