"""All pages, by audience."""
from flask import Flask


def register(app: Flask) -> None:
    from marketplace.extensions import csrf
    from marketplace.web.api import health, webhook
    from marketplace.web.charity.cooperation import cooperations
    from marketplace.web.charity.gifts import charity_gifts
    from marketplace.web.charity.papers import papers
    from marketplace.web.charity.team import team
    from marketplace.web.charity.wishes import charity
    from marketplace.web.desk.board import desk
    from marketplace.web.desk.certificates import desk_certificates
    from marketplace.web.desk.charities import desk_charities
    from marketplace.web.desk.coverage import desk_coverage
    from marketplace.web.desk.deliveries import desk_deliveries
    from marketplace.web.desk.households import desk_households
    from marketplace.web.desk.near import desk_near
    from marketplace.web.desk.needs import needs
    from marketplace.web.desk.operations import operations
    from marketplace.web.desk.silent import desk_silent
    from marketplace.web.desk.wishes import desk_wishes
    from marketplace.web.household.home import household
    from marketplace.web.household.writing import writing
    from marketplace.web.insight.books import books
    from marketplace.web.insight.catalogue import catalogue
    from marketplace.web.insight.changes import changes
    from marketplace.web.insight.screenings import screenings
    from marketplace.web.public.basket import basket
    from marketplace.web.public.demo import demo
    from marketplace.web.public.gifts import gifts
    from marketplace.web.public.giving import giving
    from marketplace.web.public.invitations import invitations
    from marketplace.web.public.sign_in import sign_in
    from marketplace.web.public.transparency import transparency
    from marketplace.web.public.wishes import public

    csrf.exempt(webhook.hook)
    for pages in (public, transparency, gifts, giving, basket, sign_in, invitations, demo, household, writing, desk,
                  desk_wishes, desk_deliveries, desk_households, desk_silent, desk_near, desk_coverage, needs, screenings,
                  changes, catalogue, books, charity, charity_gifts, team, papers, cooperations, desk_charities,
                  desk_certificates, operations, webhook.hook, health.health):
        app.register_blueprint(pages)
