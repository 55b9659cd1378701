"""Money that came to a charity: slips of transfers and cash, money that waits for a choice, refunds by hand, disputes."""
from collections.abc import Callable, Iterator

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Email, Length, Optional

from marketplace.core import clock, images
from marketplace.market.gifts import queries, service, targets
from marketplace.market.gifts.rules import SHOWN_MOST
from marketplace.market.gifts.service.slips import SlipDraft
from marketplace.market.pledges import service as pledges
from marketplace.money.payments import queries as payments
from marketplace.money.payments import service as paying
from marketplace.money.payments.service.by_hand import told_of
from marketplace.web.forms import REQUIRED, Form, YuanField, attempt, choices, text
from marketplace.web.gift_words import OTHERWISE, SLIP_STATES, WAYS
from marketplace.web.guard import allowed
from marketplace.web.locale import lang, yuan
from marketplace.web.public.wishes import serve_picture

charity_gifts = Blueprint("charity_gifts", __name__, url_prefix="/charity/gifts")
VIEWS = ("slips", "late", "back", "disputes", "received")
DAY = _l("Enter the day as year, month and day.")


class SlipForm(Form):
    way = RadioField(_l("How did it come?"), default="bank", choices=choices([
        ("bank", _l("Bank transfer")), ("cash", _l("Cash at the counter"))]))
    yuan = YuanField(_l("Amount in yuan"), [REQUIRED])
    target = SelectField(_l("What is it for?"))
    paid_on = DateField(_l("Day on the slip"), [REQUIRED])
    reference = text(_l("Number of the transfer, or of the counter's slip"), 60)
    photo = FileField(_l("Photo of the slip"))
    name = text(_l("Name of the payer, as far as it is known"), 60, required=False)
    phone = text(_l("Phone number"), 20, required=False)
    mail = StringField(_l("Mail address"), [Optional(), Length(max=120), Email(_l("Enter a mail address, like "
                                                                                  "name@example.com."))])
    if_ended = RadioField(_l("If it cannot be used for this any more"), default="fund",
                          choices=choices(OTHERWISE.items()))
    shown_as = text(_l("Name for public lists, only if the giver asks for it"), SHOWN_MOST, required=False)


class RefuseForm(Form):
    reason = TextAreaField(_l("What is wrong?"), [REQUIRED, Length(max=300)])


class BackForm(Form):
    paid_on = DateField(_l("Paid back on"), [REQUIRED])
    reference = text(_l("Number of the transfer"), 60, required=False)


@charity_gifts.get("")
@allowed("slip.read")
def listed():
    """One of VIEWS at a time: what waits for a second person comes first."""
    show = request.args.get("show", "slips")
    show = show if show in VIEWS else "slips"
    after, read = request.args.get("after", ""), {
        "slips": _slips, "late": _late, "back": lambda _after: (queries.to_pay_back(current_user), None),
        "disputes": lambda _after: (payments.open_disputes(current_user), None), "received": _received}
    rows, more = read[show](after)
    return render_template("charity/gifts/list.html", show=show, rows=rows, more=more, after=after,
                           counts=queries.counts(current_user), form=BackForm(formdata=None, paid_on=clock.today()),
                           about=_about(_accounts(show, rows)), **_wanted())


def _wanted() -> dict[str, str]:
    state, way = request.args.get("state", ""), request.args.get("way", "")
    return {"state": state if state in SLIP_STATES else "", "way": way if way in WAYS else ""}


def _slips(after: str):
    return queries.slips(current_user, _wanted()["state"], after)


def _received(after: str):
    return queries.received(current_user, _wanted()["way"], after)


def _late(_after: str):
    return queries.late(current_user), None


def _accounts(show: str, rows) -> Iterator[str]:
    """The accounts that a list names."""
    for row in rows:
        if show == "late":
            yield row.account
        elif show == "slips":
            yield row.slip.account
        elif show == "received" and row.gift:
            yield row.gift.account


def _about(accounts) -> dict[str, targets.Target]:
    return targets.of_all({account for account in accounts if account})


