"""Where the code on a certificate of voluntary service leads: whether it holds, and what it says."""
from flask import Blueprint, redirect, render_template, request, url_for

from marketplace.extensions import limiter
from marketplace.market.attestations import proof, public
from marketplace.market.attestations.rules import normal_number
from marketplace.people.organisations import queries as organisations
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.public.receipts import TRIES

service_papers = Blueprint("service_papers", __name__, url_prefix="/service")


@service_papers.get("/")
@allowed(PUBLIC)
def find():
    """Type a number in; it leads to its own address."""
    if typed := request.args.get("number", "").strip():
        return redirect(url_for(".one", number=normal_number(typed) or "-"))
    return render_template("public/service/find.html", unknown=False)


@service_papers.get("/<number>")
@allowed(PUBLIC)
@limiter.limit(TRIES)
def one(number: str):
    found = public.one(number)
    if found is None:
        return render_template("public/service/find.html", unknown=True), 404
    issued = found.attestation
    return render_template("public/service/one.html", found=found, issued=issued, standing=proof.standing(issued),
                           charity=organisations.one(issued.organisation_id))
