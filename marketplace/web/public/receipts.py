"""Where the code on a receipt leads: whether it is in force, what it says, and how it stands to the public proof."""
import json

from flask import Blueprint, Response, redirect, render_template, request, url_for

from marketplace.extensions import limiter
from marketplace.money.receipts import proof, public
from marketplace.money.receipts.rules import normal_number
from marketplace.people.organisations import queries as organisations
from marketplace.web.guard import PUBLIC, allowed

receipts = Blueprint("receipts", __name__, url_prefix="/receipts")
TRIES = "30 per minute; 300 per hour"


@receipts.get("/")
@allowed(PUBLIC)
def find():
    """Type a number in; it leads to its own address."""
    if typed := request.args.get("number", "").strip():
        return redirect(url_for(".one", number=normal_number(typed) or "-"))
    return render_template("public/receipts/find.html", unknown=False)


@receipts.get("/<number>")
@allowed(PUBLIC)
@limiter.limit(TRIES)
def one(number: str):
    found = public.one(number)
    if found is None:
        return _unknown()
    return render_template("public/receipts/one.html", found=found, receipt=found.receipt,
                           charity=organisations.one(found.receipt.organisation_id),
                           standing=proof.standing(found.receipt))


@receipts.get("/<number>/proof.json")
@allowed(PUBLIC)
@limiter.limit(TRIES)
def proof_json(number: str):
    """What is needed to check the receipt without us; once its day is published."""
    found = public.one(number)
    document = proof.document(found.receipt) if found else None
    if document is None:
        return _unknown()
    answer = Response(json.dumps(document, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="proof-{document["receipt"]["number"]}.json"'
    return answer


def _unknown():
    """The same answer for every number that is not one of ours."""
    return render_template("public/receipts/find.html", unknown=True), 404
