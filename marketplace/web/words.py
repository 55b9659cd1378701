"""From facts to sentences: refusals, states and kinds, in the visitor's language. No rule lives here."""
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from marketplace.assistance.policies.benefits import NoPhone
from marketplace.assistance.policies.rules import AlreadyRunning, KnownAlready, PreviewMissing, PreviewStale
from marketplace.core.errors import Invalid, NotAllowed, Refused, WrongState
from marketplace.market.deliveries.rules import NotAllPaid, WrongProof
from marketplace.market.pledges.rules import AmountTooSmall, ContactMissing
from marketplace.market.thanking.rules import NotHere
from marketplace.market.wishes.goods import prohibited_name
from marketplace.market.wishes.rules import (
    ConsentMissing,
    NotEligible,
    NotPublic,
    StaleForm,
    TooFewLeft,
    TooManyWishes,
    WishFrozen,
)
from marketplace.money.ledger.rules import Overdrawn
from marketplace.money.payments.provider import ProviderAway, RefundRefused
from marketplace.money.receipts.rules import KnownNumber, NotGiven, NoValue
from marketplace.network.registry.service import NotInRegistry
from marketplace.people.accounts.rules import TooManyTries, WrongCode, WrongPassword
from marketplace.web import declines, gift_words
from marketplace.web import words_of_campaigns as campaigns
from marketplace.web import words_of_charities as charity
from marketplace.web import words_of_deliveries as deliveries
from marketplace.web import words_of_funds as funds
from marketplace.web import words_of_goods as goods
from marketplace.web import words_of_matches as matches
from marketplace.web import words_of_matching as matching
from marketplace.web import words_of_money as money
from marketplace.web import words_of_offers as offers
from marketplace.web import words_of_runs as runs
from marketplace.web import words_of_volunteers as volunteers
from marketplace.web import words_of_worth as worth
from marketplace.web.locale import lang, yuan

WISH_STATES = {
    "draft": _l("Draft"), "submitted": _l("Being checked"), "returned": _l("Please change something"),
    "published": _l("Published"), "rejected": _l("Not accepted"), "withdrawn": _l("Withdrawn"),
    "expired": _l("Ended"), "closed": _l("Fulfilled"), "suspended": _l("Paused"),
}
PROGRESS = {
    "open": _l("Waiting for a giver"), "partly_pledged": _l("Partly taken on"), "pledged": _l("Taken on"),
    "delivering": _l("On the way"), "fulfilled": _l("Fulfilled"),
}
PLEDGE_STATES = {
    "reserved": _l("Held for you"), "committed": _l("Promised"), "delivering": _l("On the way"),
    "fulfilled": _l("Received"), "expired": _l("Lapsed"), "cancelled": _l("Cancelled"),
    "failed": _l("Did not arrive"), "refunded": _l("Money returned"), "late": _l("Waits for your choice"),
    "moved": _l("In the charity's fund"),
}
DELIVERY_STATES = {
    "planned": _l("Being prepared"), "dispatched": _l("On the way"), "arrived": _l("At the town station"),
    "handed_over": _l("Handed over"), "confirmed": _l("Receipt confirmed"), "disputed": _l("Something is wrong"),
    "returned": _l("Sent back"), "lost": _l("Lost"), "cancelled": _l("Cancelled"), **deliveries.STEPS,
}
KINDS = {"goods": _l("Goods"), "service": _l("Service"), "money": _l("Directed gift")}
URGENCIES = {"normal": _l("No hurry"), "soon": _l("Soon"), "urgent": _l("Urgent")}
AGE_BANDS = {"0-6": _l("aged 0–6"), "7-13": _l("aged 7–13"), "14-17": _l("aged 14–17"),
             "18-59": _l("aged 18–59"), "60+": _l("aged 60 or more")}
WAYS = runs.WAYS
ROLES = {"donor": _l("Donor"), "charity": _l("Charity"), "volunteer": _l("Volunteer"),
         "social_worker": _l("Social worker"), "verifier": _l("Verification officer"),
         "operator": _l("Hotline operator"), "supervisor": _l("Supervisor"), "administrator": _l("Administrator"),
         "beneficiary": _l("Beneficiary")}
ENDS = {
    "not_paid": _l("It was not paid in time."), "not_confirmed": _l("It was not confirmed in time."),
    "not_sent": _l("It was not sent in time."), "giver": _l("You took it back."),
    "charity": _l("The charity returned it."), "not_eligible": _l("The wish is paused."),
    "wish_ended": _l("The wish has ended."), "too_late": _l("The wish was no longer open when the money came."),
    "recalled": _l("The charity took it back from its store."),
    "returned": _l("It was sent back."), "lost": _l("It was lost on the way."),
    "disputed": _l("Your bank has taken the money back."), **volunteers.ENDS,
}
SCREENING_STATES = {"queued": _l("Waiting for a worker"), "running": _l("At work"), "stopping": _l("Being taken back"),
                    "stopped": _l("Stopped"), "done": _l("Finished")}
