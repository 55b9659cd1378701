from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.assistance.policies.queries import differences, runs
from marketplace.assistance.policies.queries.scope import Wanted
from marketplace.core import audit, clock, proof
from marketplace.demo import accounts as people
from marketplace.demo import filling, story
from marketplace.extensions import db
from marketplace.market.attestations.models import Attestation
from marketplace.market.campaigns import service as campaigns
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.queries import allocations, duties, figures, plans, settlements
from marketplace.market.deliveries.models import Thanks
from marketplace.market.gifts import queries as money
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift, MonthlyGift, Slip
from marketplace.market.honours.models import Honour
from marketplace.market.matches.models import Match
from marketplace.market.offers import service as offers
from marketplace.market.offers.models import LIFE as OFFERED
from marketplace.market.offers.models import Offer
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.stock import queries as goods
from marketplace.market.stock import service as stock
from marketplace.market.stock.overview import tally
from marketplace.market.teams import public as teams
from marketplace.market.teams.models import Team
from marketplace.market.volunteering.models import Appointment, Volunteer
from marketplace.market.wishes import public, queries
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Wish
from marketplace.money.ledger import service as ledger
from marketplace.money.ledger.models import Account
from marketplace.money.payments.models import Dispute, Payment
from marketplace.money.receipts.models import OfficialReceipt
from marketplace.network.registry import service as registry
from marketplace.network.registry.models import Household
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import POSTS, User
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.queries import listed
from marketplace.people.organisations.queries.tasks import tasks

HOUSEHOLDS, WISHES = 900, 48


@pytest.fixture
def stages(monkeypatch):
    """A small city in which every stage has its wish."""
    from marketplace.demo import plan
    rare = tuple(end.name for end in plan.ENDS)
    monkeypatch.setattr(plan, "FIRST", plan.FIRST + rare)
    monkeypatch.setattr(filling, "MOST_WISHES", WISHES)
    monkeypatch.setattr(story, "PICTURED", 1)
    monkeypatch.setattr(filling, "PICTURED", 1)


def state_of_all():
    today = clock.today()
    return {w.id: queries.status(w, db.session.get_one(Household, w.household_id), today)
            for w in db.session.scalars(select(Wish).order_by(Wish.id))}


def test_it_fills_goes_on_after_a_stop_and_then_does_nothing_more(city, kind, stages, monkeypatch):
    if kind == "sqlite":
        pytest.skip("the journeys' own site is filled on SQLite")
    told, tell = Counter(), story.Story.tell

    def stop_at_forty(self, step):
        told["steps"] += 1
        if told["steps"] == 40:
            raise KeyboardInterrupt
        tell(self, step)

    monkeypatch.setattr(story.Story, "tell", stop_at_forty)
    with pytest.raises(KeyboardInterrupt):
        filling.fill(HOUSEHOLDS)
    assert not filling.filled()
    assert filling.fill(HOUSEHOLDS) == f"{HOUSEHOLDS} households, {WISHES} wishes"
    assert filling.filled()
    before = db.session.scalar(select(func.max(audit.AuditEntry.id)))
    city.settle()
    campaigns.by_day()
    assert (pledges.lapse(), gifts.lapse(), pledges.decide_late(), gifts.decide_late()) == (0, 0, 0, 0)
    assert (pledges.lapse(), wishes.expire_overdue(), registry.end_overdue()) == (0, 0, 0), "the city waits for its visitors"
    assert db.session.scalar(select(func.max(audit.AuditEntry.id))) == before

    _every_stage_is_there()
    _the_books_are_right()
    _gifts_of_every_kind_are_there()
    _the_family_is_ready()
    _two_screenings_can_be_compared()
    _papers_are_at_every_stage()
    _stores_are_kept()
    _campaigns_are_at_every_stage()
    _taking_part_is_worth_it()
    _somebody_comes()
    _offers_are_at_every_stage()
    _nobody_is_shown_who_must_not_be()


def _offers_are_at_every_stage():
    assert {offer.state for offer in db.session.scalars(select(Offer))} == set(OFFERED.states)
    assert offers.expire_overdue() == 0 and stock.verify().wrong == []


def _every_stage_is_there():
    seen = set(state_of_all().values())
    assert seen >= {"draft", "submitted", "returned", "rejected", "withdrawn", "open", "partly_pledged", "pledged",
                    "closed", "expired", "suspended"}
    assert db.session.scalar(select(func.count()).select_from(Thanks).where(Thanks.state == "approved"))
    assert db.session.scalars(select(Wish.created_at).order_by(Wish.id)).all() == sorted(
        db.session.scalars(select(Wish.created_at)))


def _the_books_are_right():
    assert not ledger.verify().wrong and audit.verify().broken_at is None and proof.verify() is None
    states = set(db.session.scalars(select(OfficialReceipt.state)))
    assert states == {"asked", "recorded"} and proof.everything()[-1].day == clock.day_of(
        clock.now() - proof.READY) - timedelta(days=1)
    came = select(func.sum(Payment.amount_fen)).where(Payment.succeeded_at.is_not(None))
    paid = db.session.scalar(came.where(Payment.way == "provider"))
    disputed = db.session.scalar(select(func.sum(Dispute.amount_fen)))
    fees = db.session.scalar(select(func.sum(Account.balance_fen)).where(Account.kind == "fees"))
    assert paid - disputed - fees == ledger.balance("provider")
    firm = db.session.scalar(select(func.sum(Pledge.units)).where(
        Pledge.kind == "money", Pledge.state != "reserved", Pledge.source == ""))
    given = db.session.scalar(select(func.sum(Gift.amount_fen)).where(Gift.state != "reserved"))
    assert firm + given == db.session.scalar(came)


