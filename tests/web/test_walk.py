"""Every route, for every role in every relation to what it is about: exactly what the rule table says.

A route that is about one thing names here which capability on which thing opens it; a new route without a line fails.
"""
import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from marketplace.assistance.policies.models import Screening
from marketplace.core import clock
from marketplace.core.audit import AuditEntry
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries import thanks as words
from marketplace.market.deliveries.models import Delivery, Thanks
from marketplace.market.deliveries.records import DeliveryProblem, ReceiptVisit
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift, Slip
from marketplace.market.pledges.models import Pledge
from marketplace.market.teams.models import Team
from marketplace.market.thanking import service as thanking
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.ledger.models import Account
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import PaidBack, Payment, Refund
from marketplace.money.payments.provider import Moved
from marketplace.money.receipts.models import OfficialReceipt
from marketplace.money.reconciliation import service as reconciliation
from marketplace.money.reconciliation.models import Difference
from marketplace.network.registry.models import Household
from marketplace.network.registry.rulebook import CatalogueVersion
from marketplace.people.accounts.models import Guest, User
from marketplace.people.accounts.permissions import may
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.models import Certificate, Cooperation, Organisation
from marketplace.people.organisations.rules import CertificateDraft, CooperationDraft
from marketplace.people.organisations.service import certificates, cooperations
from marketplace.web import guard
from tests import funds, matches, offers, proposals, runs, stock, volunteers
from tests import service as served
from tests.city import OTHER_TOWN, TOWN, VILLAGE, picture
from tests.web import walked_campaigns