SCREENING_KINDS = {"full": _l("The whole city"), "changes": _l("What changed since"), "preview": _l("Preview of a draft")}
VERSION_STATES = {"draft": _l("Draft"), "previewed": _l("Effects worked out"), "published": _l("In force"),
                  "withdrawn": _l("Withdrawn"), "retired": _l("Was in force")}
BENEFIT_KINDS = {"cash_monthly": _l("Money every month"), "cash_once": _l("Money for a case"),
                 "fee_waiver": _l("Less to pay"), "in_kind": _l("Things"), "service": _l("A service")}
CONTACTS = {"visited": _l("Visited, spoken to"), "list_given": _l("Happiness list given"), "applied": _l("Has applied"),
            "declined": _l("Does not want it"), "not_found": _l("Nobody found"), "wished": _l("Wrote a wish")}
FOR_ONE_ALONE = _l("For one member alone to know")


class Words:
    """The tables, for templates."""

    wish, progress, pledge, delivery = WISH_STATES, PROGRESS, PLEDGE_STATES, DELIVERY_STATES
    screening, screening_kinds, version = SCREENING_STATES, SCREENING_KINDS, VERSION_STATES
    kinds, urgencies, age_bands, ways, roles, ends = KINDS, URGENCIES, AGE_BANDS, WAYS, ROLES, ENDS
    holders, trail = money.HOLDERS, money.TRAIL
    differences, difference_help, dispute_reasons = money.DIFFERENCES, money.DIFFERENCE_HELP, money.DISPUTE_REASONS
    posts, duties, members, organisation_kinds = charity.POSTS, charity.DUTIES, charity.MEMBERS, charity.KINDS
    certificate, cooperation, standings = charity.CERTIFICATES, charity.COOPERATIONS, charity.STANDINGS
    receipt, receipt_reasons, official = money.RECEIPT_STATES, money.RECEIPT_REASONS, money.OFFICIAL_STATES
    benefit_kinds, contacts, for_one_alone = BENEFIT_KINDS, CONTACTS, FOR_ONE_ALONE
    campaigns, funds = campaigns, funds
    gifts, declined = gift_words, staticmethod(declines.said)
    goods, matches, matching, money, offers = goods, matches, matching, money, offers
    worth, runs, volunteers, deliveries = worth, runs, volunteers, deliveries


IDENTIFIES = {"phone": _l("a phone number"), "resident_id": _l("an ID number"), "address": _l("an address"),
              "mail": _l("a mail address"), "account": _l("an account number"), "name": _l("a name")}
_INVALID = {
    "empty": lambda f: _("Please fill this in."),
    "not_a_phone": lambda f: _("Please enter a phone number, for example 138 0000 0000."),
    "too_many_bytes": lambda f: _("The picture is too large: at most %(most)s MB.", **f),
    "too_many_pixels": lambda f: _("The picture is too large: at most %(most)s million pixels.", **f),
    "no_picture": lambda f: _("This file is not a picture. Choose a photo (JPEG, PNG or WebP)."),
    "count": lambda f: _("At most %(most)s are possible.", **f),
    "not_positive": lambda f: _("Enter a number above zero."),
    "over_cap": lambda f: _("Together that is over the limit of %(cap)s. Ask for less, or for one thing only.",
                            cap=yuan(f["cap_fen"])),
    "too_long": lambda f: _("This is too long: at most %(most)s characters.", **f),
    "identifies": lambda f: _("This would tell strangers who the family is (%(what)s). Please take it out.",
                              what=IDENTIFIES[f["what"]]),
    "unknown": lambda f: _("Choose one of the answers."),
    "written_before": lambda f: _("Thanks were already written."),
    "credit_code": lambda f: _("This is not a unified social credit code: 18 digits and capitals, as on the business "
                               "licence."),
    "not_official": lambda f: _("Enter it as printed on the official receipt."),
    "named_before": lambda f: _("A name stands on it already."),
    "asked_before": lambda f: _("The official receipt was asked for already."),
    "declared_before": lambda f: _("The value was declared already."),
    "too_early": lambda f: _("This is before the gift: choose %(first)s or a later day.", **f),
    "not_covered": lambda f: _("The catalogue speaks of the days from %(first)s to %(last)s.", **f),
    "not_come": lambda f: _("This day has not come yet. Choose today or an earlier day."),
    **charity.INVALID,
    **campaigns.INVALID,
    **gift_words.INVALID,
    **matches.INVALID,
    **offers.INVALID,
    **worth.INVALID,
    **runs.INVALID,
    **volunteers.INVALID,
    **goods.INVALID,
    **deliveries.INVALID,
}


def _invalid(no: Invalid) -> str:
    if no.rule == "prohibited":
        return _("This can neither be wished for nor given: %(kind)s.", kind=prohibited_name(no.facts["kind"], lang()))
    return _INVALID[no.rule](no.facts)


