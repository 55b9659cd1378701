"""Companies that add to gifts, for tests; each through the verbs that people use."""
from datetime import timedelta

from sqlalchemy import select

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.honours import service as honours
from marketplace.market.honours.models import Honour
from marketplace.market.matches import service
from marketplace.market.matches.models import Funding, Match
from marketplace.market.pledges.models import Pledge
from marketplace.people.organisations.models import Organisation
from tests import campaigns

MODELS = {"match": Match, "funding": Funding, "honour": Honour}


def planned(city, charity: Organisation, limit_fen: int = 100_000, **more: object) -> Match:
    """An agreement that nothing has been paid for."""
    today = clock.today()
    facts = {"company": "德州暖阳公司", "starts_on": today, "ends_on": today + timedelta(days=30), **more}
    return service.plan(service.Plan(limit_fen=limit_fen, **facts), by=campaigns.clerk(city, charity))


def funded(city, charity: Organisation, limit_fen: int = 100_000, **more: object) -> Match:
    """One whose money lies ready."""
    match = planned(city, charity, limit_fen, **more)
    funding = service.record_funding(match, limit_fen, f"TX{match.id}", clock.today(), by=campaigns.clerk(city, charity))
    service.confirm_funding(funding, by=campaigns.clerk(city, charity))
    return match


def live(city, charity: Organisation, limit_fen: int = 100_000, **more: object) -> Match:
    """One that adds to gifts."""
    match = funded(city, charity, limit_fen, **more)
    service.begin(match, by=campaigns.clerk(city, charity, "manager"))
    return match


def things(city, charity: Organisation) -> dict[str, int]:
    """For the walk over all routes: a match with a transfer that waits for a second person."""
    match = planned(city, charity)
    funding = service.record_funding(match, 1_000, "TX0", clock.today(), by=campaigns.clerk(city, charity))
    giver = city.person("donor")
    honour = honours.show(city.promise(city.need(charity=charity), by=giver), "李女士", by=giver)
    return {"match": match.id, "funding": funding.id, "honour": honour.id}


def of_every_kind() -> None:
    """Rows that differ in everything that rules look at, without a story."""
    now, today = clock.now(), clock.today()
    for number in (1, 2):
        match = Match(ref=f"match{number}", organisation_id=number, author_id=number, company="x", limit_fen=1,
                      starts_on=today, ends_on=today, created_at=now)
        db.session.add(match)
        db.session.flush()
        db.session.add(Funding(match_id=match.id, organisation_id=number, amount_fen=1, reference="x", paid_on=today,
                               recorded_by=number, recorded_at=now))
        pledge_id = db.session.scalars(select(Pledge.id).order_by(Pledge.id).offset(number - 1)).first()
        db.session.add(Honour(pledge_id=pledge_id, organisation_id=number, giver="", kind="person", shown_as="", year=2026,
                              at=now))
    db.session.flush()