ABOUT = {
    **walked_campaigns.ABOUT, **funds.ABOUT,
    "charity_stores.one": ("store.read", "store"), "charity_stores.change": ("store.change", "store"),
    "charity_stores.act": ("store.close", "store"), "charity_kits.one": ("kit.read", "kit"),
    **dict.fromkeys(("charity_intake.take_in", "charity_lists.upload", "charity_lists.book"), ("stock.take_in", "store")),
    **dict.fromkeys(("charity_counts.sheet", "charity_counts.count", "charity_counts.book"), ("stock.count", "store")),
    "charity_promises.recall": ("pledge.recall", "reservation"), "desk_wishes.need": ("wish.edit", "wish"),
    "desk_wishes.end": ("wish.close", "wish"),
    **dict.fromkeys(("charity_matches.one",), ("match.read", "match")),
    "charity_honours.hide": ("honour.hide", "honour"), "charity_matches.fund": ("match.fund", "match"),
    "charity_matches.act": ("match.begin", "match"), "charity_matches.decide": ("funding.confirm", "funding"),
    **dict.fromkeys(("charity_service.one", "charity_service.issue"), ("attestation.issue", "attestation")),
    "charity_service.end": ("attestation.revoke", "attestation"), "service_hours.pdf": ("attestation.read", "attestation"),
    "service_hours.take_back": ("attestation.take_back", "attestation"),
    **dict.fromkeys(("desk_stations.edit", "desk_stations.turn"), ("station.write", "station")),
    **dict.fromkeys(("desk_stations.shelf", "desk_stations.take_in"), ("station.shelf", "station")),
    **dict.fromkeys(("charity_runs.one", "charity_runs.sheet", "charity_runs.labels"), ("run.read", "vehicle")),
    "charity_runs.assign": ("run.assign", "vehicle"), "charity_runs.act": ("run.cancel", "vehicle"),
    "charity_runs.settle": ("run.settle", "vehicle"),
    **dict.fromkeys(("runs.one", "runs.facts", "runs.scans", "runs.scan", "runs.act"), ("run.drive", "vehicle")),
    "desk_deliveries.arrive": ("delivery.arrive", "delivery"),
    **volunteers.ABOUT, **proposals.ABOUT,
    "charity_teams.act": ("company_team.hide", "team"),
    "letters.write": ("letter.write", "organisation"), "letters.of_year": ("letter.read", "letter"),
    "household.wish": ("wish.write", "wish"), "household.act": ("wish.write", "wish"),
    "writing.edit": ("wish.write", "wish"),
    "household.confirm": ("delivery.confirm", "delivery"), "household.problem": ("delivery.dispute", "delivery"),
    "household.thank": ("thanks.write", "delivery"), "household.rate": ("delivery.rate", "delivery"),
    "desk_problems.report": ("delivery.read", "delivery"), "hotline_receipts.take": ("delivery.take_call", "delivery"),
    **dict.fromkeys(("desk_problems.witnesses", "desk_problems.picture"), ("delivery.hand_over", "delivery")),
    "desk_visits.one": ("visit.record", "visit"), "desk_visits.ask": ("visit.ask", "delivery"),
    "desk_deliveries.drawing": ("thanks.moderate", "thanks"),
    **dict.fromkeys(("charity_exceptions.one", "charity_exceptions.decide"), ("problem.settle", "problem")),
    "charity_exceptions.take_back": ("problem.take_in", "problem"),
    "writing.new": ("household.read", "household"),
    "desk_wishes.check": ("wish.edit", "wish"), "desk_wishes.turn_down": ("wish.return", "wish"),
    "desk_wishes.photo": ("wish.edit", "wish"), "desk_deliveries.one": ("delivery.read", "delivery"),
    "desk_deliveries.photo": ("delivery.read", "delivery"),
    "desk_deliveries.ask_code": ("delivery.arrive", "delivery"), "desk_problems.back": ("delivery.arrive", "delivery"),
    "desk_deliveries.resolve": ("delivery.resolve", "delivery"), "desk_deliveries.go_on": ("delivery.go_on", "delivery"),
    "desk_deliveries.witness": ("delivery.witness", "delivery"),
    "desk_deliveries.confirm_for": ("delivery.confirm_for", "delivery"),
    "desk_deliveries.moderate": ("thanks.moderate", "thanks"), "desk_households.one": ("household.read", "household"),
    "desk_households.card": ("household.read", "household"),
    "desk_households.benefits_list": ("household.read", "household"),
    "desk_households.benefits_pdf": ("household.read", "household"),
    "desk_households.benefits_message": ("household.read", "household"),
    "desk_households.note": ("household.read", "household"), "desk_households.take_back": ("household.read", "household"),
    "charity.dispatch": ("delivery.dispatch", "delivery"),
    "team.link": ("team.change", "user"), "team.change": ("team.change", "user"), "team.turn": ("team.close", "user"),
    "papers.withdraw": ("certificate.withdraw", "certificate"), "papers.picture": ("certificate.read", "certificate"),
    "cooperations.answer": ("cooperation.agree", "cooperation"),
    "cooperations.close": ("cooperation.decline", "cooperation"),
    **dict.fromkeys(("desk_charities.appoint", "desk_charities.link"), ("organisation.appoint", "organisation")),
    "desk_charities.one": ("organisation.read", "organisation"),
    "desk_certificates.approve": ("certificate.approve", "certificate"),
    "desk_certificates.turn_down": ("certificate.refuse", "certificate"),
    "screenings.one": ("screening.read", "run"), "screenings.table": ("screening.read", "run"),
    "changes.compared": ("screening.read", "run"), "screenings.stop": ("screening.run", "screening"),
    **dict.fromkeys(("catalogue.one", "catalogue.policies", "catalogue.policy", "catalogue.text", "catalogue.act"),
                    ("catalogue.propose", "version")), "catalogue.publish": ("catalogue.publish", "version"),
    "books.account": ("ledger.read", "account"), "books.difference": ("difference.resolve", "difference"),
    "charity_receipts.one": ("official.record", "official"), "charity_receipts.invoice": ("official.record", "official"),
    "charity_values.declare": ("pledge.declare", "pledge"),
    "charity_values.declare_intake": ("pledge.declare", "batch"),
    **dict.fromkeys(("charity_offers.one", "charity_offers.act"), ("offer.accept", "offer")),
    "charity_offers.take_in": ("offer.take_in", "offer"),
    "charity_gifts.slip": ("slip.read", "slip"), "charity_gifts.photo": ("slip.read", "slip"),
    "charity_gifts.decide": ("slip.confirm", "slip"), "charity_gifts.record_back": ("payment.record_back", "payment"),
    "charity_gifts.decide_back": ("payment.read", "payment"), "charity_gifts.give_back": ("gift.refund", "given"),
    "operations.retry": ("jobs.retry", "job"), "charity.purchase": ("delivery.purchase", "wish"),
}
SECRET = {"gifts.drawing", "offers.drawing", "gifts.confirm", "gifts.follow", "gifts.dispatch",
          "gifts.cancel", "gifts.choose", "gifts.change", "giving.campaign",
          "gift_papers.receipt", "gift_papers.pdf",
          "gift_papers.name", "gift_papers.official", "receipts.one", "receipts.proof_json", "service_papers.one",
          "letters.of_gift", "letters.one", "teams.one", "teams.invited", "teams.join", "proofs.one", "proofs.one_json",
          "public.wish", "public.picture",
          "household.picture", "transparency.trail", "invitations.choose", "honour.show", "honour.take_back",
          "cards.wish", "cards.campaign", "offers.follow", "offers.withdraw", "charity_batches.one", "charity_batches.act",
          "charity_promises.give",
          *(f"offer_papers.{page}" for page in ("receipt", "pdf", "name", "official")),
          *walked_campaigns.OPEN}
