"""What a giver holds in hand: the receipt, the certificate, the official receipt. The secret link is the key."""
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from marketplace.core.errors import Invalid
from marketplace.extensions import limiter
from marketplace.market.thanking import queries, service
from marketplace.money.receipts import proof, public
from marketplace.web.forms import Form, attempt, choices, text
from marketplace.web.guard import PUBLIC, allowed
from marketplace.web.papers import certificate, paper
from marketplace.web.papers import receipt as receipt_paper
from marketplace.web.public import money

gift_papers = Blueprint("gift_papers", __name__, url_prefix="/gifts")


class NameForm(Form):
    payer = text(_l("Your name, as it should stand on the receipt"), 60, render_kw={"autocomplete": "name"})


class OfficialForm(Form):
    who = RadioField(_l("On whose name?"), default="person", choices=choices([
        ("person", _l("A person")), ("company", _l("A company or another organisation"))]))
    payer = text(_l("Full name, as on the ID card or the business licence"), 60)
    payer_code = text(_l("Unified social credit code (of a company)"), 30, required=False,
                      render_kw={"autocapitalize": "characters", "autocomplete": "off"})


@gift_papers.get("/<secret>/receipt")
@allowed(PUBLIC)
def receipt(secret: str):
    """The receipt with the giver's name, and what there is to take along."""
    held = money.held(secret)
    papers = queries.papers(held.of)
    shown = public.shown(papers.receipt) if papers.receipt else None
    return render_template(
        "public/receipt.html", held=held, secret=secret, papers=papers, found=shown, form=NameForm(),
        standing=proof.standing(papers.receipt) if papers.receipt else None)


@gift_papers.get("/<secret>/<any(receipt, certificate):kind>.pdf")
@allowed(PUBLIC)
@limiter.limit("30 per minute")
def pdf(secret: str, kind: str):
    """On paper, in the language that the giver picked."""
    papers = queries.papers(money.held(secret).of)
    if papers.receipt is None or not papers.receipt.in_force:
        abort(404)
    drawn = certificate if kind == "certificate" else receipt_paper
    name, language = papers.payer.reveal() if papers.payer else "", paper.asked_language(request.args.get("in", ""))
    return paper.sent(drawn.render(papers.receipt, name, language), f"{kind}-{papers.receipt.number}")


@gift_papers.post("/<secret>/name")
@allowed(PUBLIC)
def name(secret: str):
    """Put a name on a receipt that names nobody."""
    of, form = money.held(secret).of, NameForm()
    if form.validate_on_submit():
        attempt(lambda: service.name_payer(of, form.payer.data, money.acting(of)), _("Your name stands on it now."))
    elif form.payer.errors:
        flash(form.payer.errors[0], "error")
    return redirect(url_for(".receipt", secret=secret))


@gift_papers.route("/<secret>/official", methods=["GET", "POST"])
@allowed(PUBLIC)
def official(secret: str):
    """Ask for the official receipt; once it was asked for, where it stands."""
    held = money.held(secret)
    papers = queries.papers(held.of)
    form = OfficialForm(data={"payer": papers.payer.reveal() if papers.payer else ""})
    if papers.may_ask and form.validate_on_submit():
        with form.refusals():
            code = form.payer_code.data if form.who.data == "company" else ""
            if form.who.data == "company" and not (code or "").strip():
                raise Invalid("payer_code", "empty")
            service.ask_official(held.of, form.payer.data, code or "", money.acting(held.of))
            flash(_("Asked for. The charity issues it in the finance bureau's system; we tell you when it is there."))
            return redirect(url_for("gifts.follow", secret=secret))
    return render_template("public/official.html", held=held, secret=secret, papers=papers, form=form), \
        422 if form.errors else 200
