"""Who plays which part in the stories of the demo city; made when first needed, found again later."""
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.core import crypto
from marketplace.demo import accounts as people
from marketplace.demo import visits
from marketplace.demo.plan import Planned
from marketplace.extensions import db
from marketplace.network.registry.models import Household, Person
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User
from marketplace.people.accounts.rules import normal_phone
from marketplace.people.organisations import queries as organisations

DONORS = ("热心市民", "早起的老师", "一家三口", "社区书店", "面点师傅", "出租车司机", "退休工程师", "运河边的人", "新媳妇",
          "五金店老板", "十八班家委会", "夜班护士")
VOLUNTEERS = ("大学生志愿者", "老木匠", "理发店小方", "退休语文老师", "电工老郑")
SURNAMES = "李王张刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯"
ON_BEHALF = "老人没有手机，按本人口述代写。"


@dataclass
class Cast:
    """Who takes part in a story. With `on_behalf` the colleague writes for the family, and says why."""

    person: Person
    family: User
    worker: User
    colleague: User
    giver: User
    buyer: User
    charity_id: int
    on_behalf: str


class Troupe:
    def __init__(self) -> None:
        self.workers = {people.TOWN: (_named("worker", "social_worker"), _named("colleague", "social_worker"))}
        self.buyers: dict[int, User] = {}
        self.mine = _named("charity", "charity").organisation_id
        self.donors = _givers("donor", ("林女士", people.DONOR), DONORS, "1007777")
        self.volunteers = _givers("volunteer", ("小周", people.VOLUNTEER), VOLUNTEERS, "1006666")

    def cast(self, planned: Planned) -> Cast:
        """Everybody in one story. The oldest often have no phone, and somebody writes for them."""
        person = planned.person
        home = db.session.get_one(Household, person.household_id)
        charity = organisations.serving(home.place_code)[0].id
        if charity not in self.buyers:
            buyer = db.session.scalars(select(User).where(User.role == "charity", User.organisation_id == charity)
                                       .order_by(User.id)).first()
            self.buyers[charity] = buyer or _named(f"charity-{charity}", "charity", organisation_id=charity,
                                                    post="manager")
        worker, colleague = self._workers(home.town_code)
        silent = person.phone is None and "withdraw" not in planned.end.steps
        return Cast(person, _family(person), worker, colleague, self._giver(planned, charity, home.place_code),
                    self.buyers[charity], charity, ON_BEHALF if silent else "")

    def _giver(self, planned: Planned, charity: int, place_code: str) -> User:
        """A donor; or for a service a volunteer whom the charity has checked."""
        if planned.entry.get("kind") != "service":
            return self.donors[planned.number % len(self.donors)]
        found = self.volunteers[planned.number % len(self.volunteers)]
        if "promise" in planned.end.steps:
            if found is self.volunteers[0] and charity != self.mine:  # the visitor's own helps one charity alone
                found = self.volunteers[1 + planned.number % (len(self.volunteers) - 1)]
            visits.enlist(found, charity, visits.county(place_code))
        return found

    def _workers(self, town: str) -> tuple[User, User]:
        if town not in self.workers:
            first, second = (SURNAMES[(int(town[-6:]) * 7 + n * 11) % len(SURNAMES)] for n in (0, 1))
            self.workers[town] = (_named(f"{town}-1", "social_worker", f"社工 {first}老师", area_code=town),
                                  _named(f"{town}-2", "social_worker", f"社工 {second}老师", area_code=town))
        return self.workers[town]


def _named(name: str, role: str, shown: str = "", **facts: object) -> User:
    found = db.session.scalars(select(User).where(User.username == name)).first()
    return found or accounts.create(role, username=name, display_name=shown or name, **facts)


def _givers(role: str, listed: tuple[str, str], others: tuple[str, ...], prefix: str) -> list[User]:
    """The one of the sign-in page, and others."""
    return [_giver(role, *listed), *(_giver(role, name, f"{prefix}{n:04}") for n, name in enumerate(others))]


def _giver(role: str, name: str, phone: str) -> User:
    index = crypto.index("user.phone", normal_phone(phone))
    found = db.session.scalars(select(User).where(User.phone_index == index, User.role == role)).first()
    return found or accounts.create(role, phone=phone, display_name=name)


def _family(person: Person) -> User:
    found = db.session.scalars(select(User).where(User.household_id == person.household_id)).first()
    return found or accounts.create("beneficiary", household_id=person.household_id, person_id=person.id)
