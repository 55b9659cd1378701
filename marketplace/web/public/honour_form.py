"""What a giver says about standing on the board."""
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField

from marketplace.market.gifts.rules import SHOWN_MOST
from marketplace.market.honours.models import Honour
from marketplace.web.forms import Form, choices, text
from marketplace.web.words_of_matches import HONOUR_KINDS


class HonourForm(Form):
    shown_as = text(_l("Name on the board"), SHOWN_MOST)
    kind = RadioField(_l("Who gives?"), default="person", choices=choices(HONOUR_KINDS.items()))
    with_amount = BooleanField(_l("What I gave in money may stand beside it"))


def blank(honour: Honour | None, shown_as: str = "") -> HonourForm:
    """The form as it begins, with what stands on the board now, or the name that was typed when giving."""
    if honour is None:
        return HonourForm(formdata=None, shown_as=shown_as)
    return HonourForm(formdata=None, shown_as=honour.shown_as, kind=honour.kind, with_amount=honour.with_amount)
