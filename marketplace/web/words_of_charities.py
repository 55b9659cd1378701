"""What `words` says about organisations, their people and their papers."""
from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.people.accounts.rules import InvitationOver
from marketplace.people.organisations.rules import CharitiesAlone, LastManager, NotCertified, WaitsAlready
from marketplace.web.locale import day

POSTS = {"manager": _l("Manager"), "clerk": _l("Clerk"), "storekeeper": _l("Storekeeper"),
         "volunteer_lead": _l("Volunteer lead")}
DUTIES = {"manager": _l("may do everything, chooses the people and sends in the papers"),
          "clerk": _l("records money and purchases, writes receipts"),
          "storekeeper": _l("keeps the goods and sends them"), "volunteer_lead": _l("looks after volunteers and their runs")}
MEMBERS = {"open": _l("Active"), "invited": _l("Invited"), "lapsed": _l("Link has lapsed"), "shut": _l("Closed")}
KINDS = {"charity": _l("Charitable organisation"), "company": _l("Company"), "group": _l("Other organisation")}
CERTIFICATES = {"submitted": _l("Waits for the check"), "approved": _l("Approved"),
                "refused": _l("Not accepted"), "withdrawn": _l("Taken back"), "revoked": _l("Revoked")}
COOPERATIONS = {"proposed": _l("Waits for the charity"), "agreed": _l("Agreed"), "declined": _l("Declined"),
                "withdrawn": _l("Taken back"), "ended": _l("Ended early")}
STANDINGS = {"valid": _l("May raise funds"), "ending": _l("Ends soon"), "coming": _l("Begins later"),
             "ended": _l("Certificate has ended"), "together": _l("Raises in cooperation"), "none": _l("No certificate")}
STATES = {**MEMBERS, **CERTIFICATES, **COOPERATIONS}
INVALID: dict[str, Callable[[dict], str]] = {
    "over": lambda f: _("This day is over. Choose today or a later day."),
    "days_turned": lambda f: _("The last day lies before the first one. Look at both again."),
    "too_early": lambda f: _("This year lies before the Charity Law of 2016. Look at the paper again."),
    "too_young": lambda f: _("The organisation was registered on %(registered)s: no certificate can have been issued before "
                             "%(first)s.", registered=day(f["registered"]), first=day(f["first"])),
    "taken": lambda f: _("An organisation with this credit code is here already."),
    "itself": lambda f: _("Choose another charity than your own."),
    "credit_code": lambda f: _("This is no credit code: it has 18 characters, without I, O, S, V and Z, and the last one "
                               "must fit the others. Compare it with the registration."),
    "username": lambda f: _("Take 3 to 40 small letters, digits, dots or dashes, beginning with a letter or digit."),
    "username_taken": lambda f: _("Somebody has this name already. Choose another one, for example with a number."),
    "password_short": lambda f: _("Take at least %(least)s characters.", **f),
    "password_plain": lambda f: _("This is too easy to guess."),
    "filing_form": lambda f: _("A filing number is the charity's credit code, then A, two digits of the year and three "
                               "digits: %(example)s", **f),
    "filing_code": lambda f: _("The credit code at the beginning has a slip in it. It should be %(code)s.", **f),
    "filing_of_another": lambda f: _("This is the filing of another charity. Yours begins with %(code)s.", **f),
    "filing_year": lambda f: _("There can be no filing of the year %(year)s. Look at the two digits after the A.", **f),
}
REFUSALS: dict[type, Callable] = {
    InvitationOver: lambda no: _("This link has been used, or is too old. Ask for a new one."),
    LastManager: lambda no: _("Nobody else manages the charity. Make somebody a manager first."),
    WaitsAlready: lambda no: _("One is waiting for an answer already. Take it back first."),
    CharitiesAlone: lambda no: _("Only a charitable organisation can have a certificate. Raise funds together with one."),
    NotCertified: lambda no: _("This charity has no valid certificate of public fundraising today: it cannot raise funds."),
}
