"""Whether the matching treats counties and age groups alike, for those who answer for the city or a county."""
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import ngettext
from flask_login import current_user

from marketplace.market.matching import service, waiting
from marketplace.market.matching.models import MatchingRun
from marketplace.people.accounts.permissions import may
from marketplace.web.forms import Form
from marketplace.web.guard import allowed

insight_matching = Blueprint("insight_matching", __name__, url_prefix="/insight/matching")


@insight_matching.get("/")
@allowed("matching.watch")
def shown():
    return render_template("insight/matching.html", fair=waiting.of_area(current_user),
                           may_run=may(current_user, "matching.run_city", MatchingRun))


@insight_matching.post("/run")
@allowed("matching.run_city")
def run():
    """Match everything in the city again, as each day does."""
    if Form().validate_on_submit():
        made = service.run(0, by=current_user)
        flash(ngettext("Looked again: %(num)d proposal stands now.", "Looked again: %(num)d proposals stand now.",
                       made.proposals))
    return redirect(url_for(".shown"))
