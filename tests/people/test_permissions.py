"""The rule table says the same in Python and in SQL, for every capability, role and kind of row."""
import itertools
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from marketplace.assistance.policies.models import Outreach, Screening
from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery, Thanks
from marketplace.market.deliveries.records import DeliveryProblem, ReceiptVisit
from marketplace.market.gifts.models import Gift, MonthlyGift, Slip
from marketplace.market.pledges.models import Pledge
from marketplace.market.thanking import service as thanking
from marketplace.market.wishes.models import Wish
from marketplace.money.payments.models import PaidBack, Payment, Refund
from marketplace.money.receipts.models import OfficialReceipt, Receipt
from marketplace.network.registry.models import Household
from marketplace.network.registry.rulebook import CatalogueVersion
from marketplace.people.accounts.models import POSTS, ROLES, User
from marketplace.people.accounts.permissions import RULES, may, narrow
from marketplace.people.organisations.models import Certificate, Cooperation, Organisation
from tests import campaigns, funds, matches, offers, proposals, runs, stock, volunteers
from tests import service as served
from tests.city import OTHER_TOWN, TOWN, VILLAGE

MODELS = {"household": Household, "wish": Wish, "consent": Wish, "pledge": Pledge, "delivery": Delivery, "thanks": Thanks,
          "screening": Screening, "catalogue": CatalogueVersion, "silent": Household, "outreach": Household,
          "contact": Outreach, "team": User, "organisation": Organisation, "certificate": Certificate,
          "cooperation": Cooperation, "receipt": Receipt, "official": OfficialReceipt, **campaigns.MODELS, "gift": Gift,
          "monthly": MonthlyGift, "slip": Slip, "payment": Payment, "refund": PaidBack, **matches.MODELS,
          **runs.MODELS, **served.MODELS, **stock.MODELS, **offers.MODELS, **proposals.MODELS, **funds.MODELS,
          **volunteers.MODELS,
          "problem": DeliveryProblem, "visit": ReceiptVisit}


@pytest.fixture
def rows(city, till):
    """Rows that differ in everything rules look at."""
    for place in (VILLAGE, OTHER_TOWN + "001"):
        home = city.home(place=place)
        wish = city.wish(home, charity=city.organisation(), wanted=2)
        city.promise(wish.needs[0])
        asked_for(city, wish)
        _money(city, till, wish.organisation_id)
        for kind in ("visited", "wished"):
            db.session.add(Outreach(household_id=home.id, by_id=home.id, at=clock.now(), kind=kind))
    for number, area in ((1, "3714"), (2, TOWN)):
        city.organisation(area)
        city.person("charity", organisation_id=number, post=POSTS[number])
        today, now = clock.today(), clock.now()
        db.session.add(Certificate(organisation_id=number, area_code=area, valid_from=today, valid_until=today,
                                   recorded_by=number, recorded_at=now))
        db.session.add(Cooperation(organisation_id=number, charity_id=3 - number, number="", purpose="", signed_on=today,
                                   valid_until=today, recorded_by=number + 2, recorded_at=now))
        version = CatalogueVersion(hash=str(number), text="", proposed_by=number, previewed_by=number + 1,
                                   proposed_at=clock.now())
        db.session.add(version)
        db.session.flush()
        db.session.add(Screening(kind="preview", state="done", as_of=clock.today(), catalogue=version.hash, asked_by=0,
                                 asked_at=clock.now()))
    campaigns.of_every_kind()
    matches.of_every_kind()
    served.of_every_kind()
    runs.of_every_kind()
    stock.of_every_kind()
    offers.of_every_kind()
    proposals.of_every_kind()
    funds.of_every_kind()
    volunteers.of_every_kind()
    _after_deliveries()
    return None


