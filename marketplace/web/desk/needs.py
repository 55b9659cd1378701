"""Where help is missing, as coarse numbers: for charities that plan a campaign, and for those who look after the whole."""
from flask import Blueprint, render_template
from flask_login import current_user
from sqlalchemy import func

from marketplace.assistance.policies.queries import needs as missing
from marketplace.assistance.policies.queries import scope
from marketplace.assistance.policies.rules import coarse
from marketplace.core import places
from marketplace.market.wishes import public
from marketplace.market.wishes.models import KINDS, Wish
from marketplace.web import screened
from marketplace.web.guard import allowed

needs = Blueprint("needs", __name__, url_prefix="/needs")


@needs.get("/")
@allowed("needs.read")
def numbers():
    seen = screened.seen()
    wanted, within = screened.wanted(current_user, seen, places.TOWN), screened.within()
    digits = scope.BELOW.get(len(wanted.area or current_user.area_code or places.CITY), places.TOWN)
    unmet = public.unmet(current_user, func.substr(Wish.town_code, 1, digits), wanted.area)
    found = missing.by_place(current_user, seen, wanted, within) if seen else {}
    rows = [(code, found.get(code, missing.Missing(None, None)), [coarse(unmet.get((code, kind), 0)) for kind in KINDS])
            for code in sorted({*found, *(code for code, _kind in unmet)})]
    return render_template(
        "desk/screened/needs.html", seen=seen, wanted=wanted, within=within, rows=rows, kinds=KINDS,
        criteria=missing.by_criterion(current_user, seen, wanted) if seen else [], voice=seen and screened.voice(seen),
        policies=screened.offered(seen),
        areas=screened.areas(current_user, wanted.area, places.TOWN),
        choices=[(str(one), f"{one // 10} %") for one in missing.NEAR])