OF_NOBODY = {"job", "run"}  # a run is the city's: who reads screenings reads each, with the numbers of the own area
AREAS = ("3714", TOWN, VILLAGE, OTHER_TOWN, "")  # of those whose rules look at the area
TEXTS = re.compile(r"<(?!int:)(?:[^:>]+:)?(\w+)>")  # arguments that are no plain numbers
ARGUMENTS = re.compile(r"<(?:[^:>]+:)?(\w+)>")


@pytest.fixture
def world(city, app):
    """One household with a wish, a delivery on its way and thanks; and everybody who could want to see them."""
    charity = city.organisation()
    home, other = city.home(), city.home(place=OTHER_TOWN + "001")
    author = city.person("social_worker", TOWN)
    wish = city.wish(home, charity=charity, worker=author, wanted=2)
    city.promise(wish.needs[0])
    pledge = city.promise(wish.needs[0])
    delivery, code = city.arrived(pledge, author)
    deliveries.hand_over(delivery, code, by=author)
    me = city.beneficiary(home)
    deliveries.confirm(delivery, by=me)
    thanks = words.write(delivery, "很暖和", by=me, drawing=picture())
    problem, visit = after(delivery)
    official = asked_for(city, charity)
    people = {"guest": None, "family": me, "other family": city.beneficiary(other), "donor": city.person("donor"),
              "volunteer": city.person("volunteer"), "charity": city.person("charity", organisation_id=charity.id),
              "other charity": city.person("charity", organisation_id=city.organisation().id),
              "worker in own house": city.person("social_worker", TOWN, household_id=home.id)}
    for role, areas in (("social_worker", AREAS), ("supervisor", AREAS), ("verifier", AREAS[::4]), ("operator", AREAS[::4])):
        for area in areas:
            people[f"{role} of {area or 'nowhere'}"] = city.person(role, area)
    people["administrator"] = city.person("administrator")
    city.promise(city.need(kind="money", category="aid", wanted=20_000, charity=charity), 8_000)
    slip, given, refund = money_of(city, charity)
    app.extensions["till"].lines.append(Moved("txn_x", "charge", "ch_x", "pi_x", 5_000, 0, clock.now()))
    reconciliation.ask(people["administrator"])
    city.settle()
    account, difference = db.session.query(Account).first(), db.session.query(Difference).first()
    for post in ("clerk", "storekeeper", "volunteer_lead"):
        people[post] = city.person("charity", organisation_id=charity.id, post=post)
    for area in ("371402", "371425"):
        people[f"supervisor of {area}"] = city.person("supervisor", area)
    colleague = city.person("charity", organisation_id=charity.id)
    papers = papers_of(city, charity, colleague)
    screening, version = city.screened(), city.proposed(people["supervisor of 3714"])
    brought = runs.things(city, charity)
    people["driver"] = db.session.get_one(User, db.session.get_one(runs.Run, brought["run"]).driver_id)
    people = {who: user and plain(user) for who, user in people.items()}
    app.config["WTF_CSRF_ENABLED"] = False
    things = {"wish": wish, "delivery": delivery, "household": home, "thanks": thanks, "need": wish.needs[0],
              "pledge": pledge, "official": official, "screening": screening, "version": version,
              "account": account, "difference": difference, "user": colleague,
              "organisation": charity, "slip": slip, "given": given, "refund": refund, "problem": problem, "visit": visit}
    yield {"people": people, "things": {name: thing.id for name, thing in things.items()} | papers
           | {"payment": refund.payment_id}
           | brought | proposals.things(city, charity) | offers.things(city, charity) | matches.things(city, charity)
           | stock.things(city, charity) | funds.things(city, charity)
           | served.things(city, charity) | volunteers.things(city, charity) | walked_campaigns.things(city, charity)}
    app.config["WTF_CSRF_ENABLED"] = True


