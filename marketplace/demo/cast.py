"""Who plays which part in the stories of the demo city; made when first needed, found again later."""
from random import Random

from sqlalchemy import select

from marketplace.core import crypto
from marketplace.demo import accounts as people
from marketplace.demo.story import Cast
from marketplace.extensions import db
from marketplace.network.registry.models import Household, Person
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User
from marketplace.people.accounts.rules import normal_phone
from marketplace.people.organisations import queries as organisations

DONORS = ("热心市民", "早起的老师", "一家三口", "社区书店", "面点师傅", "出租车司机", "退休工程师", "大学生志愿者")


class Troupe:
    def __init__(self) -> None:
        self.workers = {people.TOWN: (_named("worker", "social_worker"), _named("colleague", "social_worker"))}
        self.buyers: dict[int, User] = {}
        self.donors = [_donor(name, f"1007777{n:04}") for n, name in enumerate(DONORS)]
        self.donors.append(_donor("林女士", people.DONOR))

    def cast(self, person: Person, home: Household, chance: Random) -> Cast:
        """Everybody in the story of one person's wish."""
        town = home.town_code
        if town not in self.workers:
            self.workers[town] = (_named(f"{town}-1", "social_worker", area_code=town),
                                  _named(f"{town}-2", "social_worker", area_code=town))
        charity = organisations.serving(home.place_code)[0].id
        if charity not in self.buyers:
            self.buyers[charity] = _named(f"charity-{charity}", "charity", organisation_id=charity)
        worker, colleague = self.workers[town]
        return Cast(person, _family(person), worker, colleague, chance.choice(self.donors), self.buyers[charity], charity)


def _named(name: str, role: str, **facts: object) -> User:
    found = db.session.scalars(select(User).where(User.username == name)).first()
    return found or accounts.create(role, username=name, display_name=name, **facts)


def _donor(name: str, phone: str) -> User:
    index = crypto.index("user.phone", normal_phone(phone))
    found = db.session.scalars(select(User).where(User.phone_index == index, User.role == "donor")).first()
    return found or accounts.create("donor", phone=phone, display_name=name)


def _family(person: Person) -> User:
    found = db.session.scalars(select(User).where(User.household_id == person.household_id)).first()
    return found or accounts.create("beneficiary", household_id=person.household_id, person_id=person.id)
