"""Campaigns of the demo city, each told from its plan to wherever it is; every step by the verb that people use."""
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import func, select

from marketplace.core import audit, clock, fen, outbox
from marketplace.core.transaction import transaction
from marketplace.demo import accounts as people
from marketplace.demo import pictures
from marketplace.extensions import db
from marketplace.market.campaigns import service
from marketplace.market.campaigns.models import Campaign, Disclosure
from marketplace.market.campaigns.parts import About, Contact, Filing, Giving, LineDraft, Money, When
from marketplace.market.campaigns.queries import allocations, needs
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.service.slips import SlipDraft
from marketplace.people.accounts import service as accounts
from marketplace.people.accounts.models import User
from marketplace.people.organisations.models import Organisation

DONE = "demo.campaign"
FILED_BEFORE = timedelta(days=14)
DAY = timedelta(days=1)
Step = tuple[float, int, Callable[[], object]]  # its day, its place within that day, and what is done


def tell(entries: Iterable[dict], begun: datetime) -> None:
    """Every campaign, step by step, in the order in which they began; what was told before is passed over."""
    told = set(db.session.scalars(select(audit.AuditEntry.subject).where(audit.AuditEntry.capability == DONE)))
    for number, entry in enumerate(sorted(entries, key=lambda e: e["days"]["written"])):
        Told(entry, begun, number).tell(told)


