"""The tables of a campaign: its plan, what is told of it, its money, its duties."""
from marketplace.market.campaigns.models.duties import Disclosure, Settlement
from marketplace.market.campaigns.models.money import Allocation
from marketplace.market.campaigns.models.plan import BudgetLine, Campaign, PlanChange, PlanChangeLine, Target
from marketplace.market.campaigns.models.publicity import Picture, Update

__all__ = ["Allocation", "BudgetLine", "Campaign", "Disclosure", "Picture", "PlanChange", "PlanChangeLine", "Settlement",
           "Target", "Update"]
