"""Behind the link of an invitation: one person chooses a password."""
from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import Length

from marketplace.extensions import limiter
from marketplace.people.accounts import invitations as service
from marketplace.people.accounts.rules import PASSWORD_LEAST, PASSWORD_MOST, InvitationOver
from marketplace.people.organisations import queries as organisations
from marketplace.web import sessions
from marketplace.web.forms import REQUIRED, Form
from marketplace.web.guard import PUBLIC, allowed

invitations = Blueprint("invitations", __name__, url_prefix="/invitations")


class PasswordForm(Form):
    password = PasswordField(_l("Choose a password"), [REQUIRED, Length(max=PASSWORD_MOST)],
                             render_kw={"autocomplete": "new-password", "minlength": PASSWORD_LEAST})
    again = PasswordField(_l("The same password again"), [REQUIRED, Length(max=PASSWORD_MOST)],
                          render_kw={"autocomplete": "new-password"})

    def agree(self) -> bool:
        """Whether both are the same; otherwise it says so at the second."""
        if self.password.data != self.again.data:
            self.again.errors = [*self.again.errors, _("The two are not the same. Type it once more.")]
        return self.password.data == self.again.data


@invitations.route("/<secret>", methods=["GET", "POST"])
@allowed(PUBLIC)
@limiter.limit("30 per minute")
def choose(secret: str):
    user = service.invited(secret)
    if user is None:
        return render_template("public/invitation_over.html"), 410
    form = PasswordForm()
    if form.validate_on_submit() and form.agree():
        with form.refusals():
            try:
                user = service.accept(secret, form.password.data)
            except InvitationOver:
                return render_template("public/invitation_over.html"), 410
            sessions.begin(user)
            return redirect(url_for(sessions.HOME[user.role]))
    return render_template("public/invitation.html", form=form, person=user, least=PASSWORD_LEAST,
                           charity=organisations.one(user.organisation_id)), 422 if form.errors else 200
