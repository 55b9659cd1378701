"""Screenings: the runs over the city, what they found by place and policy, and what is different from the run before."""
from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField

from marketplace.assistance.policies import service
from marketplace.assistance.policies.models import Screening
from marketplace.assistance.policies.queries import counts, runs, scope, versions
from marketplace.assistance.policies.queries.scope import Seen, Wanted
from marketplace.assistance.policies.words import Voice
from marketplace.core import clock, places
from marketplace.network.registry import rulebook
from marketplace.people.accounts.permissions import may
from marketplace.web import tables
from marketplace.web.forms import REQUIRED, Form, attempt
from marketplace.web.guard import allowed
from marketplace.web.locale import lang

screenings = Blueprint("screenings", __name__, url_prefix="/screenings")


class StartForm(Form):
    as_of = DateField(_l("Screened as of"), [REQUIRED], render_kw={"min": "2018-01-01"},
                      description=_l("Today, as a rule. An earlier day asks who was entitled then, by what is known now."))


def wanted() -> Wanted:
    """The place and the policy that the address asks for; what is unknown asks for nothing."""
    area, policy = request.args.get("area", ""), request.args.get("policy", "")
    return Wanted(area=area if places.known(area) and len(area) <= places.TOWN else "", policy=policy[:60])


def asks_again(page: str, over: bool):
    """A page that shows work and asks again by itself; once that is over, the whole of it is fetched anew."""
    answer = make_response(page)
    if over and request.headers.get("HX-Request"):
        answer.headers["HX-Refresh"] = "true"
    return answer


@screenings.get("/")
@allowed("screening.read")
def listed():
    working = runs.at_work(current_user)
    found = runs.listed(current_user, request.args.get("after", ""), 20)
    rows = [row[0] for row in found.rows]
    page = render_template(
        "insight/screenings/list.html", working=working, found=found, rows=rows, shown=runs.shown(current_user),
        totals=runs.totals(current_user, [run.id for run in rows]), form=Form(), exact=scope.sees_households(current_user),
        may_start=may(current_user, "screening.run", Screening))
    return asks_again(page, not working)


@screenings.route("/new", methods=["GET", "POST"])
@allowed("screening.run")
def new():
    """Ask for a run, and see before what it does."""
    if not may(current_user, "screening.run", Screening):
        return redirect(url_for(".listed"))
    form = StartForm(data={"as_of": clock.today()})
    if form.validate_on_submit():
        with form.refusals():
            run = service.start(current_user, form.as_of.data)
            return redirect(url_for(".one", screening_id=run.id))
    return render_template("insight/screenings/new.html", form=form, catalogue=rulebook.current(),
                           working=runs.at_work(current_user)), 422 if form.errors else 200


@screenings.get("/<int:screening_id>")
@allowed("screening.read")
def one(screening_id: int):
    """A run at work, or what it found, by place and policy."""
    run = runs.one(current_user, screening_id)
    if run.state != "done":
        working = next((w for w in runs.at_work(current_user) if w.run.id == run.id), None)
        page = render_template("insight/screenings/work.html", run=run, working=working, form=Form(),
                               catalogue=rulebook.read(run.catalogue), version=versions.of_hash(current_user, run.catalogue))
        return asks_again(page, working is None)
    seen, asked = Seen(run, rulebook.read(run.catalogue)), wanted()
    voice = Voice(seen.catalogue, lang())
    return render_template(
        "insight/screenings/one.html", run=run, catalogue=seen.catalogue, voice=voice, asked=asked,
        shown=runs.shown(current_user), version=versions.of_hash(current_user, run.catalogue),
        total=counts.total(current_user, seen, asked),
        by_place=counts.by_place(current_user, seen, asked), exact=scope.sees_households(current_user),
        by_policy=counts.by_policy(current_user, seen, asked), before=runs.before(current_user, run))


@screenings.post("/<int:screening_id>/stop")
@allowed("screening.run")
def stop(screening_id: int):
    run = runs.one(current_user, screening_id)
    if not may(current_user, "screening.run", run):
        abort(404)
    if Form().validate_on_submit():
        attempt(lambda: service.stop(run, by=current_user), _("Stopped. What it had found is taken back."))
    return redirect(url_for(".one", screening_id=screening_id))


@screenings.get("/<int:screening_id>/table.csv")
@allowed("screening.read")
def table(screening_id: int):
    """Town by town and policy by policy, as a file; numbers as the pages show them."""
    run = runs.one(current_user, screening_id)
    if run.state != "done" or run.kind == "preview":
        abort(404)
    seen = Seen(run, rulebook.read(run.catalogue))
    voice, recorded = Voice(seen.catalogue, lang()), seen.catalogue.recorded
    heads = [_("County"), _("Place"), _("Code"), _("Policy"), _("Policy code"), _("Entitled"), _("On record"), _("Missed"),
             _("Over-covered"), _("Yuan a year"), _("As of"), _("Catalogue")]
    return tables.download(f"screening-{run.as_of}-{run.id}", heads, (
        [places.name(town[:places.COUNTY], lang()), places.name(town, lang()), town, voice.name(policy), policy.id,
         n.entitled, *((n.received, n.missed, n.over) if policy.id in recorded else (None, None, None)),
         tables.yuan(n.yearly_fen), run.as_of.isoformat(), run.catalogue[:12]]
        for town, policy, n in counts.by_town_and_policy(current_user, seen, wanted())))
