"""The charity's certificate of public fundraising: what counts, what waits, and how a new one is sent in."""
from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField
from wtforms import DateField

from marketplace.core import images
from marketplace.people.organisations import queries
from marketplace.people.organisations.queries import papers as found
from marketplace.people.organisations.rules import NUMBER_MOST, CertificateDraft
from marketplace.people.organisations.service import certificates
from marketplace.web.forms import REQUIRED, Form, attempt, text
from marketplace.web.guard import allowed
from marketplace.web.public.wishes import serve_picture

papers = Blueprint("papers", __name__, url_prefix="/charity/certificate")


class CertificateForm(Form):
    number = text(_l("Number of the certificate"), NUMBER_MOST, render_kw={"autocomplete": "off"})
    issued_on = DateField(_l("Issued on"), [REQUIRED])
    valid_from = DateField(_l("Valid from"), [REQUIRED])
    valid_until = DateField(_l("Valid until"), [REQUIRED])
    photo = FileField(_l("A photo or scan of the certificate"), description=_l(
        "All four corners in the picture, every word readable. JPEG, PNG or WebP, at most 12 MB."))

    def draft(self) -> CertificateDraft:
        return CertificateDraft(self.number.data, self.issued_on.data, self.valid_from.data, self.valid_until.data)


@papers.get("/")
@allowed("charity.desk")
def shown():
    number = current_user.organisation_id
    return render_template("charity/papers/list.html", charity=queries.one(number), held=queries.certificate(number),
                           cooperation=queries.cooperation(number), papers=found.certificates(current_user, number),
                           form=Form())


@papers.route("/new", methods=["GET", "POST"])
@allowed("certificate.submit")
def submit():
    charity = queries.one(current_user.organisation_id)
    form = CertificateForm()
    if form.validate_on_submit():
        with form.refusals():
            upload = form.photo.data.read(images.MOST_BYTES + 1) if form.photo.data else b""
            certificates.submit(charity, form.draft(), upload, by=current_user)
            flash(_("Sent. An officer of the civil affairs bureau checks it."))
            return redirect(url_for(".shown"))
    return render_template("charity/papers/new.html", charity=charity, form=form), 422 if form.errors else 200


@papers.post("/<int:certificate_id>/withdraw")
@allowed("certificate.withdraw")
def withdraw(certificate_id: int):
    paper = found.paper(current_user, "certificate.withdraw", certificate_id)
    if Form().validate_on_submit():
        attempt(lambda: certificates.withdraw(paper, by=current_user), _("Taken back. You can send it in again."))
    return redirect(url_for(".shown"))


@papers.get("/<int:certificate_id>/<any(large, small):size>.webp")
@allowed("certificate.read")
def picture(certificate_id: int, size: str):
    """The picture, for the charity and for the officers of its area."""
    paper = found.paper(current_user, "certificate.read", certificate_id)
    return serve_picture(f"{paper.picture}-{images.WIDTHS[size == 'small']}.webp")
