"""Who only just misses a policy, and by how much: for a wish, or a campaign, where the state cannot help."""
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.assistance.policies import distances, service
from marketplace.assistance.policies.queries import lists
from marketplace.assistance.policies.queries.scope import Seen
from marketplace.assistance.policies.words import Voice
from marketplace.core import clock, places
from marketplace.web import screened, tables
from marketplace.web.forms import Form
from marketplace.web.guard import allowed
from marketplace.web.locale import lang

desk_near = Blueprint("desk_near", __name__, url_prefix="/desk/near")


@desk_near.get("/")
@allowed("silent.read")
def listed():
    seen = screened.seen()
    wanted, within, after = screened.wanted(current_user, seen), screened.within(), request.args.get("after", "")
    found = lists.near(current_user, seen, wanted, within, after) if seen else None
    return render_template(
        "desk/screened/near.html", seen=seen, wanted=wanted, within=within, after=after, form=Form(),
        more=found.after or "" if found else "", rows=_rows(seen, found.rows) if found else [],
        counted=lists.counted(current_user, seen, wanted, "near", within) if seen else 0,
        areas=screened.areas(current_user, wanted.area), policies=screened.offered(seen), today=clock.today(),
        choices=[(str(one), f"{one // 10} %") for one in lists.WITHIN])


def _rows(seen: Seen, found) -> list[tuple]:
    """Each row with the name of its policy, what the policy asks, and how far the household is from it."""
    voice = screened.voice(seen)
    return [(row, screened.named(voice, row.policy), *_said(voice, row)) for row in found]


def _said(voice: Voice, row: lists.Near) -> tuple[str, str]:
    if row.policy is None:
        return "", ""
    asked = distances.criterion(row.policy, row.criterion)
    return (voice.criterion(row.policy, asked) if asked else row.criterion,
            distances.said(voice, row.policy, row.criterion, row.measure, row.gap))


@desk_near.post("/export")
@allowed("silent.read")
def export():
    seen = screened.seen()
    if seen is None or not Form().validate_on_submit():
        return redirect(url_for(".listed"))
    wanted = screened.wanted(current_user, seen)
    found = lists.near(current_user, seen, wanted, screened.within(), size=screened.MOST).rows
    service.exported(seen.run, "near misses", len(found), by=current_user)
    rows = [(row.household_id, places.full_name(row.place_code, lang()), name, asked, gap, f"{row.per_mille / 10:.1f}")
            for row, name, asked, gap in _rows(seen, found)]
    head = [_("Household"), _("Place"), _("Policy"), _("What it asks"), _("How far off"), _("Per cent")]
    return tables.download(f"near-misses-{seen.run.as_of}", head, rows)