def _gifts_of_every_kind_are_there():
    assert {g.state for g in db.session.scalars(select(Gift))} == {"committed", "cancelled"}
    assert db.session.scalars(select(MonthlyGift)).one().state == "active"
    assert {s.state for s in db.session.scalars(select(Slip))} == {"recorded", "confirmed"}
    late = db.session.scalar(select(func.count()).select_from(Pledge).where(Pledge.state == "late"))
    charity = db.session.scalars(select(User).where(User.username == "charity")).one()
    assert money.counts(charity) == {"slips": 1, "late": late, "disputes": 1, "back": 1}


def _the_family_is_ready():
    user = registry.beneficiary(people.FAMILY)
    home = db.session.get_one(Household, user.household_id)
    assert home.place_code == people.VILLAGE and home.eligible_until > clock.today()
    assert not db.session.scalar(select(Wish.id).where(Wish.household_id == home.id))
    worker = accounts.sign_in_by_password("worker", people.PASSWORD, "127.0.0.1")
    assert len(queries.waiting(worker)) >= 2


def _two_screenings_can_be_compared():
    supervisor = db.session.scalars(select(User).where(User.role == "supervisor")).one()
    run = runs.shown(supervisor)
    between = differences.ends(supervisor, run)
    assert run.as_of == clock.today() and between.before.as_of < run.as_of
    assert differences.numbers(supervisor, between, Wanted()).total.new


def _stores_are_kept():
    assert stock.verify().wrong == []
    keeper = db.session.scalars(select(User).where(User.username == "storekeeper")).one()
    found = tally(keeper, goods.Wanted())
    assert found.ending and found.unfit and len(goods.stores(keeper)) == 2 and len(goods.kits(keeper)) == 1
    assert [sum(line.counted != line.expected for line in count.lines) for count in goods.counts(
        keeper, goods.stores(keeper)[0].id)] == [1]


def _papers_are_at_every_stage():
    supervisor = db.session.scalars(select(User).where(User.role == "supervisor")).one()
    counts = listed.counts(supervisor)
    assert (counts["waiting"], counts["ending"], counts["without"]) == (1, 1, 2) and counts["valid"] >= 3
    manager = accounts.sign_in_by_password("charity", people.PASSWORD, "127.0.0.1")
    mine = organisations.one(manager.organisation_id)
    assert [task.kind for task in tasks(manager, mine)] == ["answer_cooperation"]
    team = db.session.scalars(select(User.post).where(User.organisation_id == mine.id)).all()
    assert sorted(team) == sorted(POSTS)


def _campaigns_are_at_every_stage():
    made = db.session.scalars(select(Campaign)).all()
    assert {c.state for c in made} == {"draft", "submitted", "returned", "approved", "live", "closed", "settled"}
    for campaign in made:
        found = figures.of(campaign)
        assert found.balance == ledger.held(campaign.account) >= campaign.reserved_fen
        assert (found.raised > 0) == (campaign.state in ("live", "closed", "settled"))
    clerk = accounts.sign_in_by_password("charity", people.PASSWORD, "127.0.0.1")
    assert allocations.waiting(clerk) and duties.waiting(clerk) and not duties.late([clerk.organisation_id])
    supervisor = db.session.scalars(select(User).where(User.role == "supervisor")).one()
    assert plans.waiting(supervisor) and settlements.waiting(supervisor)


def _taking_part_is_worth_it():
    found = db.session.scalars(select(Match).order_by(Match.id)).all()
    assert [match.serves for match in found] == ["wishes", "campaign"] and any(match.used_fen for match in found)
    assert all(m.state == "live" and ledger.held(m.account) == m.limit_fen - m.used_fen for m in found)
    assert {h.kind for h in db.session.scalars(select(Honour))} >= {"person", "company"}
    named, asked = db.session.scalars(select(Team).order_by(Team.id)).all()
    assert (named.state, asked.state) == ("approved", "asked") and teams.together(named).told and teams.names(named)
    assert all(paper.state in ("issued", "asked") for paper in db.session.scalars(select(Attestation)))


def _somebody_comes():
    assert {one.state for one in db.session.scalars(select(Volunteer))} == {"applied", "approved"}
    visits = db.session.scalars(select(Appointment)).all()
    assert {"served", "open", "proposed", "present"} & {one.state for one in visits}
    assert all(one.second or one.state in ("proposed", "open") for one in visits if one.for_minor)
    assert not any(one.state == "served" and one.ended_at > clock.now() for one in visits)


def _nobody_is_shown_who_must_not_be():
    states = state_of_all()
    found, after = public.browse(public.Filter())
    assert found and {states[w.id] for w in found} <= {"open", "partly_pledged"}
    for wish_id in [n for n, state in states.items() if state == "suspended"]:
        assert not public.is_visible(wish_id)
