"""Campaigns at every stage, for tests; each through the verbs that people use."""
import itertools
from datetime import date, timedelta

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.campaigns import service
from marketplace.market.campaigns.models import Allocation, BudgetLine, Campaign, Disclosure, PlanChange, Settlement
from marketplace.market.campaigns.parts import About, Contact, Filing, Giving, LineDraft, Money, When
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.models import User
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.models import Organisation
from tests.city import picture

DAY = timedelta(days=1)
LINES = (LineDraft("use", "棉被", 6_000_000), LineDraft("use", "给微心愿的资助", 3_000_000),
         LineDraft("cost", "运输和印刷", 1_000_000))
MODELS = {"campaign": Campaign, "change": PlanChange, "allocation": Allocation, "disclosure": Disclosure,
          "settlement": Settlement}
numbers = itertools.count(1)


def clerk(city, charity: Organisation, post: str = "clerk") -> User:
    return city.person("charity", organisation_id=charity.id, post=post)


def number_of(campaign: Campaign) -> str:
    """A filing number of the charity that raises, of this year."""
    return f"{organisations.one(campaign.raiser_id).credit_code}A{clock.today():%y}{next(numbers) % 900 + 100}"


def draft(by: User, starts_on: date | None = None, days: int = 60, goal: tuple[LineDraft, ...] = LINES, cost: int = 10,
          emergency: bool = False, filed: bool = True, title: str = "让暖和早一点到", surplus: str = "similar_purpose",
          drive: str = "winter_warmth") -> Campaign:
    """A plan with all its parts, not handed in."""
    starts_on = starts_on or clock.today()
    campaign = service.write(About(title, "一床棉被，送到怕冷的人手里。", "入冬前把棉被送到困难老人家里。",
                                   "德城区怕冷的困难老人，由街道和社工核实。", "Warmth in Time", drive), by=by)
    parts = [When(starts_on, starts_on + days * DAY, "371402", emergency),
             Contact("陈静", "德州市德城区新湖大街 1 号 302", "0534-1234567", "慈善中国网站，按备案编号查询。",
                     "office@charity.example"),
             Money(sum(line.amount_fen for line in goal), cost, "运输、印刷。", "用于同类项目。", goal, surplus),
             Giving("site bank", "德州市试验慈善会", "德州银行新湖支行", "6222 0212 3456 7890")]
    if filed:
        parts.append(Filing(number_of(campaign), starts_on - 15 * DAY))
    for part in parts:
        service.change(campaign, part, campaign.version, by=by)
    return campaign


def handed_in(by: User, **plan: object) -> Campaign:
    campaign = draft(by, **plan)
    service.submit(campaign, by=by)
    return campaign


def approved(city, by: User, **plan: object) -> Campaign:
    campaign = handed_in(by, **plan)
    service.approve(campaign, campaign.version, by=city.person("supervisor"))
    return campaign


def live(city, by: User, raised: int = 0, **plan: object) -> Campaign:
    """A campaign that is open; `raised` fen have come in by card."""
    campaign = approved(city, by, **plan)
    service.by_day()
    if raised:
        give(campaign, raised)
    return campaign


def closed(city, by: User, raised: int = 0, **plan: object) -> Campaign:
    campaign = live(city, by, raised, **plan)
    service.close(campaign, "目标已经达到。", by=boss(city, by))
    return campaign


def boss(city, by: User) -> User:
    """A manager of the same charity, who is somebody else."""
    return city.person("charity", organisation_id=by.organisation_id, post="manager")


def give(campaign: Campaign, fen: int) -> None:
    """What the books get when somebody has given by card."""
    ledger.move(campaign.account, "provider", fen, f"payment:test{next(numbers)}")


def bought(campaign: Campaign, fen: int, by: User, second: User, line: int = 0) -> Allocation:
    """A purchase from its proposal to its invoice."""
    made = service.allocating.to_purchase(campaign, campaign.lines[line], "棉被 30 条", fen, by=by)
    if made.state == "proposed":
        service.allocating.approve(made, by=second)
    service.allocating.pay(made, f"2337200000{next(numbers):06}", picture(), by=by)
    return made


def of_every_kind() -> None:
    """Rows that differ in everything that rules look at, without a story."""
    now, today = clock.now(), clock.today()
    for number, place in ((1, "371402"), (2, "371427")):
        common = {"organisation_id": number, "place_code": place}
        campaign = Campaign(ref=f"ref{number}", raiser_id=3 - number, author_id=number, title="", area_code=place,
                            created_at=now, **common)
        db.session.add(campaign)
        db.session.flush()
        line = BudgetLine(campaign_id=campaign.id, item="", amount_fen=1)
        db.session.add(line)
        db.session.flush()
        of_it = {"campaign_id": campaign.id, **common}
        db.session.add_all((
            PlanChange(kind="budget", reason="", asked_by=number, asked_at=now, **of_it),
            Allocation(line_id=line.id, kind="cost", purpose="", amount_fen=1, recorded_by=number, recorded_at=now,
                       barred_id=number - 1, **of_it),
            Disclosure(kind="final", due_on=today, **of_it),
            Settlement(asked_fen=0, target="", words="", asked_by=number, asked_at=now, **of_it)))
    db.session.flush()
