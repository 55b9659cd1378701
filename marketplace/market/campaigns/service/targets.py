"""For which places and kinds of need a campaign is, chosen from the needs map: numbers only, and coarse ones."""
from collections.abc import Collection

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns import rules
from marketplace.market.campaigns.models import Campaign, Target
from marketplace.market.campaigns.queries import needs
from marketplace.market.campaigns.service.locking import lock
from marketplace.market.campaigns.service.writing import WRITTEN
from marketplace.people.accounts.permissions import demand


def aim(campaign: Campaign, area: str, chosen: Collection[tuple[str, str]], by) -> None:
    """Of the places directly below `area`, take exactly the `chosen` ones (place, kind) as targets; leave others alone.

    Raises NotAllowed, PlanFrozen, TooFewShown when the map shows no number there, Invalid for too many.
    """
    with transaction() as session:
        lock(campaign)
        demand(by, "campaign.write", campaign)
        if campaign.state not in WRITTEN:
            raise rules.PlanFrozen
        shown = needs.shown(by, area)
        below = {place for place, _kind in shown.numbers} | {place for place, _kind in chosen}
        kept = [t for t in campaign.targets if t.place_code not in below]
        if len(kept) + len(chosen) > rules.LIMITS.targets:
            raise Invalid("targets", "count", most=rules.LIMITS.targets)
        for target in [t for t in campaign.targets if t.place_code in below]:
            db.session.delete(target)
        session.flush()
        for place, kind in sorted(chosen):
            if (number := shown.numbers.get((place, kind))) is None:
                raise rules.TooFewShown
            session.add(Target(campaign_id=campaign.id, place_code=place, kind=kind, households=number,
                               as_of=clock.today()))
        campaign.version += 1
        audit.record(by.id, "campaign.write", f"campaign:{campaign.id}", f"{len(chosen)} targets in {area}")


def drop(campaign: Campaign, target_id: int, by) -> None:
    """Take one target out again. Raises NotAllowed, PlanFrozen."""
    with transaction() as session:
        lock(campaign)
        demand(by, "campaign.write", campaign)
        if campaign.state not in WRITTEN:
            raise rules.PlanFrozen
        for target in [t for t in campaign.targets if t.id == target_id]:
            session.delete(target)
        campaign.version += 1
        audit.record(by.id, "campaign.write", f"campaign:{campaign.id}", "target dropped")