_STATES = {**deliveries.STATES, **goods.STORE_STATES, **goods.RESERVATIONS, **runs.STATES, **volunteers.STATES,
           **volunteers.APPOINTMENTS, **offers.STATES, **worth.STATES, **gift_words.ALL_STATES, **matches.STATES,
           **matches.HONOUR_STATES, **campaigns.ALL_STATES, **charity.STATES,
           **money.OFFICIAL_STATES, **money.RECEIPT_STATES, **SCREENING_STATES, **VERSION_STATES, **DELIVERY_STATES,
           **PLEDGE_STATES, **WISH_STATES}
REFUSALS = {
    Invalid: _invalid,
    NotAllowed: lambda no: _("You cannot do this here."),
    WrongState: lambda no: _("This has changed in the meantime. It is now: %(state)s.",
                             state=_STATES.get(no.state, no.state)),
    WrongCode: lambda no: _("This code is not right, or is too old. Ask for a new one."),
    WrongPassword: lambda no: _("Name and password do not fit together."),
    TooManyTries: lambda no: _("Too many tries. Please wait %(minutes)s minutes.", minutes=no.minutes),
    NotInRegistry: lambda no: _("We found no household with this phone number. Ask your village worker, or call 12345."),
    NoPhone: lambda no: _("We know no phone number of this household. Print the list, or read it to them."),
    NotEligible: lambda no: _("Wishes are not possible for this household at the moment. Ask your village worker, "
                              "or call 12345."),
    ConsentMissing: lambda no: _("For a child, a guardian must agree and give their name.") if no.guardian
    else _("Publication needs the family's agreement."),
    WishFrozen: lambda no: _("Somebody has already promised something: the wish does not change any more."),
    TooManyWishes: lambda no: ngettext("Only %(num)d wish can be open at a time.",
                                       "Only %(num)d wishes can be open at a time.", no.most) if no.rule == "open"
    else ngettext("Only %(num)d wish a year is possible.", "Only %(num)d wishes a year are possible.", no.most),
    StaleForm: lambda no: _("Somebody else changed this wish after you opened it. Look at it again."),
    TooFewLeft: lambda no: _("Somebody was faster: nothing is left of this. Thank you all the same.") if no.left <= 0
    else _("Somebody was faster: less is left than you offered. Please choose again."),
    NotPublic: lambda no: _("This wish is no longer open."),
    AmountTooSmall: lambda no: _("Please give at least %(least)s.", least=yuan(no.least_fen)),
    ContactMissing: lambda no: _("Leave a phone number or a mail address, so that we can reach you."),
    ProviderAway: lambda no: _("The payment service does not answer at the moment. Nothing was paid. Try again in a "
                               "minute."),
    RefundRefused: lambda no: _("The payment service cannot give this back. Please settle it with the giver directly."),
    Overdrawn: lambda no: _("There is less money for this than you want to take: %(held)s is left.",
                            held=yuan(max(0, no.held_fen))),
    WrongProof: lambda no: _("That is neither the right code nor the household's card. %(left)s tries are left.",
                             left=no.left) if no.left
    else _("Too many wrong codes. Use the household's card, or send a new code."),
    AlreadyRunning: lambda no: _("Another run of this kind is at work (number %(number)s). Wait for its end, or stop it.",
                                 number=no.screening_id),
    KnownAlready: lambda no: _("This very text is in force already.") if no.state == "published"
    else _("This very text is a draft already. You find it in the list."),
    PreviewMissing: lambda no: _("The effects have not been worked out against the catalogue that is in force now. Have "
                                 "that done first."),
    PreviewStale: lambda no: _("The registry was loaded after the effects were worked out, so the numbers are old. Have "
                               "them worked out again."),
    NotGiven: lambda no: _("There is no receipt yet, or the gift went back."),
    NoValue: lambda no: _("The goods have no declared value yet. Send the charity their invoice first."),
    KnownNumber: lambda no: _("This number stands on another gift's official receipt. Compare it once more."),
    NotHere: lambda no: _("These goods have not arrived yet."),
    **campaigns.REFUSALS,
    **funds.REFUSALS,
    **gift_words.REFUSALS,
    **matches.REFUSALS,
    **matching.REFUSALS,
    **offers.REFUSALS,
    **worth.REFUSALS,
    **runs.REFUSALS,
    **goods.REFUSALS,
    **deliveries.REFUSALS,
    NotAllPaid: lambda no: _("%(missing)s is still missing before this can be bought.", missing=yuan(no.missing_fen)),
    **charity.REFUSALS,
    **volunteers.REFUSALS,
}


def refusal(no: Refused) -> str:
    """The sentence for a refusal. Raises KeyError for one that has none, so that a test finds it."""
    return str(REFUSALS[type(no)](no))
