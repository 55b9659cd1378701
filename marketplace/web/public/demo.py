"""The demo city's own page: the messages that would have gone to phones and mailboxes."""
from flask import Blueprint, render_template

from marketplace.people.notices import queries as notices
from marketplace.web.guard import DEMO, allowed

demo = Blueprint("demo", __name__, url_prefix="/demo")


@demo.get("/messages")
@allowed(DEMO)
def messages():
    return render_template("public/messages.html", messages=notices.newest(40))
