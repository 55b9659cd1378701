"""A secret link for one person, shown once to whoever hands it on."""
import segno
from flask import Response, current_app, make_response, render_template, url_for

from marketplace.people.accounts.models import User
from marketplace.people.accounts.rules import INVITATION_LIVES


def shown_once(user: User, secret: str, back: str) -> Response:
    """The page with somebody's link to choose a password, in letters and as a picture for a phone; nobody keeps it."""
    site = current_app.config["SETTINGS"].site_url
    link = site + url_for("invitations.choose", secret=secret)
    answer = make_response(render_template(
        "desk/link.html", person=user, link=link, back=back, days=INVITATION_LIVES.days,
        picture=segno.make(link, error="m").svg_data_uri(scale=5, border=2)))
    answer.headers["Cache-Control"] = "no-store"
    return answer
