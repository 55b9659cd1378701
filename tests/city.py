"""A small city for tests: every row through the same doors as in production (households: see homes.py)."""
import csv
import hmac
import io
import itertools
import json
import re
import time
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from flask import Flask
from PIL import Image
from sqlalchemy import select

from marketplace.assistance.policies import service as policies
from marketplace.assistance.policies.models import Screening
from marketplace.core import clock, credit_code, identity_number, outbox
from marketplace.extensions import db
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.models import Delivery
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift, MonthlyGift, Slip
from marketplace.market.gifts.service.slips import SlipDraft
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import goods
from marketplace.market.wishes import service as wishes
from marketplace.market.wishes.models import Need, Wish
from marketplace.market.wishes.rules import NeedDraft
from marketplace.market.wishes.service.deciding import PublicText
from marketplace.market.wishes.service.writing import Draft
from marketplace.money.payments import service as payments
from marketplace.money.payments.models import Payment, PaymentLine, Refund, Subscription
from marketplace.network.registry import rulebook
from marketplace.network.registry import service as registry
from marketplace.network.registry.models import Household, HouseholdRecord, Person
from marketplace.network.registry.rulebook import CatalogueVersion
from marketplace.network.registry.schema import columns
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import Guest, User
from marketplace.people.organisations import service as organisations
from marketplace.people.organisations.models import Organisation
from tests import homes

TOWN, OTHER_TOWN = "371402001", "371427100"
VILLAGE = "371402001001"
HEATING = ('["2022-11-01", central, 30000, D]', '["2022-11-01", central, 36000, V S2]')
WEBHOOK_SECRET = "whsec_of_the_tests"
KINDS: dict[tuple, homes.Left] = {}  # what the import made of the first household of each kind
SMS_SECRET = "gateway_of_the_tests"
PLAIN = {"str": "", "int": "0", "bool": "0", "date": ""}
HOUSEHOLD = {"residence_type": "urban", "hukou_local": "1", "house_safety": "B", "heating_type": "central"}
PERSON = {"sex": "F", "relation": "head", "member_status": "coresident", "alive": "1", "authorised": "1",
          "employment": "unemployed", "pension_scheme": "none", "medical_scheme": "resident", "student_stage": "none",
          "father_status": "present", "mother_status": "present", "placement": "home"}


def signature(body: bytes, secret: str = WEBHOOK_SECRET, at: int | None = None) -> str:
    """A Stripe-Signature header, as documented by Stripe (webhook signatures, scheme v1)."""
    moment = at or int(time.time())
    return f"t={moment},v1={hmac.new(secret.encode(), f'{moment}.'.encode() + body, sha256).hexdigest()}"


def picture(width: int = 160, height: int = 120, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 120, 60)).save(out, kind, **more)
    return out.getvalue()


