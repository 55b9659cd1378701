"""All pages, by audience."""
from importlib import import_module

from flask import Flask

PAGES = {
    "public": ("basket", "campaigns", "cards", "demo", "gift_papers", "gifts", "giving", "goods:goods_list", "honour",
               "invitations", "letters", "needed", "offer_papers", "offers", "proofs", "receipts", "runs", "service_hours",
               "service_papers", "sign_in", "stations", "teams", "transparency", "volunteer", "wishes:public", "years"),
    "household": ("home:household", "writing"),
    "desk": ("appointments:desk_appointments", "board:desk", "campaigns:desk_campaigns",
             "certificates:desk_certificates", "charities:desk_charities",
             "coverage:desk_coverage", "deliveries:desk_deliveries", "exceptions:desk_exceptions",
             "households:desk_households", "near:desk_near", "needs", "operations", "problems:desk_problems",
             "silent:desk_silent", "stations:desk_stations", "visits:desk_visits", "wishes:desk_wishes"),
    "insight": ("books", "catalogue", "changes", "matching:insight_matching", "screenings"),
    "charity": ("allocations:charity_money", "appointments:charity_appointments", "campaign_news:charity_news",
                "campaigns:charity_campaigns", "cooperation:cooperations", "exceptions:charity_exceptions",
                "fund:charity_fund", "gifts:charity_gifts", "honours:charity_honours",
                "matches:charity_matches", "matching:charity_matching", "offers:charity_offers", "papers",
                "receipts:charity_receipts", "runs:charity_runs", "attestations:charity_service", "stock:charity_stock",
                "stock_batches:charity_batches", "stock_counts:charity_counts", "stock_intake:charity_intake",
                "stock_kits:charity_kits", "stock_lists:charity_lists", "stock_promises:charity_promises",
                "stock_stores:charity_stores", "team",
                "teams:charity_teams", "values:charity_values", "volunteers:charity_volunteers", "wishes:charity"),
    "hotline": ("receipts:hotline_receipts",),
    "api": ("health", "inbound", "webhook:hook"),
}  # by audience: modules, each with the name of its blueprint where that is another one


def register(app: Flask) -> None:
    from marketplace.extensions import csrf
    from marketplace.web.api import inbound, webhook

    csrf.exempt(webhook.hook)
    csrf.exempt(inbound.inbound)
    for audience, modules in PAGES.items():
        for entry in modules:
            module, _colon, name = entry.partition(":")
            app.register_blueprint(getattr(import_module(f"marketplace.web.{audience}.{module}"), name or module))