@charity_gifts.route("/new", methods=["GET", "POST"])
@allowed("slip.record")
def new():
    """Record a slip. A wish is chosen by its title, so that nobody has to know numbers."""
    form = SlipForm()
    form.target.choices = choices(_targets())
    if request.method == "GET":
        form.paid_on.data = clock.today()
    if form.validate_on_submit():
        kind, _colon, number = form.target.data.partition(":")
        draft = SlipDraft(
            way=form.way.data, amount_fen=form.yuan.fen or 0, paid_on=form.paid_on.data, reference=form.reference.data,
            need_id=int(number) if kind == "need" else 0, account="" if kind == "need" else form.target.data,
            if_ended=form.if_ended.data, shown_as=form.shown_as.data or "", name=form.name.data or "",
            phone=form.phone.data or "", mail=form.mail.data or "", language=lang())
        with form.refusals():
            slip = service.record_slip(draft, form.photo.data.read() if form.photo.data else b"", current_user)
            flash(_("Recorded. It counts once a second person of your charity has confirmed it."))
            return redirect(url_for(".slip", slip_id=slip.id))
    return render_template("charity/gifts/new.html", form=form), 422 if form.errors else 200


def _targets() -> list[tuple[str, str]]:
    own = [(f"fund:{current_user.organisation_id}", _("Without a purpose: our own fund"))]
    own += [(one.account, _("Campaign: %(title)s", title=one.title))
            for one in targets.raised_by(current_user.organisation_id)]
    return own + [(f"need:{need.id}", _("Wish: %(title)s, %(left)s still missing", left=yuan(need.left),
                                        title=wish.title if need.item == wish.title else f"{wish.title} · {need.item}"))
                  for need, wish in queries.open_needs(current_user)]


@charity_gifts.get("/slips/<int:slip_id>")
@allowed("slip.read")
def slip(slip_id: int):
    """A slip beside its picture, for the second person to compare."""
    payer = queries.payer(current_user, slip_id)
    found = queries.slip(current_user, "slip.read", slip_id)
    target = targets.of(found.slip.account) if found.slip.account else None
    return render_template("charity/gifts/slip.html", found=found, payer=payer, target=target,
                           form=RefuseForm(formdata=None))


@charity_gifts.get("/slips/<int:slip_id>/photo")
@allowed("slip.read")
def photo(slip_id: int):
    found = queries.slip(current_user, "slip.read", slip_id).slip
    return serve_picture(f"{found.photo}-{images.WIDTHS[0]}.webp")


@charity_gifts.post("/slips/<int:slip_id>/<any(confirm, refuse):verb>")
@allowed("slip.confirm")
def decide(slip_id: int, verb: str):
    """The second person's word."""
    found = queries.slip(current_user, f"slip.{verb}", slip_id).slip
    form = RefuseForm()
    if verb == "confirm" and Form().validate_on_submit():
        attempt(lambda: service.confirm_slip(found, current_user), _("Confirmed. The gift is in the books."))
        return redirect(url_for(".listed"))
    if verb == "refuse" and form.validate_on_submit():
        attempt(lambda: service.refuse_slip(found, form.reason.data, current_user), _("Refused."))
        return redirect(url_for(".listed"))
    flash(_("Say what is wrong."), "error")
    return redirect(url_for(".slip", slip_id=slip_id))


@charity_gifts.post("/refunds/<int:refund_id>/record")
@allowed("payment.record_back")
def record_back(refund_id: int):
    """A clerk's word that a refund was paid back."""
    found = payments.refund(current_user, "payment.record_back", refund_id)
    form = BackForm()
    if form.validate_on_submit():
        attempt(lambda: paying.record_back(found.refund, form.paid_on.data, form.reference.data or "", current_user),
                _("Recorded. It counts once a second person of your charity has confirmed it."))
    else:
        flash(DAY, "error")
    return redirect(url_for(".listed", show="back"))


@charity_gifts.post("/refunds/<int:refund_id>/<any(confirm, deny):verb>")
@allowed("refund.confirm")
def decide_back(refund_id: int, verb: str):
    """The second person's word on it."""
    payments.refund(current_user, "payment.read", refund_id)
    told = told_of(refund_id)
    if Form().validate_on_submit():
        act: Callable = paying.confirm_back if verb == "confirm" else paying.deny_back
        attempt(lambda: act(told, current_user), _("Done."))
    return redirect(url_for(".listed", show="back"))


@charity_gifts.post("/<any(pledge, gift):kind>/<int:given_id>/back")
@allowed("gift.refund")
def give_back(kind: str, given_id: int):
    """Give back what has not been used."""
    found = getattr(queries, kind)(current_user, given_id)
    if not Form().validate_on_submit():
        abort(400)
    refund: Callable = pledges.refund if kind == "pledge" else service.refund
    attempt(lambda: refund(found, current_user), _("It goes back to its giver."))
    return redirect(url_for(".listed", show="received"))
