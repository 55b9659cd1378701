"""What pages and refusals say about campaigns."""
from collections.abc import Callable
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.core.errors import Refused
from marketplace.market.campaigns import drives, rules
from marketplace.web.locale import lang, yuan

STATES = {
    "draft": _l("Draft"), "submitted": _l("Being checked"), "returned": _l("Please change something"),
    "approved": _l("Begins soon"), "live": _l("Taking gifts"), "closed": _l("Ended, being settled"),
    "settled": _l("Account settled"), "refused": _l("Not accepted"), "withdrawn": _l("Withdrawn"),
}
SECTIONS = {
    "about": _l("What it is for"), "when": _l("When and where"), "contact": _l("Who answers for it"),
    "money": _l("Goal and budget"), "giving": _l("How people give"), "filing": _l("Filing"),
    "targets": _l("Where it helps"),
}
WAYS = {"site": _l("On this site, by card or wallet, to the charity's account"), "bank": _l("Bank transfer"),
        "counter": _l("In cash at the charity's counter"), "goods": _l("Goods"),
        "platform": _l("On a designated fundraising platform")}
SURPLUS = {"similar_purpose": _l("For a similar purpose"), "fund": _l("Into the charity's fund for this purpose")}
LINE_KINDS = {"use": _l("For those it helps"), "cost": _l("Running the campaign")}
TARGETS = {"near": _l("Households that just miss a benefit"), "silent": _l("Households that nobody has been in touch with"),
           "goods": _l("Households that wish for goods"), "service": _l("Households that wish for a helping hand"),
           "money": _l("Households that need money for something")}
CHANGES = {"extension": _l("Later end"), "budget": _l("Other budget lines")}
CHANGE_STATES = {"asked": _l("Being checked"), "approved": _l("Approved"), "refused": _l("Not accepted"),
                 "withdrawn": _l("Taken back")}
ALLOCATIONS = {"wish": _l("Gift to a wish"), "purchase": _l("Purchase"), "cost": _l("Cost of the campaign")}
ALLOCATION_STATES = {"proposed": _l("Waits for a second person"), "approved": _l("Approved, not paid yet"),
                     "paid": _l("Paid"), "refused": _l("Refused"), "cancelled": _l("Given up")}
REPORTS = {"quarterly": _l("Report while it runs"), "final": _l("Full account after the end")}
SETTLEMENT_STATES = {"asked": _l("Being checked"), "approved": _l("Approved"), "returned": _l("Please change something")}
ALL_STATES = {**CHANGE_STATES, **ALLOCATION_STATES, **STATES, "published": _l("Published"), "corrected": _l("Corrected")}


def drive(code: str) -> str:
    """The name of a drive in the reader's language, or "" for none."""
    found = drives.listed().get(code)
    return found.name[lang()] if found else ""


def day(value) -> str:
    return format_date(value, "y年M月d日" if lang() == "zh" else "d MMMM y")


def sections(names) -> str:
    """Sections of a plan, as a list in a sentence."""
    known = {"lines": SECTIONS["money"], **SECTIONS}
    found = dict.fromkeys(str(known[name]) for name in names)
    return ("、" if lang() == "zh" else ", ").join(found)


INVALID: dict[str, Callable[[dict], str]] = {
    "amount": lambda f: _("Enter an amount in yuan, for example 80 or 80.50."),
    "before_start": lambda f: _("The end must come after the start."),
    "too_far": lambda f: _("A campaign can run until %(latest)s at most.", latest=day(f["latest"])),
    "lines_differ": lambda f: _("The budget lines add up to %(total)s. They must add up to the goal.",
                                total=yuan(f["total_fen"])),
    "over_percent": lambda f: _("At most %(most)s %% may be spent on running a campaign.", most=f["most"]),
    "cost_lines": lambda f: _("The lines for running the campaign may come to %(cap)s at most.", cap=yuan(f["cap_fen"])),
    "not_an_account": lambda f: _("Enter the account number in digits."),
    "not_a_link": lambda f: _("Enter an address that begins with https://"),
    "not_later": lambda f: _("Choose a day after %(day)s.", day=day(f["day"])),
    "below_taken": lambda f: _("“%(item)s” has given out %(taken)s already. It cannot be less.", item=f["item"],
                               taken=yuan(f["taken_fen"])),
    "over_budget": lambda f: _("All lines together can be %(most)s at most: the goal, or what came in when that is more.",
                               most=yuan(f["most_fen"])),
}


def _filed(no) -> str:
    if no.emergency:
        return _("In a major emergency the plan must be filed within ten days after the start: by %(day)s.",
                 day=day(no.until))
    return _("The plan must be filed at least ten days before the start: by %(day)s. Choose a later start.",
             day=day(no.until))


REFUSALS: dict[type[Refused], Callable[[Any], str]] = {
    rules.PlanIncomplete: lambda no: _("Something is still missing: %(sections)s.", sections=sections(no.sections)),
    rules.MayNotRaise: lambda no: _("No certificate of public fundraising is valid on %(day)s, neither your own nor a "
                                    "partner's. Without one nobody may raise money from the public.", day=day(no.on)),
    rules.FiledTooLate: _filed,
    rules.DisclosureLate: lambda no: _("A report of “%(title)s” was due on %(day)s and is not published. Publish it first; "
                                       "nothing new can begin before.", title=no.title, day=day(no.due_on)),
    rules.PlanFrozen: lambda no: _("The plan is with the bureau, or in force. It changes only by a change that the bureau "
                                   "approves."),
    rules.StalePlan: lambda no: _("This was changed after you opened the page. Look at it again."),
    rules.TooFewShown: lambda no: _("The map shows no number there: fewer than five households, or none."),
    rules.LineTooShort: lambda no: _("This budget line has %(left)s left. More needs a change of the budget.",
                                     left=yuan(no.left_fen)),
    rules.BalanceTooSmall: lambda no: _("The campaign has %(left)s that is not spoken for.", left=yuan(no.left_fen)),
    rules.OverCostCap: lambda no: _("Running the campaign may cost %(cap)s of what came in so far; %(left)s of that is "
                                    "left.", cap=yuan(no.cap_fen), left=yuan(no.left_fen)),
    rules.WishOfAnother: lambda no: _("Another charity carries this wish. This campaign cannot give to it."),
    rules.StillOpen: lambda no: _("Something is still open: money that is set aside and not paid, money that waits for its "
                                  "givers, or a change that waits for the bureau. Finish that first."),
}
