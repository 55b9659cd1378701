"""News of a campaign, by its charity: public at once, corrected in the open, never taken away."""
from collections.abc import Sequence

from marketplace.core import audit, clock, images, storage
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.campaigns import rules
from marketplace.market.campaigns.models import Campaign, Picture, Update
from marketplace.market.wishes.rules import check_anonymous
from marketplace.people.accounts.permissions import demand


def tell(campaign: Campaign, title: str, words: str, by, uploads: Sequence[bytes] = ()) -> Update:
    """Publish news with pictures, drawn again without their metadata.

    Raises NotAllowed, WrongState before the campaign is approved, Invalid (also when the text would identify a family).
    """
    return _tell(campaign, title, words, by, uploads, 0)


def correct(update: Update, title: str, words: str, by) -> Update:
    """Say what is right instead; the first text stays, marked as corrected. A correction may be corrected too.

    Raises NotAllowed, Invalid, WrongState when it was corrected before.
    """
    with transaction() as session:
        campaign = session.get_one(Campaign, update.campaign_id, with_for_update=True)
        if session.query(Update.id).filter(Update.corrects_id == update.id).first():
            raise WrongState("correct", "corrected")
        return _tell(campaign, title, words, by, (), update.id)


def _tell(campaign: Campaign, title: str, words: str, by, uploads: Sequence[bytes], corrects_id: int) -> Update:
    drawn = [images.redraw(upload) for upload in uploads]
    with transaction() as session:
        demand(by, "campaign.tell", campaign)
        if campaign.state not in rules.PUBLIC_STATES:
            raise WrongState("tell", campaign.state)
        _check(title, words, len(drawn))
        update = Update(campaign_id=campaign.id, corrects_id=corrects_id, author_id=by.id, at=clock.now(),
                        title=title.strip(), words=words.strip())
        session.add(update)
        session.flush()
        for pictures in drawn:
            _keep(update, pictures)
        audit.record(by.id, "campaign.tell", f"campaign:{campaign.id}", f"update {update.id}" + (
            f" corrects {corrects_id}" if corrects_id else ""))
    return update


def _check(title: str, words: str, pictures: int) -> None:
    for field, text in (("title", title), ("words", words)):
        if not text.strip():
            raise Invalid(field, "empty")
        check_anonymous(field, text, ())
    if len(words) > rules.LIMITS.words:
        raise Invalid("words", "too_long", most=rules.LIMITS.words)
    if pictures > rules.LIMITS.pictures:
        raise Invalid("photos", "count", most=rules.LIMITS.pictures)


def _keep(update: Update, pictures: Sequence[images.Picture]) -> None:
    key = storage.new_key("campaign")
    for width, picture in zip(images.WIDTHS, pictures, strict=True):
        storage.store().put(f"{key}-{width}.webp", picture.content)
    db.session.add(Picture(update_id=update.id, key=key, width=pictures[0].width, height=pictures[0].height))
