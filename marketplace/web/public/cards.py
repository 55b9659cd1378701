"""Pictures to share of wishes and campaigns, as long as these are public; nothing on them but what their pages show."""
from hashlib import sha256

from flask import Blueprint, abort, current_app, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.core import storage
from marketplace.core.cards import Card, draw
from marketplace.market.campaigns import public as campaigns
from marketplace.market.campaigns.queries import figures
from marketplace.market.wishes import public as wishes
from marketplace.people.organisations import queries as organisations
from marketplace.web import errors
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang, yuan

cards = Blueprint("cards", __name__)


@cards.get("/wishes/<ref>/card.png")
@allowed(PUBLIC)
def wish(ref: str):
    """A wish that is not public now answers like one that never was."""
    found = wishes.one(ref)
    if found is None:
        return errors.page(410)
    done, wanted = (sum(getattr(need, name) for need in found.needs) for name in ("pledged", "wanted"))
    left = sum(need.left for need in found.needs)
    money = all(need.kind == "money" for need in found.needs)
    if not left:
        progress = _("All promised")
    else:
        progress = _("%(left)s still missing", left=yuan(left)) if money else _("Still waiting for a giver")
    return _answer(Card(
        title=found.title, by=_name(organisations.one(found.organisation_id)), progress=progress,
        invitation=_("Scan it to see the wish, and follow it to the door."), site=_("Tiny Wishes"),
        address=_address("public.wish", ref), done=done, all=wanted, picture=_picture(found.photos)))


@cards.get("/campaigns/<ref>/card.png")
@allowed(PUBLIC)
def campaign(ref: str):
    found = campaigns.one(ref) or abort(404)
    raised = figures.of(found).raised
    return _answer(Card(
        title=found.english if lang() == "en" and found.english else found.title,
        by=_name(organisations.one(found.raiser_id)),
        progress=_("%(raised)s of %(goal)s raised", raised=yuan(raised), goal=yuan(found.goal_fen)),
        invitation=_("Scan it to see the plan and every fen of the account."), site=_("Tiny Wishes"),
        address=_address("campaigns.one", ref), done=raised, all=found.goal_fen,
        picture=_picture((found.picture,) if found.picture else ())))


def _name(charity) -> str:
    return charity.english if lang() == "en" and charity.english else charity.name


def _address(endpoint: str, ref: str) -> str:
    return current_app.config["SETTINGS"].site_url + url_for(endpoint, ref=ref)


def _picture(keys: tuple[str, ...]) -> bytes:
    """The first picture, or nothing."""
    try:
        return storage.store().get(f"{keys[0]}-1200.webp") if keys else b""
    except FileNotFoundError:
        return b""


def _answer(card: Card) -> Response:
    content = draw(card)
    answer = Response(content, mimetype="image/png")
    answer.headers["Cache-Control"] = "no-cache"  # asked again each time: a wish may be gone the next moment
    answer.set_etag(sha256(content).hexdigest()[:32])
    return answer.make_conditional(request)
