"""The open side: wishes, for everyone."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField
from wtforms.validators import NumberRange, Optional

from marketplace.core import fen, images, places, storage
from marketplace.market.deliveries import followed
from marketplace.market.matches import public as matches
from marketplace.market.pledges import service as pledges
from marketplace.market.wishes import goods
from marketplace.market.wishes import public as wishes
from marketplace.market.wishes.rules import LIMITS, TooFewLeft
from marketplace.people.accounts.permissions import may
from marketplace.people.organisations import queries as organisations
from marketplace.web import errors, words
from marketplace.web.forms import Form, YuanField, choices
from marketplace.web.gift_words import CHOICES
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.locale import lang
from marketplace.web.public import basket_cookie, gift_links

public = Blueprint("public", __name__)


class PledgeForm(Form):
    units = IntegerField(_l("How many"), [Optional(), NumberRange(1, 9999, _l("Enter a number above zero."))])
    yuan = YuanField(_l("Amount in yuan"))
    if_ended = RadioField(_l("If the wish ends before your gift is used"), default="refund",
                          choices=choices(CHOICES.items()))


@public.get("/")
@allowed(PUBLIC)
def front():
    urgent, _after = wishes.browse(wishes.Filter(sort="waiting"))
    return render_template("public/front.html", wishes=urgent[:6], totals=wishes.totals())


@public.get("/wishes")
@allowed(PUBLIC)
def browse():
    wanted = _filter()
    found, after = wishes.browse(wanted, request.args.get("after", ""))
    return render_template("public/browse.html", wishes=found, after=after, wanted=wanted, goods=goods.categories(),
                           counties=places.children(places.CITY), towns=places.children(wanted.area[:6])
                           if len(wanted.area) >= 6 else ())


def _filter() -> wishes.Filter:
    asked = request.args
    try:
        most = fen.from_yuan(asked.get("most", "")) if asked.get("most", "").strip() else None
    except ValueError:
        most = None
    area = asked.get("town") or asked.get("area", "")
    county = asked.get("area", "")
    area = area if area.startswith(county) else county
    sort = asked.get("sort", "waiting")
    return wishes.Filter(
        kind=asked.get("kind", ""), category=asked.get("category", ""), area=area if places.known(area) else "",
        urgency=asked.get("urgency", ""), most_fen=most, query=asked.get("q", "")[:100],
        sort=sort if sort in wishes.SORTS else "waiting")


@public.route("/wishes/<ref>", methods=["GET", "POST"])
@allowed(PUBLIC)
def wish(ref: str):
    """The wish, and the form to take it on; a wish that is not public now answers like one that never was."""
    found = wishes.one(ref)
    if found is None:
        return errors.page(410)
    form = PledgeForm()
    need = next((n for n in found.needs if str(n.id) == request.form.get("need")), None)
    if request.method == "POST" and form.validate_on_submit() and need:
        if (answer := _reserve(form, need)) is not None:
            return answer
        found = wishes.one(ref) or abort(410)
    charity = organisations.one(found.organisation_id)
    return render_template(
        "public/wish.html", wish=found, form=form, tried=need, charity=charity, match=matches.of_wish(found),
        certified=organisations.certificate(charity.id) is not None, cap=LIMITS.price_cap_fen), 422 if form.errors else 200


def _reserve(form: PledgeForm, need: wishes.PublicNeed) -> Response | None:
    units = form.yuan.fen if need.kind == "money" else form.units.data
    if not units:
        (form.yuan if need.kind == "money" else form.units).errors = [_("Enter a number above zero.")]
        return None
    if request.form.get("then") == "basket":
        return _put_aside(form, need, units)
    with form.refusals():
        reserved = pledges.reserve(followed.need(need.id), units, by=current_user, if_ended=form.if_ended.data,
                                   language=lang())
        gift_links.remember(reserved.secret)
        return redirect(url_for("gifts.confirm", secret=reserved.secret))
    return None


def _put_aside(form: PledgeForm, need: wishes.PublicNeed, units: int) -> Response | None:
    if not may(current_user, "pledge.reserve"):
        abort(403)
    if units > need.left:
        form.form_errors.append(words.refusal(TooFewLeft(asked=units, left=need.left)))
        return None
    if not basket_cookie.put(need.id, units):
        form.form_errors.append(_("Your basket is full. Give what is in it first, or take something out."))
        return None
    flash(_("It is in your basket. Nothing is held yet: somebody else may be faster."))
    return redirect(url_for("basket.shown"))


@public.get("/pictures/<path:key>")
@allowed(PUBLIC)
def picture(key: str):
    """A reviewed picture of a visible wish."""
    stem, _dash, size = key.removesuffix(".webp").rpartition("-")
    if size not in {str(w) for w in images.WIDTHS} or not wishes.photo(stem):
        abort(404)
    return serve_picture(f"{stem}-{size}.webp")


def serve_picture(key: str) -> Response:
    """A stored picture; no cache but the visitor's own keeps it, and that one asks again."""
    try:
        content = storage.store().get(key)
    except FileNotFoundError:
        abort(404)
    answer = Response(content, mimetype="image/webp")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.add_etag()
    return answer.make_conditional(request)


