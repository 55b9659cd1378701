"""Two full runs side by side: who is new, who left, whose benefit changed, and why."""
from flask import Blueprint, abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.assistance.policies.queries import differences, runs, scope
from marketplace.assistance.policies.queries.differences import Ends, Reason
from marketplace.assistance.policies.words import Voice
from marketplace.web.guard import allowed
from marketplace.web.insight.screenings import wanted
from marketplace.web.locale import lang

changes = Blueprint("changes", __name__, url_prefix="/screenings")


@changes.get("/<int:screening_id>/changes")
@allowed("screening.read")
def compared(screening_id: int):
    """Numbers for everybody who reads screenings; households for whoever may look at each of them."""
    run = runs.one(current_user, screening_id)
    between = differences.ends(current_user, run)
    if between is None:
        if run.kind != "full" or run.state != "done":
            abort(404)
        return render_template("insight/screenings/first.html", run=run)
    asked, exact = wanted(), scope.sees_households(current_user)
    what = request.args.get("what", "")
    what = what if what in differences.WHAT else "new"
    found = differences.listed(current_user, between, asked, what, request.args.get("after", "")) if exact else None
    page = render_template(
        "insight/screenings/changes.html", run=run, between=between, asked=asked, what=what, exact=exact, found=found,
        numbers=differences.numbers(current_user, between, asked), voice=Voice(between.now, lang()),
        say=Sayings(between).say, reasons=differences.reasons(current_user, between, asked, what))
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    return answer


class Sayings:
    """Reasons as sentences; those about criteria in the words of the catalogue that they stand in."""

    def __init__(self, between: Ends):
        self.between = between
        self.voices = {c.hash: Voice(c, lang()) for c in (between.then, between.now)}

    def say(self, what: str, reason: Reason) -> list[str]:
        """One sentence, or one for each criterion."""
        if reason.kind != "unmet":
            return [str(self._plain(what, reason.kind))]
        assert reason.catalogue
        voice = self.voices[reason.catalogue.hash]
        texts = [voice.criterion(reason.policy, criterion) for criterion in reason.criteria]
        return [_("Not met before: %(criterion)s", criterion=text) if what == "new"
                else _("Not met any more: %(criterion)s", criterion=text) for text in texts]

    def _plain(self, what: str, kind: str) -> str:
        new = what == "new"
        return {
            "policy": _("The policy is new in the catalogue.") if new else _("The policy is no longer in the catalogue."),
            "household": _("The household is new in the registry.") if new
            else _("The household is no longer in the registry."),
            "person": _("The member is new in the household.") if new
            else _("The member no longer belongs to the household."),
            "amount": _("The amount changed."), "verify": _("A check is needed now."),
            "verified": _("No check is needed any more."), "recorded": _("It is on record now."),
            "unrecorded": _("It is no longer on record."),
        }[kind]
