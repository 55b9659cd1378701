"""Every route says what it is for. A route that says nothing stops the application from starting."""
from collections.abc import Callable

from flask import Flask, abort, current_app, request
from flask_login import current_user

from marketplace.people.accounts.permissions import RULES, may

PUBLIC = "public"
DEMO = "demo"


def allowed(*capabilities: str) -> Callable:
    """Declare what a route is for: names from RULES of which any will do, or PUBLIC, or DEMO (the demo city only)."""
    def mark(view):
        view.capabilities = capabilities
        return view
    return mark


def of(app: Flask, endpoint: str) -> tuple[str, ...]:
    """What the route declares; static files are public."""
    return (PUBLIC,) if endpoint == "static" else getattr(app.view_functions[endpoint], "capabilities", ())


def install(app: Flask) -> None:
    """Refuse undeclared routes now; check the rest before each request."""
    for rule in app.url_map.iter_rules():
        declared = of(app, rule.endpoint)
        if not declared or not {PUBLIC, DEMO, *RULES}.issuperset(declared):
            raise RuntimeError(f"{rule.endpoint} declares no known capability")
    app.before_request(_readable)
    app.before_request(_check)


def _readable():
    """No text that a person can type holds a NUL, and PostgreSQL keeps none."""
    if any("\0" in value for values in (request.args, request.form) for _name, value in values.items(multi=True)):
        abort(400)


def _check():
    if request.endpoint is None:
        return None
    declared = of(current_app, request.endpoint)
    if PUBLIC in declared:
        return None
    if DEMO in declared:
        return None if current_app.config["SETTINGS"].demo else abort(404)
    if any(may(current_user, capability) for capability in declared):
        return None
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()
    return abort(403)
