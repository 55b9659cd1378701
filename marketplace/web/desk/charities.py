"""Organisations of the area, for the officers of the civil affairs bureau: who may raise funds, and who manages them."""
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from marketplace.core import places
from marketplace.market.funds import public as funds
from marketplace.market.funds import queries as grants
from marketplace.people.organisations.queries import listed as queries
from marketplace.people.organisations.queries import papers
from marketplace.people.organisations.service import OrganisationDraft, found
from marketplace.people.organisations.service import team as service
from marketplace.web import links
from marketplace.web.charity.team import USERNAME
from marketplace.web.forms import Form, choices, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.words_of_charities import KINDS

desk_charities = Blueprint("desk_charities", __name__, url_prefix="/desk/charities")


class ManagerForm(Form):
    manager_name = text(_l("Name of the manager"), 40, render_kw={"autocomplete": "off"})
    manager_username = text(_l("Name to sign in with"), 40, description=_l("3 to 40 small letters, digits, dots or dashes."),
                            render_kw=USERNAME)


class OrganisationForm(ManagerForm):
    name = text(_l("Name, as registered"), 60, render_kw={"autocomplete": "off"})
    english = text(_l("Name in English (optional)"), 80, required=False, render_kw={"autocomplete": "off"})
    credit_code = text(_l("Unified social credit code"), 24, description=_l("18 characters; the last one is checked."),
                       render_kw={"autocomplete": "off", "autocapitalize": "characters"})
    kind = SelectField(_l("Kind"), choices=choices(KINDS.items()))
    area_code = SelectField(_l("Area it serves"))
    registered_on = DateField(_l("Registered on (if known)"), [Optional()])

    def draft(self) -> OrganisationDraft:
        return OrganisationDraft(self.name.data, self.english.data or "", self.credit_code.data, self.kind.data,
                                 self.area_code.data, self.registered_on.data, self.manager_name.data,
                                 self.manager_username.data)


@desk_charities.get("/")
@allowed("organisation.read")
def listed():
    wanted, after = _wanted(), request.args.get("after", "")
    page = queries.listed(current_user, wanted, after)
    plain = wanted == queries.Wanted() and not after
    return render_template(
        "desk/charities/list.html", wanted=wanted, rows=[queries.row_of(row) for row in page.rows], after=after,
        more=page.after or "", counts=queries.counts(current_user, wanted), areas=_below(),
        waiting=queries.waiting(current_user) if plain else [])


def _wanted() -> queries.Wanted:
    """The filters in the address; what makes no sense there narrows nothing."""
    need, area = request.args.get("need", ""), request.args.get("area", "")
    return queries.Wanted(need=need if need in queries.NEEDS else "", area=area if places.known(area) else "",
                          query=request.args.get("q", "")[:60])


def _below() -> tuple[str, ...]:
    """The places directly below the officer's own."""
    return places.children(current_user.area_code or places.CITY)


@desk_charities.route("/new", methods=["GET", "POST"])
@allowed("organisation.create")
def new():
    """Take up an organisation, with the link for its first manager."""
    form = OrganisationForm()
    own = current_user.area_code or places.CITY
    form.area_code.choices = choices((code, places.name(code, lang())) for code in (own, *_below()))
    if form.validate_on_submit():
        with form.refusals():
            made, manager, secret = found(form.draft(), by=current_user)
            return links.shown_once(manager, secret, url_for(".one", organisation_id=made.id))
    return render_template("desk/charities/new.html", form=form), 422 if form.errors else 200


@desk_charities.get("/<int:organisation_id>")
@allowed("organisation.read")
def one(organisation_id: int):
    organisation = queries.one(current_user, "organisation.read", organisation_id)
    certificates = papers.certificates(current_user, organisation_id)
    waiting = next((p.certificate for p in certificates if p.certificate.state == "submitted"), None)
    return render_template(
        "desk/charities/one.html", organisation=organisation, papers=certificates, waiting=waiting,
        twins=papers.same_number(waiting) if waiting else [], found=papers.cooperations(organisation_id),
        held=papers.certificate(organisation_id), together=papers.cooperation(organisation_id),
        managers=queries.managers(organisation_id), form=Form(), figures=funds.figures(organisation_id),
        grants=grants.listed(current_user, after=request.args.get("after", ""), organisation_id=organisation_id))


@desk_charities.route("/<int:organisation_id>/managers/new", methods=["GET", "POST"])
@allowed("organisation.appoint")
def appoint(organisation_id: int):
    """One more manager, for an organisation that has lost all of its own."""
    organisation = queries.one(current_user, "organisation.appoint", organisation_id)
    form = ManagerForm()
    if form.validate_on_submit():
        with form.refusals():
            user, secret = service.appoint(organisation, form.manager_name.data, form.manager_username.data, by=current_user)
            return links.shown_once(user, secret, url_for(".one", organisation_id=organisation_id))
    return render_template("desk/charities/manager.html", organisation=organisation, form=form), 422 if form.errors else 200


@desk_charities.post("/<int:organisation_id>/managers/<int:user_id>/link")
@allowed("organisation.appoint")
def link(organisation_id: int, user_id: int):
    """A new link for a manager whose link or password is lost."""
    organisation = queries.one(current_user, "organisation.appoint", organisation_id)
    manager = queries.manager(organisation_id, user_id)
    form = Form()
    if form.validate_on_submit():
        with form.refusals():
            secret = service.appoint_again(organisation, manager, by=current_user)
            return links.shown_once(manager, secret, url_for(".one", organisation_id=organisation_id))
    return redirect(url_for(".one", organisation_id=organisation_id))
