"""What somebody gave in a year, from the receipts that are in force; for people who are signed in."""
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from marketplace.core import clock
from marketplace.market.letters import queries as letters
from marketplace.money.receipts import queries
from marketplace.people.organisations import queries as organisations
from marketplace.web.guard import allowed
from marketplace.web.papers import paper
from marketplace.web.papers import year as year_paper

years = Blueprint("years", __name__, url_prefix="/gifts/years")


@years.get("/")
@allowed("receipt.read")
def newest():
    known = queries.years(current_user)
    return redirect(url_for(".one", year=known[0] if known else clock.today().year))


@years.get("/<int:year>")
@allowed("receipt.read")
def one(year: int):
    found = _of(year)
    return render_template("public/year.html", found=found, totals=year_paper.totals(found),
                           years=queries.years(current_user), letters=letters.year(current_user, year),
                           charities=organisations.names())


@years.get("/<int:year>.pdf")
@allowed("receipt.read")
def pdf(year: int):
    language = paper.asked_language(request.args.get("in", ""))
    return paper.sent(year_paper.render(_of(year), current_user.display_name, language), f"gifts-{year}")


def _of(year: int) -> queries.Year:
    if not 2000 <= year <= clock.today().year:
        abort(404)
    return queries.year(current_user, year)