def _after_deliveries():
    """Something wrong with each delivery, and a visit because of it."""
    for delivery in db.session.scalars(select(Delivery)).all():
        db.session.add(DeliveryProblem(delivery_id=delivery.id, organisation_id=delivery.organisation_id, outcome="lost",
                                       units=1, by_id=0, at=clock.now()))
        db.session.add(ReceiptVisit(delivery_id=delivery.id, household_id=delivery.household_id,
                                    place_code=delivery.place_code, giver_id=delivery.giver_id,
                                    handed_over_by=delivery.id, opened_at=clock.now(), due_on=clock.today()))
    db.session.commit()


def asked_for(city, wish):
    """A gift of money with its receipt, and the official one asked for."""
    giver = city.person("donor")
    charity = db.session.get_one(Organisation, wish.organisation_id)
    gift = city.promise(city.wish(charity=charity, kind="money", wanted=5000).needs[0], 5000, by=giver)
    thanking.ask_official(gift, "张三", "", giver)


def _money(city, till, organisation_id):
    """Gifts of all kinds to one charity."""
    charity = db.session.get_one(Organisation, organisation_id)
    clerk = city.person("charity", organisation_id=organisation_id)
    gift = city.gift(charity=charity)
    city.monthly(till, charity)
    city.slip(clerk)
    line = city.line(gift)
    refund = Refund(line_id=line.id, payment_id=line.payment_id, amount_fen=1, key=f"test-{gift.id}", asked_at=clock.now())
    db.session.add(refund)
    db.session.flush()
    db.session.add(PaidBack(refund_id=refund.id, organisation_id=organisation_id, paid_on=clock.today(),
                            recorded_by=clerk.id, recorded_at=clock.now()))
    db.session.flush()
    db.session.commit()


def users():
    ids = itertools.count(1)
    for role in (*ROLES, "guest"):
        areas = ("", "3714", TOWN, OTHER_TOWN, VILLAGE)
        posts = POSTS if role == "charity" else ("",)
        for area, household, organisation, post in itertools.product(areas, (-1, 1, 2), (-1, 1, 2), posts):
            yield SimpleNamespace(id=next(ids) % 12, role=role, area_code=area, household_id=household,
                                  organisation_id=organisation, post=post, follow_digest="-")


CAPABILITIES = sorted(name for name in RULES if name.split(".")[0] in MODELS)


def test_both_readings_agree(rows, kind):
    """Each capability is read on one of the databases: every second one here, the others there."""
    wrong = []
    for capability in CAPABILITIES[kind == "postgresql"::2]:
        model = MODELS[capability.split(".")[0]]
        everything = db.session.scalars(select(model)).all()
        assert everything or model is Thanks
        without_grant: dict[str, set] = {}  # roles whose statement is the same whoever asks
        for user in users():
            if (found := without_grant.get(user.role)) is None:
                found = set(db.session.scalars(narrow(user, capability, select(model.id), model)))
            if user.role not in RULES[capability].grants:
                without_grant[user.role] = found
            expected = {row.id for row in everything if may(user, capability, row)}
            if found != expected:
                wrong.append((capability, vars(user)))  # and no more, so that one fault is not told a hundred times
                break
    assert not wrong and len(CAPABILITIES) > 30


def test_an_unknown_role_may_nothing():
    nobody = SimpleNamespace(role="intruder", id=1)
    assert not any(may(nobody, capability) for capability in RULES)


def test_a_post_decides_before_anything_is_known_of_the_row():
    may_do = {post: {c for c in ("delivery.purchase", "delivery.dispatch", "pledge.refund", "team.invite", "charity.desk")
                     if may(SimpleNamespace(role="charity", id=1, post=post), c)} for post in POSTS}
    assert may_do == {
        "manager": {"delivery.purchase", "delivery.dispatch", "pledge.refund", "team.invite", "charity.desk"},
        "clerk": {"delivery.purchase", "delivery.dispatch", "pledge.refund", "charity.desk"},
        "storekeeper": {"delivery.dispatch", "charity.desk"}, "volunteer_lead": {"charity.desk"}}
