"""What the walk over all routes needs to know of campaigns: which capability on which thing opens a page, and the things."""
from marketplace.market.campaigns import service
from marketplace.market.campaigns.models import Allocation, Campaign, Disclosure, PlanChange, Settlement
from tests import campaigns
from tests.city import picture

ABOUT = {
    **dict.fromkeys(("charity_campaigns.one", "charity_campaigns.picture", "charity_money.money",
                     "charity_money.purchase", "charity_money.wish", "desk_campaigns.check"), ("campaign.read", "campaign")),
    **dict.fromkeys(("charity_campaigns.part", "charity_campaigns.targets", "charity_campaigns.file"),
                    ("campaign.write", "campaign")),
    "charity_campaigns.act": ("campaign.submit", "campaign"), "charity_campaigns.close": ("campaign.close", "campaign"),
    "charity_news.tell": ("campaign.tell", "campaign"), "charity_news.correct": ("campaign.tell", "campaign"),
    "charity_news.extension": ("campaign.change", "campaign"), "charity_news.budget": ("campaign.change", "campaign"),
    "charity_news.take_back": ("change.take_back", "change"), "charity_money.approve": ("allocation.approve", "allocation"),
    "charity_money.pay": ("allocation.pay", "allocation"), "charity_money.end": ("allocation.cancel", "allocation"),
    "charity_money.invoice": ("allocation.read", "allocation"), "charity_money.report": ("disclosure.publish", "disclosure"),
    "charity_money.settle": ("campaign.settle_up", "campaign"), "desk_campaigns.turn_down": ("campaign.return", "campaign"),
    "desk_campaigns.approve_change": ("change.approve", "change"),
    "desk_campaigns.refuse_change": ("change.refuse", "change"),
    "desk_campaigns.settle": ("settlement.approve", "settlement"),
    "desk_campaigns.return_settlement": ("settlement.return", "settlement"),
    "desk_campaigns.invoice": ("allocation.read", "allocation"),
}
OPEN = {"campaigns.one", "campaigns.report", "campaigns.account", "campaigns.picture"}
VERBS = {"charity_campaigns.act": "submit", "charity_money.end": "cancel"}
MODELS = {"campaign": Campaign, "allocation": Allocation, "disclosure": Disclosure, "change": PlanChange,
          "settlement": Settlement}


def things(city, charity) -> dict[str, int]:
    """A campaign that has ended, with a paid purchase, news, a change, a report that is due and an account to check."""
    clerk = campaigns.clerk(city, charity)
    boss = campaigns.boss(city, clerk)
    plan = campaigns.draft(clerk)
    service.set_picture(plan, picture(), by=clerk)
    service.submit(plan, by=clerk)
    service.approve(plan, plan.version, by=city.person("supervisor"))
    service.by_day()
    campaigns.give(plan, 100_000)
    allocation = campaigns.bought(plan, 20_000, clerk, boss)
    update = service.tell(plan, "第一批到了", "三十床。", clerk)
    change = service.changing.ask_extension(plan, plan.ends_on + campaigns.DAY, "再给一天。", by=clerk)
    service.changing.take_back(change, by=clerk)
    service.close(plan, "够了。", by=boss)
    service.by_day()
    settlement = service.settling.ask(plan, f"fund:{charity.id}", "余款转入基金。", by=boss)
    from marketplace.market.campaigns.queries import duties
    return {"campaign": plan.id, "allocation": allocation.id, "change": change.id, "settlement": settlement.id,
            "disclosure": duties.waiting(clerk)[0][0].id, "news": update.id}
