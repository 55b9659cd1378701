"""Who may raise money from the public in a campaign, on a day."""
from datetime import date

from marketplace.market.campaigns import rules
from marketplace.market.campaigns.models import Campaign
from marketplace.people.organisations import queries as organisations
from marketplace.people.organisations.models import Organisation


def organisation(organisation_id: int) -> Organisation:
    """The organisation. Raises NoResultFound."""
    return organisations.one(organisation_id)


def raiser(organisation_id: int, on: date) -> Organisation:
    """The charity that raises the money that day: the organisation by its own certificate, else its partner's.

    With neither it is the organisation itself, which may not raise anything then.
    """
    if organisations.certificate(organisation_id, on) is None:
        if agreed := organisations.cooperation(organisation_id, on):
            return organisations.one(agreed.charity_id)
    return organisations.one(organisation_id)


def may_raise(campaign: Campaign, on: date) -> bool:
    """Whether the charity that raises has a certificate that day, and a partner still its agreement."""
    if organisations.certificate(campaign.raiser_id, on) is None:
        return False
    if not campaign.partner_id:
        return True
    agreed = organisations.cooperation(campaign.organisation_id, on)
    return agreed is not None and agreed.charity_id == campaign.partner_id


def demand_certificate(campaign: Campaign, on: date) -> None:
    """Raise MayNotRaise unless `may_raise`."""
    if not may_raise(campaign, on):
        raise rules.MayNotRaise(on)
