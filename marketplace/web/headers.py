"""What every answer carries: a strict content policy, and no referrer to strangers."""
import secrets

from flask import Flask, Response, g, request

from marketplace.core import logs

POLICY = "; ".join((
    "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
    "form-action 'self' {pay}"))


def install(app: Flask) -> None:
    base = app.config["SETTINGS"].stripe_api_base
    pay = "https://checkout.stripe.com" if base == "https://api.stripe.com" else base
    policy = POLICY.format(pay=pay)

    @app.before_request
    def number() -> None:
        g.request_number = secrets.token_hex(8)
        logs.begin(request=g.request_number, endpoint=request.endpoint)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Request-Id", g.get("request_number", ""))
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=()")
        if app.config["SETTINGS"].production:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static" and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store" if "Set-Cookie" in response.headers else "private, no-cache"
        return response
