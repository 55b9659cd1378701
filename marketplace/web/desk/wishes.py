"""Checking wishes: what the family wrote on one side, what the public will see on the other."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import BooleanField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from marketplace.assistance.policies.words import Voice
from marketplace.catalogue.contract import Breached
from marketplace.catalogue.program import OutOfRange
from marketplace.core import clock, places
from marketplace.market.deliveries import unwanted
from marketplace.market.matching import suggestions
from marketplace.market.wishes import goods, queries, service
from marketplace.market.wishes.service.deciding import PublicText
from marketplace.network.registry import queries as registry
from marketplace.network.registry import rulebook
from marketplace.people.organisations import queries as organisations
from marketplace.web import words, words_of_goods
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.words import URGENCIES

desk_wishes = Blueprint("desk_wishes", __name__, url_prefix="/desk/wishes")


class PublicForm(Form):
    title = text(_l("Title"), 60)
    alias = text(_l("Alias (not the name)"), 20, description=_l("For example: Grandma Chrysanthemum, Little Rain"))
    story = TextAreaField(_l("Story for the public"), [REQUIRED, Length(max=1000)], description=_l(
        "No name, no village, no school, no illness. Two or three sentences are enough."))
    urgency = RadioField(_l("How soon?"), choices=choices(URGENCIES.items()))
    organisation_id = SelectField(_l("Charity that carries the wish"), coerce=int)
    version = IntegerField(widget=HiddenInput())

    def text(self) -> PublicText:
        return PublicText(self.title.data, self.alias.data, self.story.data,
                          list(URGENCIES).index(self.urgency.data), self.organisation_id.data, self.version.data)


class ReasonForm(Form):
    reason = TextAreaField(_l("What should change, or why not?"), [REQUIRED, Length(max=300)])


class NeedForm(Form):
    """What a need of goods is on the list."""

    item_code = SelectField(_l("On the list of goods"), [Optional()])
    size = SelectField(_l("Size"), [Optional()], validate_choice=False)
    divisible = BooleanField(_l("May come in parts, from several givers"))

    def prepare(self, need) -> None:
        """Its sizes, when it has some: those of what is chosen now."""
        self.item_code.choices = words_of_goods.grouped(_("Not on the list"))
        sizes = ((code, words_of_goods.size(code)) for code in self._sizes(need.item_code))
        self.size.choices = choices([("", _("Any size")), *sizes])

    @staticmethod
    def _sizes(code: str) -> tuple[str, ...]:
        item = goods.items().get(code)
        return item.sizes if item else ()

    def fitting_size(self) -> str:
        """The chosen size, or any when another thing was chosen that does not have it."""
        return self.size.data if self.size.data in self._sizes(self.item_code.data) else ""


@desk_wishes.get("/")
@allowed("wish.publish")
def listed():
    wanted, after = _wanted(), request.args.get("after", "")
    found = queries.listed(current_user, wanted, after)
    return render_template("desk/wishes/list.html", wanted=wanted, wishes=[row[0] for row in found.rows], after=after,
                           more=found.after or "", counts=queries.counts(current_user, wanted),
                           areas=places.children(current_user.area_code))


def _wanted() -> queries.Wanted:
    """The filters in the address; what makes no sense there narrows nothing."""
    asked = request.args
    state, area, kind = asked.get("state", ""), asked.get("area", ""), asked.get("kind", "")
    return queries.Wanted(
        state=state if state in words.WISH_STATES else "", area=area if places.known(area) else "",
        kind=kind if kind in words.KINDS else "", query=asked.get("q", "")[:60], oldest=asked.get("sort") == "oldest")


@desk_wishes.route("/<int:wish_id>", methods=["GET", "POST"])
@allowed("wish.publish")
def check(wish_id: int):
    """Read, edit, and publish in one go; a worker's own wish, or one of another area, does not exist here."""
    wish = queries.one(current_user, "wish.edit", wish_id)
    home = registry.one(current_user, wish.household_id)
    origin = queries.origin(wish)
    form = PublicForm(obj=wish) if request.method == "GET" else PublicForm()
    form.organisation_id.choices = choices((o.id, o.name if lang() == "zh" or not o.english else o.english)
                                           for o in organisations.serving(wish.place_code))
    if request.method == "GET":
        form.urgency.data = list(URGENCIES)[wish.urgency]
        form.story.data = wish.story or ""
    if form.validate_on_submit():
        with form.refusals():
            if request.form.get("then") == "publish":
                service.publish_as(wish, form.text(), by=current_user)
                flash(_("Published."))
                return redirect(url_for("desk.board"))
            service.edit(wish, form.text(), by=current_user)
            flash(_("Kept."))
            return redirect(url_for(".check", wish_id=wish.id))
    member = next((m for m in registry.members(current_user, home, "checking a wish")
                   if m.person.id == origin.person_id), None)
    return render_template("desk/wishes/check.html", wish=wish, origin=origin, form=form, reason=ReasonForm(),
                           member=member, home=home, consent=queries.consent(wish),
                           eligible=home.eligible_until >= clock.today(),
                           status=queries.status(wish, home, clock.today()),
                           frozen=any(n.pledged for n in wish.needs), on_list=_on_list(wish), **_suggested(wish, home)), (
        422 if form.errors else 200)


