from dataclasses import dataclass


@dataclass(frozen=True)
class CampaignMoved:
    """A campaign came to another state, by a person or by its day."""

    campaign_id: int
    state: str


@dataclass(frozen=True)
class DisclosureDue:
    """A report of a campaign is due soon, or late, and somebody should be told."""

    disclosure_id: int
