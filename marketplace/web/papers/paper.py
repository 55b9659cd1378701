"""What receipts and certificates on paper have in common: the lantern, the code to scan, what was given in words."""
import io
from pathlib import Path

import segno
from flask import Response, current_app
from flask_babel import force_locale
from flask_babel import gettext as _

from marketplace.core import fen
from marketplace.core.paper import ACCENT, INK, QUIET, Sheet
from marketplace.money.receipts.models import Receipt
from marketplace.people.organisations import queries as organisations
from marketplace.web.lists import private
from marketplace.web.locale import LANGUAGES, lang, yuan

LANTERN = Path(__file__).parents[3] / "static" / "img" / "favicon.svg"
GROUND, LINE, LIGHT = (250, 245, 236), (228, 216, 197), (255, 253, 249)
CODE = 30  # mm of the code to scan

__all__ = ["ACCENT", "GROUND", "INK", "LIGHT", "LINE", "QUIET"]


def asked_language(asked: str) -> str:
    """The language that a giver picked for the paper, else the page's."""
    return asked if asked in LANGUAGES else lang()


def address(receipt: Receipt) -> str:
    """Where anybody can check a receipt."""
    return f"{current_app.config['SETTINGS'].site_url}/receipts/{receipt.number}"


def receiver(receipt: Receipt) -> str:
    """The name of the organisation in the reader's language; in Chinese as it was when the receipt was issued."""
    english = organisations.one(receipt.organisation_id).english if lang() == "en" else ""
    return english or receipt.organisation


def unnamed() -> str:
    """Somebody who gave and wishes to stay unnamed."""
    return _("A kind person")


def given(receipt: Receipt) -> str:
    """What was given, as a person says it: ¥120, or 棉被 2 条."""
    if receipt.kind == "money":
        return yuan(abs(receipt.amount_fen))
    return "、".join(f"{item} × {quantity} {unit}".strip() for item, quantity, unit in receipt.items)


def in_words(amount_fen: int) -> str:
    """An amount in capitals; in Chinese alone, where the law wants it so."""
    return fen.words(abs(amount_fen))


def lantern(sheet: Sheet, x: float, y: float, width: float) -> None:
    sheet.image(LANTERN, x=x, y=y, w=width)


def code(sheet: Sheet, link: str, x: float, y: float, width: float = CODE) -> None:
    """The code that leads to the page where the receipt can be checked, white with its quiet margin."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=8, border=4)
    sheet.image(out, x=x, y=y, w=width, alt_text=link)


def sent(content: bytes, name: str) -> Response:
    """The file, for no cache to keep."""
    answer = private(content)
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def in_language(language: str):
    return force_locale(language)
