"""Who is on record and who is not: numbers by place and policy, and the households behind them for those who may look."""
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.assistance.policies import service
from marketplace.assistance.policies.queries import counts, lists
from marketplace.core import places
from marketplace.web import screened, tables
from marketplace.web.forms import Form
from marketplace.web.guard import allowed
from marketplace.web.locale import lang

desk_coverage = Blueprint("desk_coverage", __name__, url_prefix="/desk/coverage")


@desk_coverage.get("/")
@allowed("screening.read")
def numbers():
    """By place, then by policy; a place leads further down. Numbers end at towns: a village has its lists."""
    seen = screened.seen()
    wanted = screened.wanted(current_user, seen, places.TOWN)
    if seen and len(current_user.area_code) > places.TOWN:
        return render_template("desk/screened/village.html", seen=seen, **{
            of: lists.counted(current_user, seen, wanted, of) for of in ("missed", "over", "near")})
    found = {"total": counts.total(current_user, seen, wanted), "by_place": counts.by_place(current_user, seen, wanted),
             "by_policy": counts.by_policy(current_user, seen, wanted)} if seen else {}
    return render_template("desk/screened/coverage.html", seen=seen, wanted=wanted, voice=seen and screened.voice(seen),
                           listable={code for code, _name in screened.offered(seen)}, **found)


@desk_coverage.get("/missed")
@allowed("silent.read")
def missed():
    return _listed("missed")


@desk_coverage.get("/over")
@allowed("silent.read")
def over():
    return _listed("over")


def _listed(which: str) -> str:
    seen = screened.seen()
    wanted, after = screened.wanted(current_user, seen), request.args.get("after", "")
    found = getattr(lists, which)(current_user, seen, wanted, after) if seen else None
    return render_template(
        f"desk/screened/{which}.html", seen=seen, wanted=wanted, after=after, more=found.after or "" if found else "",
        rows=_rows(seen, which, found.rows) if found else [], policies=screened.offered(seen),
        counted=lists.counted(current_user, seen, wanted, which) if seen else 0,
        areas=screened.areas(current_user, wanted.area), form=Form())


def _rows(seen, which: str, found) -> list[tuple]:
    """Each row with the name of its policy, and of the over-covered the criteria that are not met, in plain words."""
    voice = screened.voice(seen)
    return [(row, screened.named(voice, row.policy), [voice.criterion(row.policy, one) for one in row.criteria]
             if which == "over" else []) for row in found]


@desk_coverage.post("/missed/export")
@allowed("silent.read")
def export_missed():
    return _exported("missed")


@desk_coverage.post("/over/export")
@allowed("silent.read")
def export_over():
    return _exported("over")


def _exported(which: str):
    seen = screened.seen()
    if seen is None or not Form().validate_on_submit():
        return redirect(url_for(f".{which}"))
    found = getattr(lists, which)(current_user, seen, screened.wanted(current_user, seen), size=screened.MOST).rows
    service.exported(seen.run, f"{which} households", len(found), by=current_user)
    last = _("Could claim a year, yuan") if which == "missed" else _("Not met any more")
    rows = [(row.household_id, places.full_name(row.place_code, lang()), name,
             tables.yuan(row.yearly_fen) if which == "missed" else "; ".join(criteria))
            for row, name, criteria in _rows(seen, which, found)]
    return tables.download(f"{which}-{seen.run.as_of}", [_("Household"), _("Place"), _("Policy"), last], rows)
