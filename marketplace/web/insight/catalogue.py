"""The catalogue of policies: its texts, what stands in them, and a changed text on its way into force."""
from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import Length

from marketplace.assistance.policies import service
from marketplace.assistance.policies.queries import versions
from marketplace.assistance.policies.words import Voice
from marketplace.catalogue.model import Catalogue, Faulty
from marketplace.extensions import limiter
from marketplace.network.registry import rulebook
from marketplace.network.registry.rulebook import CatalogueVersion
from marketplace.people.accounts.permissions import may
from marketplace.web import faults
from marketplace.web.forms import REQUIRED, Form, attempt
from marketplace.web.guard import allowed
from marketplace.web.insight.screenings import asks_again, wanted
from marketplace.web.locale import lang

catalogue = Blueprint("catalogue", __name__, url_prefix="/catalogue")
MOST_BYTES = 1_000_000
MOST_FAULTS = 200


class ProposeForm(Form):
    file = FileField(_l("The changed catalogue, a YAML file"), description=_l("Text in UTF-8, at most 1 MB."))
    note = TextAreaField(_l("What changes, from which day, and by which decision"), [REQUIRED, Length(max=500)],
                         description=_l("For example: the urban dibao standard rises to 1,080 yuan from 1 July 2026, notice "
                                        "of 12 June 2026."))

    def text(self) -> str | None:
        """The text of the file; None, with the reason at the field, where there is none."""
        content = self.file.data.read(MOST_BYTES + 1) if self.file.data else b""
        if not content:
            return self._no(_("Choose the file."))
        if len(content) > MOST_BYTES:
            return self._no(_("The file is too large: a catalogue has at most 1 MB."))
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return self._no(_("This is not a text in UTF-8. Save the catalogue as a plain text file and choose it again."))
        return self._no(_("This is not a text file. Choose the YAML file.")) if "\0" in text else text.replace("\r\n", "\n")

    def _no(self, why: str) -> str | None:
        self.file.errors = [*self.file.errors, why]
        return None


@dataclass(frozen=True)
class Fault:
    """A fault as the page shows it: its line, what is wrong, and the text of the line."""

    line: int
    said: str
    text: str


@catalogue.get("/")
@allowed("catalogue.propose")
def listed():
    found = versions.listed(current_user, request.args.get("after", ""))
    rows = [row[0] for row in found.rows]
    return render_template("insight/catalogue/list.html", found=found, rows=rows, names=versions.names(rows),
                           now=rulebook.current(), may_propose=may(current_user, "catalogue.propose", CatalogueVersion))


@catalogue.route("/propose", methods=["GET", "POST"])
@allowed("catalogue.propose")
@limiter.limit("30 per minute", methods=["POST"])
def propose():
    """Send in a changed text. All faults are shown at once, and nothing of a faulty text is kept."""
    if not may(current_user, "catalogue.propose", CatalogueVersion):
        return redirect(url_for(".listed"))
    form, found = ProposeForm(), None
    if form.validate_on_submit() and (text := form.text()) is not None:
        with form.refusals():
            try:
                version = service.propose(text, form.note.data, by=current_user)
            except Faulty as faulty:
                found = _shown(faulty, text)
            else:
                flash(_("Kept as a draft. Have its effects worked out next."))
                return redirect(url_for(".one", version_id=version.id))
    return render_template("insight/catalogue/propose.html", form=form, faults=found, most=MOST_FAULTS), \
        422 if form.errors or found else 200


def _shown(faulty: Faulty, text: str) -> list[Fault]:
    lines = text.splitlines()
    return [Fault(f.line, faults.said(f.text), lines[f.line - 1][:300] if 0 < f.line <= len(lines) else "")
            for f in faulty.faults]


@catalogue.get("/<int:version_id>")
@allowed("catalogue.propose")
def one(version_id: int):
    """A version: who brought it, what it changes, what it would do, and the next step."""
    version = versions.one(current_user, version_id)
    preview, asked = versions.previewed(version), wanted()
    working = versions.previewing(current_user, version) if version.state in ("draft", "previewed") else None
    now = versions.in_force() or versions.packaged()
    current = preview is not None and preview.against == now.hash
    page = render_template(
        "insight/catalogue/one.html", version=version, found=rulebook.read(version.hash), names=versions.names([version]),
        now=now, preview=preview, working=working, asked=asked, form=Form(), current=current,
        policies=versions.both(preview) if preview else [], voice=Voice(rulebook.read(version.hash), lang()),
        effects=versions.effects(current_user, preview, asked) if preview else None,
        lines=versions.difference(now.text, version.text) if version.state in ("draft", "previewed") else None,
        may_publish=may(current_user, "catalogue.publish", version))
    return asks_again(page, working is None)


@catalogue.get("/<int:version_id>/policies")
@allowed("catalogue.propose")
def policies(version_id: int):
    version, found = _read(version_id)
    return render_template("insight/catalogue/policies.html", version=version, found=found, voice=Voice(found, lang()))


@catalogue.get("/<int:version_id>/policies/<policy>")
@allowed("catalogue.propose")
def policy(version_id: int, policy: str):
    """A policy as it stands in the file: criteria, amount, and what they rest on, with days and sources."""
    version, found = _read(version_id)
    one = found.policy.get(policy) or abort(404)
    return render_template("insight/catalogue/policy.html", version=version, found=found, one=one,
                           voice=Voice(found, lang()), rests=versions.rests_on(found, one))


@catalogue.get("/<int:version_id>/policies.yaml")
@allowed("catalogue.propose")
def text(version_id: int):
    """The text itself, to change and send in."""
    version = versions.one(current_user, version_id)
    answer = Response(version.text.encode(), mimetype="application/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="policies-{version.hash[:12]}.yaml"'
    return answer


@catalogue.post("/<int:version_id>/<any(preview, withdraw):verb>")
@allowed("catalogue.propose")
def act(version_id: int, verb: str):
    version = versions.one(current_user, version_id)
    if Form().validate_on_submit():
        done = _("The effects are being worked out.") if verb == "preview" else _("Withdrawn. It can be proposed again.")
        attempt(lambda: getattr(service, verb)(version, by=current_user), done)
    return redirect(url_for(".one", version_id=version_id))


@catalogue.post("/<int:version_id>/publish")
@allowed("catalogue.publish")
def publish(version_id: int):
    """Put a previewed text in force; somebody else than its author and previewer."""
    version = versions.one(current_user, version_id)
    if not may(current_user, "catalogue.publish", version):
        abort(404)
    if Form().validate_on_submit():
        attempt(lambda: service.publish(version, by=current_user),
                _("In force. The city is screened again, and everybody's eligibility decided again."))
    return redirect(url_for(".one", version_id=version_id))


def _read(version_id: int) -> tuple[CatalogueVersion, Catalogue]:
    version = versions.one(current_user, version_id)
    return version, rulebook.read(version.hash)
