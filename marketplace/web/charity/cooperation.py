"""Raising funds together: proposals and agreements, for the partner without a certificate and the charity with one."""
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import Length

from marketplace.people.organisations import queries
from marketplace.people.organisations.queries import papers as found
from marketplace.people.organisations.rules import NUMBER_MOST, PURPOSE_MOST, REASON_MOST, CooperationDraft
from marketplace.people.organisations.service import cooperations as service
from marketplace.web.forms import REQUIRED, Form, attempt, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang

cooperations = Blueprint("cooperations", __name__, url_prefix="/charity/cooperations")


class ProposeForm(Form):
    charity_id = SelectField(_l("Charity that raises for you"), coerce=int,
                             description=_l("Only charities with a valid certificate are listed."))
    number = text(_l("Number of the agreement"), NUMBER_MOST, render_kw={"autocomplete": "off"})
    purpose = TextAreaField(_l("What funds are raised for"), [REQUIRED, Length(max=PURPOSE_MOST)],
                            description=_l("One or two sentences, as in the agreement."))
    signed_on = DateField(_l("Signed on"), [REQUIRED])
    valid_until = DateField(_l("Valid until"), [REQUIRED])

    def draft(self) -> CooperationDraft:
        return CooperationDraft(self.number.data, self.purpose.data, self.signed_on.data, self.valid_until.data)


class WhyForm(Form):
    reason = TextAreaField(_l("Why?"), [REQUIRED, Length(max=REASON_MOST)])


@cooperations.get("/")
@allowed("cooperation.read")
def listed():
    number = current_user.organisation_id
    return render_template("charity/cooperations/list.html", charity=queries.one(number), found=found.cooperations(number),
                           held=queries.certificate(number), counts=queries.cooperation(number), form=Form())


@cooperations.route("/new", methods=["GET", "POST"])
@allowed("cooperation.propose")
def propose():
    mine = queries.one(current_user.organisation_id)
    certified = found.certified(but=mine.id)
    form = ProposeForm()
    form.charity_id.choices = choices((o.id, o.english if lang() == "en" and o.english else o.name) for o in certified)
    if form.validate_on_submit():
        charity = next(o for o in certified if o.id == form.charity_id.data)
        with form.refusals():
            service.propose(mine, charity, form.draft(), by=current_user)
            flash(_("Sent. It counts as soon as the charity's manager agrees."))
            return redirect(url_for(".listed"))
    return render_template("charity/cooperations/new.html", charity=mine, form=form), 422 if form.errors else 200


@cooperations.post("/<int:cooperation_id>/<any(agree, withdraw):verb>")
@allowed("cooperation.propose")
def answer(cooperation_id: int, verb: str):
    cooperation = found.agreement(current_user, f"cooperation.{verb}", cooperation_id)
    if Form().validate_on_submit():
        done = _("Agreed. Your partner can raise funds with you now.") if verb == "agree" else _("Taken back.")
        attempt(lambda: getattr(service, verb)(cooperation, by=current_user), done)
    return redirect(url_for(".listed"))


@cooperations.route("/<int:cooperation_id>/<any(decline, end):verb>", methods=["GET", "POST"])
@allowed("cooperation.propose")
def close(cooperation_id: int, verb: str):
    """Say no, or end it, with the reason that the other side reads."""
    cooperation = found.agreement(current_user, f"cooperation.{verb}", cooperation_id)
    form = WhyForm()
    if form.validate_on_submit():
        with form.refusals():
            getattr(service, verb)(cooperation, form.reason.data, by=current_user)
            flash(_("Done. The other side reads your reason."))
            return redirect(url_for(".listed"))
    return render_template("charity/cooperations/close.html", cooperation=cooperation, verb=verb, form=form,
                           partner=queries.one(cooperation.organisation_id), charity=queries.one(cooperation.charity_id)), \
        422 if form.errors else 200
