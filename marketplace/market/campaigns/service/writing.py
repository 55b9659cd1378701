"""Writing a plan, part by part, and handing it in."""
import secrets
from dataclasses import asdict

from marketplace.core import audit, clock, images, storage
from marketplace.core.errors import Invalid
from marketplace.core.outbox import announce
from marketplace.core.transaction import transaction
from marketplace.market.campaigns import rules
from marketplace.market.campaigns.events import CampaignMoved
from marketplace.market.campaigns.models.plan import LIFE, BudgetLine, Campaign
from marketplace.market.campaigns.parts import About, Filing, Money, Part
from marketplace.market.campaigns.queries import duties
from marketplace.market.campaigns.service import raising
from marketplace.market.campaigns.service.locking import lock
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations import filing

WRITTEN = ("draft", "returned")


def write(about: About, by: User) -> Campaign:
    """A new plan of the user's charity, as a draft. Raises NotAllowed, Invalid."""
    with transaction() as session:
        demand(by, "campaign.write")
        raiser = raising.raiser(by.organisation_id, clock.today())
        campaign = Campaign(ref=secrets.token_hex(5), organisation_id=by.organisation_id, author_id=by.id,
                            raiser_id=raiser.id, partner_id=raiser.id if raiser.id != by.organisation_id else 0,
                            place_code=raiser.area_code, area_code=raiser.area_code, created_at=clock.now())
        demand(by, "campaign.write", campaign)
        about.check()
        _fill(campaign, about)
        session.add(campaign)
        session.flush()
        audit.record(by.id, "campaign.write", f"campaign:{campaign.id}", "draft")
    return campaign


def change(campaign: Campaign, part: Part, version: int, by: User) -> None:
    """Write a part of a plan that is still being written. Raises NotAllowed, PlanFrozen, StalePlan, Invalid."""
    with transaction() as session:
        _begin(campaign, version, by)
        part.check()
        if isinstance(part, Money):
            for line in list(campaign.lines):
                session.delete(line)
            campaign.lines = [BudgetLine(**asdict(line)) for line in part.lines]
        _fill(campaign, part)
        campaign.version += 1
        audit.record(by.id, "campaign.write", f"campaign:{campaign.id}", type(part).__name__.lower())


def set_picture(campaign: Campaign, upload: bytes, by: User) -> None:
    """Keep the picture of a plan, drawn again without its metadata. Raises NotAllowed, PlanFrozen, Invalid("photo")."""
    pictures = images.redraw(upload)
    key = storage.new_key("campaign")
    with transaction():
        _begin(campaign, campaign.version, by)
        for width, picture in zip(images.WIDTHS, pictures, strict=True):
            storage.store().put(f"{key}-{width}.webp", picture.content)
        campaign.picture, campaign.version = key, campaign.version + 1
        audit.record(by.id, "campaign.write", f"campaign:{campaign.id}", "picture")


def submit(campaign: Campaign, by: User) -> None:
    """Hand a plan to the officer.

    Raises NotAllowed, WrongState, PlanIncomplete, MayNotRaise, FiledTooLate, DisclosureLate, Invalid.
    """
    with transaction():
        lock(campaign)
        demand(by, "campaign.submit", campaign)
        settle_raiser(campaign)
        campaign.filing_number = check(campaign)
        LIFE.move(campaign, "submit", submitted_at=clock.now(), verdict="")
        audit.record(by.id, "campaign.submit", f"campaign:{campaign.id}", f"version {campaign.version}")
        announce(CampaignMoved(campaign.id, "submitted"))


def withdraw(campaign: Campaign, by: User) -> None:
    """Take a plan back before anybody could give. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "campaign.withdraw", campaign)
        LIFE.move(campaign, "withdraw")
        audit.record(by.id, "campaign.withdraw", f"campaign:{campaign.id}")
        announce(CampaignMoved(campaign.id, "withdrawn"))


def file(campaign: Campaign, part: Filing, by: User) -> None:
    """Put in the filing number of a campaign in a major emergency, which may begin before it is filed.

    Raises NotAllowed, PlanFrozen when it is filed already, FiledTooLate, Invalid.
    """
    with transaction():
        lock(campaign)
        demand(by, "campaign.write", campaign)
        if campaign.filing_number or campaign.state not in rules.RUNNING:
            raise rules.PlanFrozen
        _fill(campaign, part)
        campaign.filing_number = check_filing(campaign)
        audit.record(by.id, "campaign.file", f"campaign:{campaign.id}", campaign.filing_number)


def settle_raiser(campaign: Campaign) -> None:
    """Say again who raises the money: the charity itself, or its partner of now."""
    raiser = raising.raiser(campaign.organisation_id, campaign.starts_on or clock.today())
    campaign.raiser_id, campaign.place_code = raiser.id, raiser.area_code
    campaign.partner_id = raiser.id if raiser.id != campaign.organisation_id else 0


def check(campaign: Campaign) -> str:
    """Everything that a plan needs before it may be approved; its filing number. Raises what `submit` raises."""
    duties.refuse_late(campaign)
    if empty := rules.missing(campaign, campaign.lines):
        raise rules.PlanIncomplete(empty)
    if campaign.starts_on is None or campaign.ends_on is None:
        raise rules.PlanIncomplete(["when"])
    rules.check_days(campaign.starts_on, campaign.ends_on)
    rules.check_budget(campaign.goal_fen, campaign.cost_percent, campaign.lines)
    if campaign.ends_on <= clock.today():
        raise Invalid("ends_on", "over")
    number = check_filing(campaign)
    raising.demand_certificate(campaign, max(campaign.starts_on, clock.today()))
    return number


def check_filing(campaign: Campaign) -> str:
    """The filing number as it is kept: in its form, of the charity that raises, filed in time; "" while none is needed.

    Raises Invalid, FiledTooLate.
    """
    if not campaign.filing_number and campaign.emergency:
        return ""
    number = filing.check(campaign.filing_number, raising.organisation(campaign.raiser_id).credit_code)
    if campaign.starts_on is None or campaign.filed_on is None:
        raise rules.PlanIncomplete(["filing"])
    if campaign.filed_on > clock.today():
        raise Invalid("filed_on", "not_come")
    rules.check_filed(campaign.starts_on, campaign.filed_on, campaign.emergency)
    return number


def _begin(campaign: Campaign, version: int, by: User) -> None:
    lock(campaign)
    demand(by, "campaign.write", campaign)
    if campaign.state not in WRITTEN:
        raise rules.PlanFrozen
    if campaign.version != version:
        raise rules.StalePlan


def _fill(campaign: Campaign, part: Part) -> None:
    for name, value in asdict(part).items():
        if name != "lines":
            setattr(campaign, name, value.strip() if isinstance(value, str) else value)
