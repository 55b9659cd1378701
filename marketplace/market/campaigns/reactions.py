"""What follows from a campaign's steps: what is due by then, messages to its office, money that comes back from a wish."""
from marketplace.core.outbox import reacts_to
from marketplace.extensions import db
from marketplace.market.campaigns.events import CampaignMoved, DisclosureDue
from marketplace.market.campaigns.models import Campaign, Disclosure
from marketplace.market.campaigns.service import duties, living, settling
from marketplace.market.pledges.events import PledgeEnded
from marketplace.people.notices import service as notices

TOLD = ("approved", "returned", "refused", "live", "closed", "settled")


@reacts_to(PledgeEnded)
def take_back(event: PledgeEnded) -> None:
    """What a campaign gave to a wish that could not use it is the campaign's again. Safe twice."""
    settling.came_back(event.pledge_id)


@reacts_to(CampaignMoved)
def do_what_is_due(event: CampaignMoved) -> None:
    """Begin at once what is approved on a day of its own, and put down the account of what was closed. Safe twice."""
    if event.state == "approved":
        living.open_(event.campaign_id)
    elif event.state == "closed":
        duties.put_down()


@reacts_to(CampaignMoved)
def tell_moved(event: CampaignMoved) -> None:
    """Tell the campaign's office of every step that somebody else, or a day, has taken."""
    if event.state in TOLD:
        _tell(db.session.get_one(Campaign, event.campaign_id), f"campaign_{event.state}")


@reacts_to(DisclosureDue)
def tell_due(event: DisclosureDue) -> None:
    """Tell the campaign's office that a report is due, and by when."""
    disclosure = db.session.get_one(Disclosure, event.disclosure_id)
    if disclosure.published_at is None:
        _tell(db.session.get_one(Campaign, disclosure.campaign_id), "disclosure_due", due=disclosure.due_on.isoformat())


def _tell(campaign: Campaign, kind: str, **facts: str) -> None:
    if campaign.contact_mail:
        notices.write("mail", campaign.contact_mail, kind, title=campaign.title, campaign=campaign.id, **facts)
