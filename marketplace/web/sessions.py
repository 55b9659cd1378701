"""Who is behind a request."""
from flask import redirect, request, session, url_for
from flask_login import LoginManager, login_user, logout_user

from marketplace.extensions import db
from marketplace.people.accounts.models import Guest, User

KEPT = ("lang", "large", "gifts", "basket")
HOME = {"beneficiary": "household.home", "donor": "gifts.mine", "volunteer": "volunteer.mine", "charity": "charity.board",
        "social_worker": "desk.board", "administrator": "operations.jobs", "supervisor": "screenings.listed",
        "operator": "hotline_receipts.find"}


def install(login: LoginManager) -> None:
    login.anonymous_user = Guest
    login.user_loader(_load)
    login.unauthorized_handler(_ask)
    login.session_protection = "basic"


def begin(user: User) -> None:
    """Sign in, under a new session: what the visitor held before does not carry over."""
    kept = {key: session[key] for key in KEPT if key in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    login_user(user)


def end() -> None:
    kept = {key: session[key] for key in ("lang", "large") if key in session}
    logout_user()
    session.clear()
    session.update(kept)


def _load(key: str) -> User | None:
    number, _, epoch = key.partition(".")
    user = db.session.get(User, int(number)) if number.isdecimal() else None
    return user if user and user.active and str(user.session_epoch) == epoch else None


def _ask():
    return redirect(url_for("sign_in.choose", next=request.full_path if request.method == "GET" else None))
