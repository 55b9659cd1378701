"""Households of the area: for writing on behalf, and for the paper card."""
import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from marketplace.assistance.policies import benefits
from marketplace.assistance.policies import service as screening
from marketplace.assistance.policies.queries import contacts
from marketplace.core import clock, places
from marketplace.extensions import limiter
from marketplace.market.deliveries import queries as deliveries
from marketplace.market.wishes import queries as wishes
from marketplace.network.registry import queries, service
from marketplace.web import lists
from marketplace.web.forms import Form, attempt, text
from marketplace.web.guard import allowed
from marketplace.web.locale import lang
from marketplace.web.numbers import whole

desk_households = Blueprint("desk_households", __name__, url_prefix="/desk/households")


class FindForm(Form):
    number = text(_l("Phone number or ID number of a member"), 24, render_kw={"autocomplete": "off"})


@desk_households.get("/")
@allowed("household.card")
def listed():
    page = request.args.get("page", 0, whole)
    town = request.args.get("town", "")
    found = queries.eligible_households(current_user, page, town=town if places.known(town) else "")
    return render_template("desk/households/list.html", households=found, page=page, size=30, town=town,
                           form=FindForm(), towns=places.children(current_user.area_code))


@desk_households.post("/find")
@allowed("household.card")
@limiter.limit("30 per minute; 300 per hour")
def find():
    """From a phone or identity number to its household; sent, so that no number stands in an address."""
    form = FindForm()
    if form.validate_on_submit() and (home := queries.find(current_user, form.number.data)):
        return redirect(url_for(".one", household_id=home.id))
    flash(_("No household of your area has this number."), "error")
    return redirect(url_for(".listed"))


@desk_households.get("/<int:household_id>")
@allowed("household.card")
def one(household_id: int):
    home = queries.one(current_user, household_id)
    members = queries.members(current_user, home, "desk")
    return render_template(
        "desk/households/one.html", home=home, members=members, wishes=wishes.of_household(current_user, home.id),
        deliveries=deliveries.of_household(current_user, home.id), eligible=home.eligible_until >= clock.today(),
        as_of=queries.as_of(home), contacts=contacts.of_household(current_user, home), form=Form())


@desk_households.post("/<int:household_id>/contacts")
@allowed("outreach.record")
def note(household_id: int):
    """What came of going to the household, or of giving it its list."""
    home = queries.one(current_user, household_id)
    if Form().validate_on_submit():
        attempt(lambda: screening.record(home, request.form.get("kind", ""), by=current_user),
                _("Noted. Whoever noted it can take it back."))
    return redirect(url_for(".one", household_id=household_id))


@desk_households.post("/<int:household_id>/contacts/<int:contact_id>/take-back")
@allowed("contact.take_back")
def take_back(household_id: int, contact_id: int):
    home = queries.one(current_user, household_id)
    mine = contacts.own(current_user, [contact_id], home.id)
    if Form().validate_on_submit() and mine:
        attempt(lambda: screening.take_back(mine, by=current_user), _("Taken back."))
    return redirect(url_for(".one", household_id=household_id))


@desk_households.post("/<int:household_id>/card")
@allowed("household.card")
def card(household_id: int):
    """A fresh paper card, to print once; the number is not shown again."""
    home = queries.one(current_user, household_id)
    if not Form().validate_on_submit():
        return one(household_id)
    secret = service.new_card(home, by=current_user)
    picture = segno.make(secret, error="m").svg_data_uri(scale=6, border=2)
    return render_template("desk/households/card.html", home=home, secret=secret, picture=picture)


@desk_households.get("/<int:household_id>/benefits")
@allowed("household.card")
def benefits_list(household_id: int):
    """The happiness list, with what is for one member alone marked as such."""
    home = queries.one(current_user, household_id)
    opened = lists.opened(lambda: benefits.of_household(current_user, home))
    return lists.private(render_template(
        "desk/households/benefits.html", home=home, letter=opened.letter(lang()), members=opened.members(lang()),
        text=lists.message(opened.shared()), form=Form()))


@desk_households.get("/<int:household_id>/benefits.pdf")
@allowed("household.card")
def benefits_pdf(household_id: int):
    """The list to print: the household's, without what is for one member alone, or that of one member."""
    home = queries.one(current_user, household_id)
    opened = lists.opened(lambda: benefits.of_household(current_user, home))
    member = request.args.get("member", "")
    if member and member not in opened.dossier.numbers.values():
        abort(404)
    return lists.printed(opened.letter(lang(), opened.found.of(member) if member else opened.shared()))


@desk_households.post("/<int:household_id>/benefits/message")
@allowed("benefits.tell")
@limiter.limit("30 per hour")
def benefits_message(household_id: int):
    """Send the numbers of the list to the household's phone, as the page shows them."""
    home = queries.one(current_user, household_id)
    if Form().validate_on_submit():
        attempt(lambda: benefits.tell(home, lang(), by=current_user), _("Sent to the household's phone."))
    return redirect(url_for(".benefits_list", household_id=household_id))
