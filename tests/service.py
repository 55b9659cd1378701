"""Volunteers who served, their certificates, letters and teams, for tests; each through the verbs that people use."""
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from marketplace.core import clock
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.attestations import service as attestations
from marketplace.market.attestations.models import Attestation
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.letters import service as letters
from marketplace.market.letters.models import YearLetter
from marketplace.market.pledges.models import Pledge
from marketplace.market.teams import queries
from marketplace.market.teams import service as teams
from marketplace.market.teams.models import Team, TeamMember
from marketplace.market.volunteering import service as volunteering
from marketplace.market.volunteering.models import Appointment
from marketplace.market.wishes.models import Need
from marketplace.people.accounts.models import User
from marketplace.people.organisations.models import Organisation
from tests import campaigns

MODELS = {"attestation": Attestation, "letter": YearLetter, "company_team": Team, "team_member": TeamMember}


def done(city, giver: User, units: int, charity: Organisation, unit: str = "小时", confirmed: bool = True) -> Pledge:
    """A service of the giver that was handed over today, and confirmed; for hours they came, each time on a day before."""
    home = city.home()
    need = city.need(home=home, kind="service", category="company", wanted=units, price_fen=0, charity=charity)
    with transaction() as session:
        session.get_one(Need, need.id).unit = unit
    pledge = city.promise(need, units, by=giver)
    worker = city.person("social_worker", pledge.place_code[:9])
    if unit == "小时" and confirmed:
        _came(db.session.get_one(Delivery, pledge.delivery_id), giver, units, worker)
    delivery, code = city.arrived(pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    if confirmed:
        deliveries.confirm(delivery, by=city.beneficiary(home))
    city.settle()
    return pledge


def _came(delivery: Delivery, giver: User, hours: int, worker: User) -> None:
    before = db.session.scalar(select(func.count()).where(Appointment.user_id == giver.id)) or 0
    starts_at = datetime.combine(clock.today() - timedelta(days=before + 1), time(8), clock.CITY)
    with clock.at(starts_at - timedelta(days=1)):
        made = volunteering.propose(delivery, starts_at, starts_at + timedelta(hours=hours), "station", by=giver)
        volunteering.confirm(made, by=worker)
    with clock.at(starts_at):
        volunteering.start(made, by=giver)
    with clock.at(made.ends_at):
        volunteering.finish(made, by=giver)


def asked(giver: User, charity: Organisation, days: int = 30, name: str = "周小明") -> Attestation:
    """Asked for over the last days, today too."""
    today = clock.today()
    return attestations.ask(charity.id, today - timedelta(days=days), today, name, by=giver)


def lead(city, charity: Organisation) -> User:
    return campaigns.clerk(city, charity, "volunteer_lead")


def issued(city, giver: User, charity: Organisation, days: int = 30) -> Attestation:
    made = asked(giver, charity, days)
    attestations.issue(made, by=lead(city, charity))
    return made


def team(city, charity: Organisation, founder: User, *others: User) -> Team:
    """A team whose name is confirmed, with everybody in it."""
    draft = teams.Draft(f"暖阳{next(city.numbers)}队", "company", charity.id, "李经理 0534-1234567")
    made = teams.found(draft, by=founder)
    teams.approve(made, "letter", by=campaigns.clerk(city, charity))
    for one in others:
        teams.join(queries.mine(founder).link, by=one)
    return made


def things(city, charity: Organisation) -> dict[str, int]:
    """For the walk over all routes."""
    giver = city.person("volunteer")
    done(city, giver, 2, charity)
    return {"attestation": issued(city, giver, charity).id,
            "team": team(city, charity, giver).id,
            "letter": letters.write(clock.today().year, charity.id, by=giver).id}


def of_every_kind() -> None:
    """Rows that differ in everything that rules look at, without a story."""
    today, now = clock.today(), clock.now()
    for number in (1, 2):
        db.session.add(Attestation(organisation_id=number, giver_id=number, first_on=today, last_on=today, asked_at=now))
        db.session.add(YearLetter(number=str(number), organisation_id=number, organisation="", giver_id=number, year=2026,
                                  gifts=1, amount_fen=1, receipts="[]", written_at=now))
        made = Team(ref=str(number), name=str(number), kind="club", organisation_id=number, founder_id=number,
                    founded_at=now)
        db.session.add(made)
        db.session.flush()
        db.session.add(TeamMember(team_id=made.id, user_id=number, joined_on=today))
    db.session.flush()
