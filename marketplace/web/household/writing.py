"""Writing a wish, for the household itself and for the worker who writes on behalf of somebody."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import BooleanField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from marketplace.core.errors import Invalid
from marketplace.market.wishes import goods
from marketplace.market.wishes import queries as wishes
from marketplace.market.wishes import service as wishing
from marketplace.market.wishes.models import Wish
from marketplace.market.wishes.rules import LIMITS, ConsentMissing, NeedDraft
from marketplace.market.wishes.service.writing import Draft
from marketplace.network.registry import queries as registry
from marketplace.web.forms import REQUIRED, Form, YuanField, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.words import URGENCIES

writing = Blueprint("writing", __name__)


class WishForm(Form):
    person = SelectField(_l("Whose wish is it?"), coerce=int)
    kind = RadioField(_l("What would help?"), default="goods", choices=choices([
        ("goods", _l("A thing")), ("service", _l("A helping hand")), ("money", _l("A contribution to something costly"))]))
    category = SelectField(_l("Which kind?"))
    item = text(_l("What exactly?"), 60, description=_l("For example: a thick quilt, 2 metres by 1.5"))
    wanted = IntegerField(_l("How many?"), [Optional(), NumberRange(1, 99, _l("Enter a number above zero."))], default=1)
    unit = text(_l("Counted in"), 10, required=False, description=_l(
        "For example: pieces, pairs. Lessons are counted in hours, every other helping hand in visits."))
    price = YuanField(_l("What does one cost, in yuan?"), description=_l("An estimate is enough. Leave it empty for "
                                                                        "a helping hand."))
    words = TextAreaField(_l("In your own words: why would it help?"), [REQUIRED, Length(max=LIMITS.words)],
                          description=_l("Your worker reads this. The public sees a shorter text without your name."))
    urgency = RadioField(_l("How soon?"), choices=choices(URGENCIES.items()), default="normal")
    photo = FileField(_l("A photo of the thing you need, not of a person (optional)"))
    consent = BooleanField(_l("I agree that the wish is shown to the public without my name, and I can take this back "
                              "at any time."))
    guardian = text(_l("For a child: name of the guardian who agrees"), 40, required=False)
    on_behalf = text(_l("Why do you write this for them?"), 120, required=False)

    def draft(self) -> Draft:
        """The form as the domain understands it. Raises Invalid."""
        money = self.kind.data == "money"
        units = self.price.fen if money else (self.wanted.data or 1)
        if not units or (self.kind.data == "goods" and not self.price.fen):
            raise Invalid("price", "empty")
        service = self.kind.data == "service" and self.category.data in goods.categories()
        unit = goods.service_unit(self.category.data) if service else self.unit.data or ""
        need = NeedDraft(kind=self.kind.data, item=self.item.data, wanted=units, unit=unit,
                         price_fen=0 if money else self.price.fen or 0, category=self.category.data)
        return Draft(title=self.item.data, words=self.words.data, needs=[need], on_behalf=self.on_behalf.data or "",
                     urgency=list(URGENCIES).index(self.urgency.data))


@writing.route("/home/wishes/new", methods=["GET", "POST"], defaults={"household_id": 0})
@writing.route("/desk/households/<int:household_id>/wishes/new", methods=["GET", "POST"])
@allowed("wish.write")
def new(household_id: int):
    """A new wish: for the own household, or by a worker for one of the area."""
    home = registry.one(current_user, household_id or current_user.household_id)
    members = registry.members(current_user, home, "writing a wish")
    form = _prepared(members)
    if form.validate_on_submit() and (wish := _write(form, members)) is not None:
        flash(_("Sent. Your worker will look at it.") if wish.state == "submitted" else _("Kept as a draft."))
        return redirect(url_for("household.wish", wish_id=wish.id))
    return render_template("household/write.html", form=form, home=home, cap=LIMITS.price_cap_fen,
                           minors=any(m.minor for m in members),
                           behalf=current_user.role == "social_worker"), 422 if form.errors else 200


def _prepared(members) -> WishForm:
    form = WishForm()
    form.person.choices = choices((m.person.id, f"{m.name} · {m.age}") for m in members)
    form.category.choices = choices((c.code, getattr(c, lang())) for c in goods.categories().values())
    if request.method == "GET" and current_user.role == "beneficiary":
        form.person.data = current_user.person_id
    return form


def _write(form: WishForm, members) -> Wish | None:
    person = next((m.person for m in members if m.person.id == form.person.data), None) or abort(404)
    minor = next(m.minor for m in members if m.person.id == person.id)
    with form.refusals():
        draft = form.draft()
        if not form.consent.data or (minor and not (form.guardian.data or "").strip()):
            raise ConsentMissing(guardian=bool(form.consent.data))
        return wishing.send(person, draft, by=current_user, guardian=form.guardian.data or "",
                            upload=form.photo.data.read() if form.photo.data else b"")
    return None


@writing.route("/home/wishes/<int:wish_id>/edit", methods=["GET", "POST"])
@allowed("wish.write")
def edit(wish_id: int):
    """Change a wish that came back, and send it again."""
    wish = wishes.one(current_user, "wish.write", wish_id)
    if wish.state not in ("draft", "returned"):
        return redirect(url_for("household.wish", wish_id=wish.id))
    home = registry.one(current_user, wish.household_id)
    origin = wishes.origin(wish)
    members = [m for m in registry.members(current_user, home, "changing a wish") if m.person.id == origin.person_id]
    form = _prepared(members)
    given = wishes.consent(wish)
    agreed = given is not None and given.withdrawn_at is None
    if request.method == "GET":
        _fill(form, wish, origin)
        form.consent.data = agreed
    if form.validate_on_submit():
        with form.refusals():
            _send_again(wish, form, agreed)
            flash(_("Sent. Your worker will look at it."))
            return redirect(url_for("household.wish", wish_id=wish.id))
    return render_template("household/write.html", form=form, home=home, cap=LIMITS.price_cap_fen, wish=wish,
                           verdict=origin.verdict.reveal() if origin.verdict else "",
                           minors=any(m.minor for m in members),
                           behalf=current_user.role == "social_worker"), 422 if form.errors else 200


def _send_again(wish: Wish, form: WishForm, agreed: bool) -> None:
    """Change the wish, renew an agreement that was taken back, and hand it to the worker."""
    if not form.consent.data:
        raise ConsentMissing
    wishing.change(wish, form.draft(), by=current_user)
    if form.photo.data:
        wishing.add_photo(wish, form.photo.data.read(), by=current_user)
    if not agreed:
        wishing.consent(wish, by=current_user, guardian=form.guardian.data or "")
    wishing.submit(wish, by=current_user)


def _fill(form: WishForm, wish: Wish, origin) -> None:
    need = wish.needs[0]
    form.person.data, form.kind.data, form.category.data = origin.person_id, need.kind, need.category
    form.item.data, form.unit.data, form.words.data = need.item, need.unit, origin.words.reveal()
    fen = need.wanted if need.kind == "money" else need.price_fen
    form.price.data = f"{fen // 100}.{fen % 100:02}" if fen else ""
    form.wanted.data = 1 if need.kind == "money" else need.wanted
    form.urgency.data = list(URGENCIES)[wish.urgency]
    form.on_behalf.data = origin.on_behalf.reveal() if origin.on_behalf else ""