class Told:
    def __init__(self, entry: dict, begun: datetime, number: int):
        self.entry, self.begun, self.number = entry, begun, number
        self.charity = db.session.scalars(select(Organisation).where(Organisation.name == entry["charity"])).one()
        self.officer = db.session.scalars(select(User).where(User.role == "supervisor")).one()
        self.clerk, self.manager = (_staff(self.charity, post) for post in ("clerk", "manager"))
        self.chance = Random(number)

    def tell(self, told: set[str]) -> None:
        """Each step is told once, whole or not at all, and what follows from it at its own moment."""
        for number, (day, _place, step) in enumerate(self.steps()):
            subject = f"{self.entry['key']}:{number}"
            if subject in told:
                continue
            with self.at(day):
                with transaction():
                    step()
                    audit.record(0, DONE, subject)
                while outbox.drain():
                    pass

    def at(self, day: float):
        """The clock of that day, counted from the day on which the city was filled."""
        return clock.at(self.begun + timedelta(days=day))

    def day(self, name: str) -> date:
        return (self.begun + self.entry["days"][name] * DAY).astimezone(clock.CITY).date()

    def steps(self) -> list[Step]:
        """From the plan to wherever it is, in the order of time."""
        days, end = self.entry["days"], self.entry.get("end", "")
        steps: list[Step] = [(days["written"], 0, self.write)]
        if end != "draft":
            steps.append((days["written"] + 0.3, 0, lambda: service.submit(self.plan, by=self.clerk)))
        if end not in ("draft", "submitted"):
            steps.append((days.get("approved", days["written"] + 3), 0, self.judge))
            if end != "returned" and days["starts"] <= 0:
                steps += self.life()
        return steps

    def judge(self) -> None:
        if self.entry.get("end") == "returned":
            service.return_(self.plan, self.entry["verdict"], by=self.officer)
        else:
            service.approve(self.plan, self.plan.version, by=self.officer)

    @property
    def plan(self) -> Campaign:
        return db.session.scalars(select(Campaign).where(Campaign.title == self.entry["title"])).one()

    def write(self) -> None:
        """The plan, as far as its entry goes."""
        entry = self.entry
        about = About(entry["title"], entry["summary"], entry["purpose"].strip(), entry["beneficiaries"], entry["english"],
                      entry["drive"])
        campaign = service.write(about, by=self.clerk)
        for part in self.parts():
            service.change(campaign, part, campaign.version, by=self.clerk)
        if "picture" in entry:
            service.set_picture(campaign, pictures.drawn(*entry["picture"]), by=self.clerk)
        for area, county in entry.get("targets", ()):
            shown = needs.shown(self.clerk, "" if area == "3714" else area)
            chosen = [key for key in shown.numbers if key[0] == county]
            service.aim(campaign, shown.area, chosen, by=self.clerk)

    def parts(self) -> list:
        entry = self.entry
        account = f"6222 0212 34{self.charity.id:02} 5678"
        parts: list = [
            Contact(self.manager.display_name.split()[-1], "德州市德城区新湖大街 88 号", "0534-2620088",
                    "在“慈善中国”网站按备案编号查询；工作日 9:00–17:00 可电话查询。",
                    f"office{self.charity.id}@charity.example"),
            Giving("site bank counter", entry["charity"], "德州银行新湖支行", account)]
        if "goal" in entry:
            lines = [LineDraft("cost" if line.get("cost") else "use", line["item"], line["yuan"] * fen.YUAN)
                     for line in entry["goal"]]
            parts.append(Money(sum(line.amount_fen for line in lines), 10, entry["cost_text"], entry["surplus_text"], lines,
                               entry.get("surplus", "similar_purpose")))
        if "starts" in entry["days"]:
            parts.append(When(self.day("starts"), self.day("ends"), entry["area"], entry.get("emergency", False)))
        if "starts" in entry["days"] and not entry.get("emergency"):
            parts.append(Filing(self.filing_number(), min(self.day("starts") - FILED_BEFORE, self.day("written"))))
        return parts

    def filing_number(self) -> str:
        return f"{self.charity.credit_code}A{self.day('written'):%y}{self.number + 1:03}"

    def life(self) -> list[Step]:
        """What happens from its first day on."""
        entry, days = self.entry, self.entry["days"]
        steps: list[Step] = [(days["starts"], 0, service.by_day)]
        if "filed" in entry:
            steps.append((entry["filed"], 1, lambda: service.file(
                self.plan, Filing(self.filing_number(), clock.today()), by=self.clerk)))
        steps += [(day, 2, partial(self.give, amount, n)) for n, (day, amount) in enumerate(self.gifts())]
        steps += [(spend["day"], 3, partial(self.spend, spend)) for spend in entry.get("spends", ())]
        steps += [(news["day"], 4, partial(self.news, news)) for news in entry.get("news", ())]
        if "extension" in entry:
            steps.append((entry["extension"]["day"], 5, self.extend))
        if days["ends"] < 0:
            steps.append((days["ends"] + 1.1, 6, service.by_day))
        if "report" in entry:
            steps.append((min(days["ends"] + 12, -19), 7, self.report))
        if "settlement" in entry:
            steps.append((days["ends"] + 16, 8, self.settle))
        return [(day + 0.2, place, step) for day, place, step in sorted(steps, key=lambda one: one[:2])]

    def gifts(self) -> list[tuple[float, int]]:
        """Many gifts by transfer, most of them small, that come to what the entry says."""
        wanted = self.entry["gifts"]
        first, last = self.entry["days"]["starts"], min(self.entry["days"]["ends"], 0)
        weights = [self.chance.choice((2, 3, 5, 5, 8, 10)) for _n in range(wanted["count"])]
        shares = fen.split(wanted["yuan"], weights)
        # more in the first days, so that the first purchases can be paid
        when = [first + (last - first) * (n / len(shares)) ** 4 for n in range(len(shares))]
        return [(day, yuan * fen.YUAN) for day, yuan in zip(when, shares) if yuan]

    def give(self, amount_fen: int, number: int) -> None:
        """A transfer to the charity's account: its clerk finds it on the statement, its manager has seen it too."""
        draft = SlipDraft("bank", amount_fen, clock.today(), f"{clock.today():%Y%m%d}{self.number:02}{number:04}",
                          account=self.plan.account)
        gifts.confirm_slip(gifts.record_slip(draft, pictures.slip(), self.clerk), by=self.manager)

    def spend(self, spend: dict) -> None:
        allocating, plan, clerk = service.allocating, self.plan, self.clerk
        if spend["line"] == "wish":
            offered = allocations.open_needs(plan, 1)
            if offered:
                made = allocating.to_wish(plan, plan.lines[1], offered[0][0], offered[0][0].left, by=clerk)
                if made.state == "proposed":
                    allocating.approve(made, by=self.manager)
            return
        made = allocating.to_purchase(plan, plan.lines[spend["line"]], spend["what"], spend["yuan"] * fen.YUAN, by=clerk)
        if made.state == "proposed" and spend["how"] != "proposed":
            allocating.approve(made, by=self.manager)
        if spend["how"] in ("paid", "returned"):
            invoice = f"{clock.today():%y}372000000{made.id:09}"
            allocating.pay(made, invoice, pictures.drawn("news", made.id), by=clerk)
        if spend["how"] == "returned":
            allocating.give_back(made, "填充量不足，退货，货款已退回。", by=self.manager)

    def news(self, news: dict) -> None:
        uploads = [pictures.drawn(*one) for one in news["pictures"]]
        update = service.tell(self.plan, news["title"], news["words"], self.clerk, uploads)
        if after := news.get("corrected"):
            with self.at(after["day"] + 0.3):
                service.correct(update, after["title"], after["words"], by=self.clerk)

    def extend(self) -> None:
        asked = self.entry["extension"]
        assert self.plan.ends_on
        change = service.changing.ask_extension(self.plan, self.plan.ends_on + asked["days"] * DAY, asked["reason"],
                                                by=self.clerk)
        with self.at(asked["day"] + 2):
            service.changing.approve_change(change, by=self.officer)

    def report(self) -> None:
        """The first report that is due, written and published."""
        service.duties.put_down()
        first = db.session.scalars(select(Disclosure).where(
            Disclosure.campaign_id == self.plan.id, Disclosure.published_at.is_(None)).order_by(Disclosure.due_on)).first()
        if first:
            service.duties.publish(first, self.entry["report"], by=self.clerk)

    def settle(self) -> None:
        said = self.entry["settlement"]
        asked = service.settling.ask(self.plan, f"fund:{self.charity.id}", said["words"], by=self.manager)
        if said["approve"]:
            with self.at(self.entry["days"]["ends"] + 20):
                service.settling.approve(asked, by=self.officer)


def _staff(charity: Organisation, post: str) -> User:
    """Somebody of the charity with this post; hired when there is nobody."""
    found = db.session.scalars(select(User).where(User.organisation_id == charity.id, User.post == post)
                               .order_by(User.id)).first()
    if found:
        return found
    count = db.session.scalar(select(func.count()).select_from(User).where(User.post == post)) or 0
    return accounts.create("charity", username=f"{post}-{charity.id}", display_name=f"{charity.name[:6]} {post} {count}",
                           organisation_id=charity.id, post=post, password_hash=people.known())
