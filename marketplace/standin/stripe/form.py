"""A card as a payer types it. The number is checked, used, and forgotten."""
import re
from collections.abc import Mapping
from datetime import datetime

from marketplace.standin.stripe import cards

WIDE = str.maketrans("０１２３４５６７８９／　", "0123456789/ ")  # as Chinese keyboards write them


class CardForm:
    """`wrong` names the words for each field that does not fit."""

    def __init__(self, given: Mapping[str, str]):
        self.number = re.sub(r"[\s-]", "", given.get("number", "").translate(WIDE))
        self.expiry = given.get("expiry", "").translate(WIDE).strip()
        self.cvc = given.get("cvc", "").translate(WIDE).strip()
        self.wrong: dict[str, str] = {}

    def fits(self, now: datetime) -> bool:
        """Whether a bank may be asked; fills `wrong` otherwise."""
        if not cards.sums(self.number):
            self.wrong["number"] = "bad_number"
        elif self.number not in cards.NUMBERS:
            self.wrong["number"] = "no_test_card"
        date = re.fullmatch(r"(0?[1-9]|1[0-2])\s*[/-]?\s*(?:20)?(\d\d)", self.expiry)
        if not date:
            self.wrong["expiry"] = "bad_expiry"
        elif (2000 + int(date[2]), int(date[1])) < (now.year, now.month):
            self.wrong["expiry"] = "past_expiry"
        if not re.fullmatch(r"[0-9]{3,4}", self.cvc):
            self.wrong["cvc"] = "bad_cvc"
        return not self.wrong
