"""What a charity tells of a campaign, and what it asks to change in its plan."""
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import MultipleFileField
from wtforms import DateField, FieldList, FormField, TextAreaField
from wtforms.validators import Length

from marketplace.core import fen
from marketplace.core.errors import Invalid
from marketplace.market.campaigns import public, service
from marketplace.market.campaigns.queries import changes, news
from marketplace.market.campaigns.rules import LIMITS
from marketplace.web.charity.campaigns import found
from marketplace.web.charity.plan_forms import LineForm, line_drafts, plain
from marketplace.web.forms import REQUIRED, Form, attempt, text
from marketplace.web.guard import allowed

charity_news = Blueprint("charity_news", __name__, url_prefix="/charity/campaigns")


class NewsForm(Form):
    title = text(_l("Headline"), 60)
    words = TextAreaField(_l("What happened?"), [REQUIRED, Length(max=LIMITS.words)], description=_l(
        "No name, no address, no telephone number of a family. It is public at once."))
    photos = MultipleFileField(_l("Pictures, at most four (optional)"))

    def uploads(self) -> list[bytes]:
        return [upload.read() for upload in self.photos.data or () if upload]


class ExtensionForm(Form):
    new_end = DateField(_l("New last day"), [REQUIRED])
    reason = TextAreaField(_l("Why is more time needed?"), [REQUIRED, Length(max=500)])


class BudgetForm(Form):
    lines = FieldList(FormField(LineForm), _l("New lines"), min_entries=2, max_entries=4)
    reason = TextAreaField(_l("Why must the budget change?"), [REQUIRED, Length(max=500)])


@charity_news.route("/<int:campaign_id>/news", methods=["GET", "POST"])
@allowed("campaign.tell")
def tell(campaign_id: int):
    """News of the campaign; below it what was told before."""
    campaign, form = found("campaign.tell", campaign_id), NewsForm()
    if form.validate_on_submit():
        with form.refusals():
            service.tell(campaign, form.title.data, form.words.data, current_user, form.uploads())
            flash(_("Published."))
            return redirect(url_for(".tell", campaign_id=campaign_id))
    return render_template("charity/campaigns/news.html", campaign=campaign, form=form,
                           updates=public.updates(campaign_id)), 422 if form.errors else 200


@charity_news.route("/<int:campaign_id>/news/<int:number>", methods=["GET", "POST"])
@allowed("campaign.tell")
def correct(campaign_id: int, number: int):
    """Say what is right instead of what was told; both stay."""
    campaign, form = found("campaign.tell", campaign_id), NewsForm()
    update = news.one(campaign_id, number)
    if request.method == "GET":
        form.title.data, form.words.data = update.title, update.words
    if form.validate_on_submit():
        with form.refusals():
            service.correct(update, form.title.data, form.words.data, by=current_user)
            flash(_("The correction is published."))
            return redirect(url_for(".tell", campaign_id=campaign_id))
    return render_template("charity/campaigns/correct.html", campaign=campaign, form=form, update=update), \
        422 if form.errors else 200


@charity_news.route("/<int:campaign_id>/extension", methods=["GET", "POST"])
@allowed("campaign.change")
def extension(campaign_id: int):
    campaign, form = found("campaign.change", campaign_id), ExtensionForm()
    if form.validate_on_submit():
        with form.refusals():
            service.changing.ask_extension(campaign, form.new_end.data, form.reason.data, by=current_user)
            flash(_("Asked. The bureau decides; until then nothing changes."))
            return redirect(url_for("charity_campaigns.one", campaign_id=campaign_id))
    return render_template("charity/campaigns/extension.html", campaign=campaign, form=form), 422 if form.errors else 200


@charity_news.route("/<int:campaign_id>/budget", methods=["GET", "POST"])
@allowed("campaign.change")
def budget(campaign_id: int):
    """Other amounts for the lines that stand, and new lines."""
    campaign, form = found("campaign.change", campaign_id), BudgetForm()
    typed = {line.id: request.form.get(f"line-{line.id}", plain(line.amount_fen)) for line in campaign.lines}
    if form.validate_on_submit():
        with form.refusals():
            amounts = {number: _fen(value) for number, value in typed.items()}
            service.changing.ask_budget(campaign, amounts, line_drafts(form.lines), form.reason.data, by=current_user)
            flash(_("Asked. The bureau decides; until then nothing changes."))
            return redirect(url_for("charity_campaigns.one", campaign_id=campaign_id))
    return render_template("charity/campaigns/budget.html", campaign=campaign, form=form, typed=typed,
                           most=changes.most_budget(campaign)), 422 if form.errors else 200


def _fen(typed: str) -> int:
    """An amount of a line that stands; nothing for a line that is given up. Raises Invalid."""
    try:
        return fen.from_yuan(typed or "0")
    except ValueError:
        raise Invalid("lines", "amount") from None


@charity_news.post("/changes/<int:change_id>/take_back")
@allowed("change.take_back")
def take_back(change_id: int):
    change = changes.one(current_user, "change.take_back", change_id)
    campaign_id = change.campaign_id
    if Form().validate_on_submit():
        attempt(lambda: service.changing.take_back(change, by=current_user), _("Taken back."))
    return redirect(url_for("charity_campaigns.one", campaign_id=campaign_id))