class City:
    """Builds what a test needs. Every method goes through the verbs of the house."""

    def __init__(self, app: Flask, folder: Path):
        self.app, self.folder = app, folder
        self.numbers = itertools.count(1)

    def settle(self) -> None:
        """Let every queued reaction run, and those that follow from it."""
        db.session.rollback()  # what a browser did meanwhile is seen
        while outbox.drain():
            pass
        db.session.expire_all()

    def home(self, place: str = VILLAGE, ages: tuple[int, ...] = (67,), category: str = "dibao",
             phone: str | None = None, **facts: str) -> Household:
        """A household that the registry holds, by default as eligible. Its first member has the phone."""
        reference, phone = f"H{next(self.numbers):06}", phone or f"13000{next(self.numbers):06}"
        kind = (place, ages, category, tuple(facts.items()), clock.today(), rulebook.current().hash)
        if kind in KINDS:
            self.files(reference, place, ages, category, phone, **facts)
            number = homes.copy(KINDS[kind], reference, *self.members(reference, ages, phone))
        else:
            self.load(reference, place, ages, category, phone, **facts)
            number = db.session.scalars(select(HouseholdRecord.household_id)
                                        .where(HouseholdRecord.reference == reference)).one()
            KINDS[kind] = homes.left(number)
        return db.session.get_one(Household, number)

    def load(self, reference: str, place: str, ages: tuple[int, ...], category: str, phone: str, **facts: str) -> None:
        registry.import_files(*self.files(reference, place, ages, category, phone, **facts), as_of=clock.today(), by=0)

    def files(self, reference: str, place: str, ages: tuple[int, ...], category: str, phone: str,
              **facts: str) -> list[Path]:
        """The registry's files of one household; the newest lie in the folder of the test."""
        home = {"household_id": reference, "county_code": place[:6], "town_code": place[:9], "village_code": place,
                "reg_category": category, "reg_category_since": "2023-01-01" if category else "",
                "deposits": "" if category else "90000000", **facts}
        people, identities = self.members(reference, ages, phone)
        return [self.file("household", [home], HOUSEHOLD), self.file("person", people, PERSON),
                self.file("identity", identities, {})]

    def members(self, reference: str, ages: tuple[int, ...], phone: str) -> tuple[list[dict], list[dict]]:
        """Rows of the person file, and of the identities."""
        today = clock.today()
        people = [self._person(reference, n, age, today) for n, age in enumerate(ages)]
        return people, [{"person_id": p["person_id"], "name": f"王秀{'英兰梅'[n % 3]}{reference[-3:]}",
                         "phone": phone if n == 0 else "", "address": "德城区某村 8 号"} for n, p in enumerate(people)]

    def _person(self, reference: str, n: int, age: int, today: date) -> dict:
        born = today.replace(year=today.year - age) - timedelta(days=40)
        digits = f"371402{born:%Y%m%d}{int(reference[1:]) * 10 % 1000 + n:03}"
        return {"person_id": f"P{reference[1:]}{n}", "household_id": reference, "birth_date": born.isoformat(),
                "resident_id": digits + identity_number.check_character(digits),
                "relation": "head" if n == 0 else "child", "sex": "F" if int(digits[-1]) % 2 == 0 else "M"}

    def file(self, level: str, rows: list[dict], usual: dict) -> Path:
        path = self.folder / f"{level}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, [c.name for c in columns(level)])
            writer.writeheader()
            for row in rows:
                writer.writerow({c.name: row.get(c.name, usual.get(c.name, "" if c.nullable else PLAIN[c.kind]))
                                 for c in columns(level)})
        return path

    def reload(self, home: Household, category: str) -> None:
        """A new snapshot of one household, with another category ("" for none)."""
        record = db.session.scalars(select(HouseholdRecord).where(HouseholdRecord.household_id == home.id)).one()
        people = db.session.scalars(select(Person).where(Person.household_id == home.id).order_by(Person.id)).all()
        ages = tuple((clock.today() - p.birth_date).days // 365 for p in people)
        phone = people[0].phone.reveal().removeprefix("+86") if people[0].phone else ""
        self.load(record.reference, home.place_code, ages, category, phone)

    def lose(self, home: Household) -> None:
        self.reload(home, "")

    def people(self, home: Household) -> list[Person]:
        return list(db.session.scalars(select(Person).where(Person.household_id == home.id).order_by(Person.id)))

    def person(self, role: str, area: str = "3714", **facts: object) -> User:
        """Somebody who signs in; staff answer for `area`."""
        n = next(self.numbers)
        if role in ("donor", "volunteer"):
            return accounts.create(role, phone=f"13100{n:06}", display_name=f"捐赠人{n}", **facts)
        staff = {"area_code": area} if role in ("social_worker", "verifier", "operator", "supervisor") else {}
        if role == "charity":
            facts.setdefault("post", "manager")
        return accounts.create(role, username=f"{role}{n}", display_name=f"{role} {n}", **staff, **facts)

    def beneficiary(self, home: Household) -> User:
        return registry.beneficiary(self.people(home)[0].phone.reveal())

    def organisation(self, area: str = "3714") -> Organisation:
        """A charity with a certificate that holds for more than a year."""
        n = next(self.numbers)
        return organisations.create(f"德州市试验慈善会{n}", self.credit_code(), clock.today() + timedelta(days=400),
                                    f"Trial Charity {n}", area)

    def credit_code(self) -> str:
        """A credit code that nobody else has."""
        first = f"53371400{next(self.numbers):09}"
        return first + credit_code.check_character(first)

    def draft(self, item: str = "棉被", kind: str = "goods", wanted: int = 1, price_fen: int = 8000,
              category: str = "bedding", words: str = "冬天夜里冷，家里的被子旧了。", **more: object) -> Draft:
        unit = {"money": "", "goods": "条"}.get(kind) or (goods.service_unit(category) if kind == "service" else "")
        need = NeedDraft(kind=kind, item=item, wanted=wanted, unit=unit,
                         price_fen=0 if kind == "money" else price_fen, category=category)
        return Draft(title=item, words=words, needs=[need], **more)

    def submitted(self, home: Household | None = None, **draft: object) -> Wish:
        home = home or self.home()
        return wishes.send(self.people(home)[0], self.draft(**draft), by=self.beneficiary(home), guardian="王建国"
                           if self.people(home)[0].birth_date > clock.today() - timedelta(days=18 * 365) else "")

    def wish(self, home: Household | None = None, story: str = "冬天快到了，想要一床暖和的被子。", urgency: int = 0,
             worker: User | None = None, charity: Organisation | None = None, title: str = "",
             **draft: object) -> Wish:
        """A published wish."""
        wish = self.submitted(home, **draft)
        worker, charity = worker or self.person("social_worker", wish.town_code), charity or self.organisation()
        wishes.edit(wish, PublicText(title or wish.title, "菊花奶奶", story, urgency, charity.id, wish.version), by=worker)
        wishes.publish(wish, by=worker)
        return wish

    def need(self, **wish: object) -> Need:
        return self.wish(**wish).needs[0]

    def promise(self, need: Need, units: int = 1, by: User | Guest | None = None, **more: object) -> Pledge:
        """A firm promise of goods, a service, or paid money."""
        by = by or self.person("donor")
        pledge = pledges.reserve(need, units, by=by, **more).pledge
        if need.kind == "money":
            self.pay(pledge)
        else:
            pledges.commit(pledge, by=by, phone="13900000000")
        self.settle()
        return pledge

    def gift(self, amount_fen: int = 5_000, charity: Organisation | None = None, by: User | Guest | None = None,
             **more: object) -> Gift:
        """A paid gift to a charity's own fund."""
        charity = charity or self.organisation()
        gift = gifts.give(f"fund:{charity.id}", amount_fen, by or self.person("donor"), **more).gift
        self.pay(gift)
        return gift

    def monthly(self, till, charity: Organisation | None = None, by: User | Guest | None = None, number: str = "",
                **more: object) -> MonthlyGift:
        """A monthly gift to a charity's own fund whose first month is paid."""
        charity = charity or self.organisation()
        monthly = gifts.give_monthly(f"fund:{charity.id}", 5_000, by or self.person("donor"), **more).monthly
        number = number or f"sub_{monthly.ref}"
        till.bill(number, "active", till.month(f"{number}_1"))
        self.begun(monthly, number)
        return monthly

    def begun(self, monthly: MonthlyGift, number: str) -> None:
        """What the provider says when the page of a monthly gift was paid."""
        subscription = self.subscription(monthly)
        self.event("checkout.session.completed", {
            "object": "checkout.session", "id": f"cs_{subscription.ref}", "mode": "subscription", "subscription": number,
            "client_reference_id": subscription.ref, "metadata": {"subscription": subscription.ref}})
        self.settle()

    def subscription(self, monthly: MonthlyGift) -> Subscription:
        return db.session.scalars(select(Subscription).where(Subscription.purpose == f"monthly:{monthly.id}")).one()

    def slip(self, by: User, **more: object) -> Slip:
        """A transfer to the clerk's charity, recorded and not yet confirmed."""
        facts = {"way": "bank", "amount_fen": 6_000, "paid_on": clock.today(), "reference": f"TX{next(self.numbers)}",
                 "account": f"fund:{by.organisation_id}", **more}
        return gifts.record_slip(SlipDraft(**facts), picture(), by)

    def payment(self, of: Pledge | Gift) -> Payment:
        return self.line(of).payment

    def line(self, of: Pledge | Gift) -> PaymentLine:
        purpose = f"{'gift' if isinstance(of, Gift) else 'pledge'}:{of.id}"
        return db.session.scalars(select(PaymentLine).where(PaymentLine.purpose == purpose)).one()

    def pay(self, of: Pledge | Gift) -> None:
        """What the provider says when a Checkout page was paid."""
        payment = self.payment(of)
        self.event("checkout.session.completed", {
            "id": f"cs_{payment.ref}", "client_reference_id": payment.ref, "payment_status": "paid",
            "payment_intent": f"pi_{payment.ref}", "metadata": {"payment": payment.ref}})
        self.settle()

    def dispute(self, of: Pledge | Gift, status: str = "needs_response", fen: int = 0, number: str = "") -> None:
        """What the provider says of a dispute about a payment."""
        payment = self.payment(of)
        taken = [{"id": f"txn_{payment.ref}", "amount": -(fen or payment.amount_fen), "fee": 0}]
        back = [{"id": f"txn_back_{payment.ref}", "amount": fen or payment.amount_fen, "fee": 0}] if status == "won" else []
        self.event("charge.dispute.closed" if status in ("won", "lost") else "charge.dispute.created", {
            "id": number or f"du_{payment.ref}", "payment_intent": payment.intent_id, "amount": fen or payment.amount_fen,
            "reason": "fraudulent", "status": status, "evidence_details": {"due_by": int(time.time()) + 600_000},
            "balance_transactions": taken + back})
        self.settle()

    def given_back(self, of: Pledge | Gift) -> None:
        """What the provider says when the refunds of a payment have arrived."""
        payment = self.payment(of)
        for refund in db.session.scalars(select(Refund).where(Refund.payment_id == payment.id)).all():
            self.event("refund.updated", {
                "id": refund.provider_id or f"re_{refund.key}", "amount": refund.amount_fen, "status": "succeeded",
                "metadata": {"refund": refund.key}, "payment_intent": payment.intent_id})
        self.settle()

    def event(self, kind: str, subject: dict, number: str = "") -> None:
        """A signed webhook."""
        body = json.dumps({"id": number or f"evt_{next(self.numbers)}", "object": "event", "type": kind,
                           "data": {"object": subject}}).encode()
        payments.store_event(body, signature(body))

    def screened(self, as_of: date | None = None) -> Screening:
        """A run over the city, to its end."""
        run = policies.start(self.person("administrator"), as_of)
        self.settle()
        return run

    def proposed(self, by: User, old: str = HEATING[0], new: str = HEATING[1]) -> CatalogueVersion:
        """A draft of the catalogue in which a text stands in the place of another."""
        text = rulebook.current().text
        assert old in text
        return policies.propose(text.replace(old, new), "冬季取暖补助提高", by)

    def arrived(self, pledge: Pledge, worker: User | None = None) -> tuple[Delivery, str]:
        """The delivery of a promise at the station, and the household's code for it."""
        delivery = db.session.get_one(Delivery, pledge.delivery_id)
        giver = Guest(pledge.follow_digest) if not pledge.giver_id else db.session.get_one(User, pledge.giver_id)
        deliveries.dispatch(delivery, "visit" if delivery.kind == "service" else "parcel", by=giver)
        deliveries.arrive(delivery, by=worker or self.person("social_worker", delivery.place_code[:9]))
        self.settle()
        return delivery, self.code()

    def code(self) -> str:
        """The newest six digits that went to a phone."""
        from marketplace.people.notices import queries as notices
        for message in notices.newest(20):
            if found := re.search(r"(?<![A-Za-z0-9_-])\d{6}(?![A-Za-z0-9_-])", message.text):  # not in a secret link
                return found.group()
        raise LookupError("no code was sent")