def _suggested(wish, home) -> dict:
    """What the state gives anyway, by the name and the household's standing; and what lies near, by need."""
    if wish.state != "submitted":
        return {"covered": [], "near": suggestions.near(current_user, wish), "charities": organisations.names()}
    try:
        found = suggestions.covered(current_user, wish, home)
    except (OutOfRange, Breached):
        found = []
    voice = Voice(rulebook.current(), lang())
    return {"covered": [(voice.name(one.line.policy), one.line.status) for one in found],
            "near": suggestions.near(current_user, wish), "charities": organisations.names()}


def _on_list(wish) -> dict[int, NeedForm]:
    """A form for each thing that the wish asks for, as long as it can be changed."""
    found = {}
    for need in wish.needs:
        if need.kind == "goods" and not need.pledged and wish.state in ("submitted", "published"):
            found[need.id] = NeedForm(formdata=None, obj=need)
            found[need.id].prepare(need)
    return found


@desk_wishes.post("/<int:wish_id>/needs/<int:need_id>")
@allowed("wish.edit")
def need(wish_id: int, need_id: int):
    """Say what a thing is on the list, so that what is in store can be matched to it."""
    wish = queries.one(current_user, "wish.edit", wish_id)
    found = next((n for n in wish.needs if n.id == need_id), None) or abort(404)
    form = NeedForm()
    form.prepare(found)
    if form.validate_on_submit():
        attempt(lambda: service.classify(found, form.item_code.data or "", form.fitting_size(), form.divisible.data,
                                         by=current_user), _("Kept."))
    else:
        flash(_("Choose one of the answers."), "error")
    return redirect(url_for(".check", wish_id=wish_id) + "#on-list")


@desk_wishes.route("/<int:wish_id>/<any(return_, reject):verb>", methods=["GET", "POST"])
@allowed("wish.return")
def turn_down(wish_id: int, verb: str):
    wish = queries.one(current_user, f"wish.{verb.strip('_')}", wish_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            getattr(service, verb)(wish, form.reason.data, by=current_user)
            flash(_("The family is told."))
            return redirect(url_for("desk.board"))
    return render_template("desk/wishes/turn_down.html", wish=wish, verb=verb, form=form), 422 if form.errors else 200


@desk_wishes.post("/<int:wish_id>/end")
@allowed("wish.close")
def end(wish_id: int):
    """Nothing more will come of it, for the family does not want the rest any more."""
    wish = queries.one(current_user, "wish.close", wish_id)
    if Form().validate_on_submit():
        attempt(lambda: unwanted.end(wish, by=current_user), _("The wish is closed."))
    return redirect(url_for("desk.board"))


@desk_wishes.post("/<int:wish_id>/photos/<int:photo_id>")
@allowed("wish.edit")
def photo(wish_id: int, photo_id: int):
    wish = queries.one(current_user, "wish.edit", wish_id)
    found = next((p for p in wish.photos if p.id == photo_id), None)
    if Form().validate_on_submit() and found:
        service.review_photo(found, wish, request.form.get("fit") == "yes", by=current_user)
    return redirect(url_for(".check", wish_id=wish_id))
