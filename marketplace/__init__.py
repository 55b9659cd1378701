"""Tiny Wishes: a social co-assistance marketplace for a city."""
import os
from pathlib import Path

import jinja2
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.core import crypto, database, outbox, storage
from marketplace.extensions import babel, csrf, db, limiter, login, migrate, queue
from marketplace.settings import Settings

ROOT = Path(__file__).parent.parent


def create_app(settings: Settings | None = None) -> Flask:
    """Build the site. Reads as its table of contents."""
    settings = settings or Settings.read(os.environ)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    configure(app, settings)
    if settings.production:  # behind one proxy, which says whose request it is
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    bind_extensions(app, settings)
    bind_core(app, settings)
    register_pages(app)
    register_commands(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    app.jinja_options = {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.config.from_mapping(
        SETTINGS=settings, SECRET_KEY=settings.secret_key, SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings), MAX_CONTENT_LENGTH=40 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.production, REMEMBER_COOKIE_SECURE=settings.production,
        PERMANENT_SESSION_LIFETIME=12 * 3600, WTF_CSRF_TIME_LIMIT=12 * 3600,
        BABEL_DEFAULT_LOCALE="zh", BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://", RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_DEFAULT="600 per minute")


def _engine_options(settings: Settings) -> dict:
    if settings.database_url.startswith("sqlite"):
        return {}
    return {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}


def bind_extensions(app: Flask, settings: Settings) -> None:
    from marketplace import worker
    from marketplace.web import locale, sessions

    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    login.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    babel.init_app(app, locale_selector=locale.chosen)
    sessions.install(login)
    worker.configure(queue, settings)
    with app.app_context():
        database.prepare(db.engine)


def bind_core(app: Flask, settings: Settings) -> None:
    from marketplace import worker
    from marketplace.assistance.policies import reactions as _policies  # noqa: F401  registers itself
    from marketplace.market.campaigns import reactions as _campaigns  # noqa: F401  registers itself
    from marketplace.market.deliveries import reactions as _deliveries  # noqa: F401  registers itself
    from marketplace.market.funds import reactions as _funds  # noqa: F401
    from marketplace.market.gifts import reactions as _gifts  # noqa: F401
    from marketplace.market.honours import reactions as _honours  # noqa: F401
    from marketplace.market.matches import reactions as _matches  # noqa: F401
    from marketplace.market.matching import reactions as _matching  # noqa: F401
    from marketplace.market.offers import reactions as _offers  # noqa: F401
    from marketplace.market.pledges import reactions as _pledges  # noqa: F401
    from marketplace.market.runs import reactions as _runs  # noqa: F401
    from marketplace.market.thanking import reactions as _thanking  # noqa: F401
    from marketplace.market.volunteering import reactions as _volunteering  # noqa: F401
    from marketplace.money.payments.provider import provider
    from marketplace.money.reconciliation import service as _reconciliation  # noqa: F401
    from marketplace.network.registry import reactions as _registry  # noqa: F401
    from marketplace.people.notices.service import post
    from marketplace.web import messages

    crypto.use(crypto.KeyRing.parse(settings.field_keys))
    storage.use(settings.storage_url)
    provider.bind(settings.stripe_api_key, settings.stripe_webhook_secret, settings.stripe_api_base)
    post.bind(settings.smtp_url, settings.sms_mail_domain, messages.wording(app, settings.site_url))
    outbox.on_wake(worker.wake)


def register_pages(app: Flask) -> None:
    from marketplace.web import errors, filters, guard, headers, numbers, pages

    numbers.install(app)
    filters.install(app)
    headers.install(app)
    pages.register(app)
    errors.install(app)
    guard.install(app)


def register_commands(app: Flask) -> None:
    from marketplace.cli import commands

    for group in commands():
        app.cli.add_command(group)