def after(delivery):
    """Something that was wrong with a delivery, and a visit because of it."""
    problem = DeliveryProblem(delivery_id=delivery.id, organisation_id=delivery.organisation_id, outcome="lost", units=1,
                              by_id=0, at=clock.now(), decision="waits")
    visit = ReceiptVisit(delivery_id=delivery.id, household_id=delivery.household_id, place_code=delivery.place_code,
                         giver_id=delivery.giver_id, handed_over_by=delivery.handed_over_by, opened_at=clock.now(),
                         due_on=clock.today())
    db.session.add_all([problem, visit])
    db.session.commit()
    return problem, visit


def papers_of(city, charity, manager):
    """A certificate of the charity that waits for its check, and a cooperation that waits for its manager."""
    today = clock.today()
    sent = certificates.submit(charity, CertificateDraft("9", today, today, today), picture(), by=manager)
    partner = organisations.create("合作方", city.credit_code(), kind="group")
    proposed = cooperations.propose(partner, charity, CooperationDraft("9", "夜灯", today, today),
                                    by=city.person("charity", organisation_id=partner.id))
    return {"certificate": sent.id, "cooperation": proposed.id}


def asked_for(city, charity):
    """The official receipt of goods with a photo of their invoice, asked for by their giver."""
    giver, worker = city.person("donor"), city.person("social_worker")
    pledge = city.promise(city.wish(charity=charity).needs[0], by=giver)
    delivery, code = city.arrived(pledge, worker)
    deliveries.hand_over(delivery, code, by=worker)
    city.settle()
    thanking.declare(pledge, 15900, "00123", city.person("charity", organisation_id=charity.id), picture())
    return thanking.ask_official(pledge, "张三", "", giver)


def money_of(city, charity):
    """A slip that waits, a gift, and a refund by hand that was told of."""
    clerk, second = (city.person("charity", organisation_id=charity.id) for _ in range(2))
    slip = city.slip(clerk)
    gifts.confirm_slip(slip, by=second)
    city.settle()
    given = db.session.query(Gift).one()
    gifts.refund(given, by=clerk)
    refund = db.session.query(Refund).one()
    payments.record_back(refund, clock.today(), "BK1", by=clerk)
    return city.slip(clerk), city.gift(charity=charity), refund


def plain(user):
    """What rules look at of a user, apart from the database."""
    names = ("id", "role", "area_code", "organisation_id", "household_id", "person_id", "post")
    key = user.get_id()
    return SimpleNamespace(get_id=lambda: key, follow_digest="-", **{name: getattr(user, name) for name in names})


MODELS = {"wish": Wish, "delivery": Delivery, "household": Household, "thanks": Thanks, "need": Need,
          "screening": Screening, "version": CatalogueVersion, "account": Account, "difference": Difference,
          "user": User, "organisation": Organisation, "slip": Slip, "given": Gift, "refund": PaidBack, "payment": Payment,
          "certificate": Certificate, "cooperation": Cooperation, "pledge": Pledge,
          "official": OfficialReceipt, "problem": DeliveryProblem, "visit": ReceiptVisit,
          **walked_campaigns.MODELS, **matches.MODELS, **served.MODELS, **runs.MODELS, "vehicle": runs.Run,
          **volunteers.MODELS, **offers.MODELS, **stock.MODELS, **proposals.MODELS, **funds.MODELS, "team": Team}
VERBS = {"desk_deliveries.moderate": "approve", "charity_exceptions.decide": "open",
         "catalogue.act": "preview", "household.act": "withdraw_consent",
         "team.turn": "close", "cooperations.answer": "agree", "cooperations.close": "decline",
         "desk_certificates.turn_down": "refuse", "charity_gifts.decide": "confirm", "charity_gifts.decide_back": "confirm",
         "charity_matches.decide": "confirm", "charity_matches.act": "begin", "charity_service.end": "revoke",
         "charity_teams.act": "hide", "charity_offers.act": "accept", "charity_stores.act": "close",
         "desk_deliveries.witness": "seen", "desk_problems.back": "fetched",
         "desk_stations.turn": "close", "charity_runs.act": "cancel",
         "runs.act": "finish", "teams.act": "leave", **volunteers.VERBS,
         **walked_campaigns.VERBS, **funds.VERBS}


def routes(app):
    return [r for r in app.url_map.iter_rules() if r.endpoint != "static"]


def test_every_route_declares_what_it_is_for(app):
    for route in routes(app):
        assert guard.of(app, route.endpoint), route.endpoint
        things = [a for a in ARGUMENTS.findall(route.rule) if a.endswith("_id")]
        assert not things or route.endpoint in ABOUT, f"{route.endpoint} is about one thing: say here who may"
        others = {"ref", "secret", "key", "number", "day"} & set(TEXTS.findall(route.rule))
        assert not others or things or route.endpoint in SECRET


