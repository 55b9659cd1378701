"""What a giver holds in hand, whatever it was given for: the receipt, the certificate, the official receipt.

The routes are in `web.public.gift_papers` and `web.public.offer_papers`.
"""
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from marketplace.core.errors import Invalid
from marketplace.market.thanking import queries, service
from marketplace.market.thanking.given import Thing
from marketplace.money.receipts import proof, public
from marketplace.people.organisations.models import Organisation
from marketplace.web.forms import Form, attempt, choices, text
from marketplace.web.papers import certificate, paper
from marketplace.web.papers import receipt as receipt_paper


class NameForm(Form):
    payer = text(_l("Your name, as it should stand on the receipt"), 60, render_kw={"autocomplete": "name"})


class OfficialForm(Form):
    who = RadioField(_l("On whose name?"), default="person", choices=choices([
        ("person", _l("A person")), ("company", _l("A company or another organisation"))]))
    payer = text(_l("Full name, as on the ID card or the business licence"), 60)
    payer_code = text(_l("Unified social credit code (of a company)"), 30, required=False,
                      render_kw={"autocapitalize": "characters", "autocomplete": "off"})


@dataclass(frozen=True)
class Held:
    """What was given, to whom, and where its pages are. `kind` is that of a need, or "store" for what lies in one.

    `by` acts for it; `letter` is where its letter of thanks is, "" for none; `estimate_fen` what goods would cost that have
    no declared value.
    """

    of: Thing
    charity: Organisation
    kind: str
    by: object
    blueprint: str
    back: str
    letter: str = ""
    estimate_fen: int = 0
    args: dict[str, Any] = field(default_factory=dict)

    def at(self, page: str, **more: Any) -> str:
        """The address of one of its pages: "receipt", "pdf", "name" or "official"."""
        return url_for(f"{self.blueprint}.{page}", **self.args, **more)


def receipt(held: Held):
    """The receipt with the giver's name, and what there is to take along."""
    papers = queries.papers(held.of)
    shown = public.shown(papers.receipt) if papers.receipt else None
    return render_template("public/receipt.html", held=held, papers=papers, found=shown, form=NameForm(),
                           standing=proof.standing(papers.receipt) if papers.receipt else None)


def pdf(held: Held, kind: str):
    """On paper, in the language that the giver picked."""
    papers = queries.papers(held.of)
    if papers.receipt is None or not papers.receipt.in_force:
        abort(404)
    drawn = certificate if kind == "certificate" else receipt_paper
    name, language = papers.payer.reveal() if papers.payer else "", paper.asked_language(request.args.get("in", ""))
    return paper.sent(drawn.render(papers.receipt, name, language), f"{kind}-{papers.receipt.number}")


def name(held: Held):
    """Put a name on a receipt that names nobody."""
    form = NameForm()
    if form.validate_on_submit():
        attempt(lambda: service.name_payer(held.of, form.payer.data or "", held.by), _("Your name stands on it now."))
    elif form.payer.errors:
        flash(form.payer.errors[0], "error")
    return redirect(held.at("receipt"))


def official(held: Held):
    """Ask for the official receipt; once it was asked for, where it stands."""
    papers = queries.papers(held.of)
    form = OfficialForm(data={"payer": papers.payer.reveal() if papers.payer else ""})
    if papers.may_ask and form.validate_on_submit():
        with form.refusals():
            code = form.payer_code.data if form.who.data == "company" else ""
            if form.who.data == "company" and not (code or "").strip():
                raise Invalid("payer_code", "empty")
            service.ask_official(held.of, form.payer.data or "", code or "", held.by)
            flash(_("Asked for. The charity issues it in the finance bureau's system; we tell you when it is there."))
            return redirect(held.back)
    return render_template("public/official.html", held=held, papers=papers, form=form), 422 if form.errors else 200