def address(route, things):
    values = {"verb": "arrive" if "deliveries" in route.endpoint else "return_", "door": "giver", "photo_id": 1, "job_id": 1,
              "policy": "tekun_support", "contact_id": 1, "name": "entries", "size": "small", "year": 2026, "kind": "gift",
              "section": "about", "drive": "wings", "decision": "find",
              "what": "stock" if route.endpoint.startswith("charity_stock.") else "quilt",
              "number": things["organisation" if route.endpoint.startswith("giving.") else "news"],
              **{f"{name}_id": number for name, number in things.items()}}
    values["verb"] = VERBS.get(route.endpoint, values["verb"])
    return ARGUMENTS.sub(lambda m: str(values[m.group(1)]), route.rule)


def deeds(after=0):
    """What was done since, apart from having looked at what is personal: rows of the audit trail (id, what, of what)."""
    return db.session.execute(select(AuditEntry.id, AuditEntry.capability, AuditEntry.subject).where(
        AuditEntry.id > after, AuditEntry.capability.not_in(("household.read", "slip.read", "volunteer.export")))
        .order_by(AuditEntry.id)).all()


def expected(app, route, user, things):
    """ "in", "door" (sign in first), "forbidden" or "missing", from the rule table alone."""
    declared = guard.of(app, route.endpoint)
    user = user or Guest()
    if guard.PUBLIC in declared or guard.DEMO in declared:
        return "in"
    if not any(may(user, capability) for capability in declared):
        return "door" if user.role == "guest" else "forbidden"
    capability, kind = ABOUT.get(route.endpoint, ("", ""))
    if not kind or kind in OF_NOBODY or "_id>" not in route.rule:
        return "in"
    return "in" if may(user, capability, db.session.get_one(MODELS[kind], things[kind])) else "missing"


def found(answer):
    if answer.status_code in (301, 302, 303) and "/sign-in" in answer.headers["Location"]:
        return "door"
    return {403: "forbidden", 404: "missing"}.get(answer.status_code, "in")


def walks(app, user):
    """Every route and method that is decided by a role alone, as this person comes to it."""
    for route in routes(app):
        as_family = route.defaults and user and user.role != "beneficiary"
        if route.endpoint in SECRET | {"sign_in.out", "webhook.stripe", "inbound.message"} or as_family:
            continue
        for method in sorted(route.methods & {"GET", "POST"}):
            yield route, method


def step(browser, route, method, due, things):
    """What is wrong with one answer, or None; nothing is sent that the rules allow to change something."""
    if due == "in" and method == "POST":
        return None
    answer = browser.open(address(route, things), method=method)
    wrong = found(answer) != due or answer.status_code >= 500
    return (method, route.endpoint, due, answer.status_code) if wrong else None


def test_every_route_for_everybody_and_reading_changes_nothing(world, app, kind):
    """Everybody walks all routes on one of the databases: half of the people here, the others there."""
    wrong, walked = [], 0
    known = deeds()[-1].id
    for who, user in list(world["people"].items())[kind == "postgresql"::2]:
        browser = app.test_client()
        if user:
            browser.sign_in(user)
        ways = [(route, method, expected(app, route, user, world["things"])) for route, method in walks(app, user)]
        db.session.remove()
        faults = [step(browser, *way, world["things"]) for way in ways]
        wrong += [(who, *fault) for fault in faults if fault] + [(who, "did", *deed) for deed in deeds(known)]
        walked += len(ways)
    assert not wrong and walked > 500


def test_the_secret_link_of_a_gift_opens_that_gift_alone(world, app, browser):
    for path in ("", "/1/receipt", "/1/receipt.pdf", "/1/official"):
        assert browser.get(f"/offers/follow/{'x' * 32}{path}").status_code == 404
    for path in ("/withdraw", "/1/name", "/1/official"):
        assert browser.post(f"/offers/follow/{'x' * 32}{path}").status_code == 404
    for path in ("confirm", "receipt", "official", "receipt.pdf", "certificate.pdf", ""):
        assert browser.get(f"/gifts/{'x' * 32}/{path}".rstrip("/")).status_code == 404
    for path in ("dispatch", "cancel", "choose", "change", "name", "official"):
        assert browser.post(f"/gifts/{'x' * 32}/{path}").status_code == 404
