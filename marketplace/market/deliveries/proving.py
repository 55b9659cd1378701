"""What proves at the door that it is the household: its one-time code, or its card. Wrong ones are counted."""
import hmac
import secrets
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import update

from marketplace.core import audit, clock
from marketplace.core.transaction import transaction
from marketplace.market.deliveries.models import Delivery
from marketplace.market.deliveries.rules import CODE_TRIES, CODES_A_DAY, TRIES_A_DAY, TooManyCodes
from marketplace.network.registry import service as registry

DAY = timedelta(days=1)


def new_code(delivery: Delivery) -> str:
    """A fresh one-time code for the household; the one before stops working. Joins the open transaction."""
    code = f"{secrets.randbelow(10**6):06}"
    with transaction() as session:
        session.execute(update(Delivery).where(Delivery.id == delivery.id)
                        .values(code_digest=digest(delivery.id, code), code_wrong=0))
    return code


def ask_once_more(delivery: Delivery, actor: int) -> None:
    """Count that a new code was asked for. Joins. Raises TooManyCodes after CODES_A_DAY."""
    if audit.count(f"delivery:{delivery.id}", "delivery.arrive", "new code asked", clock.now() - DAY) >= CODES_A_DAY:
        raise TooManyCodes
    audit.record(actor, "delivery.arrive", f"delivery:{delivery.id}", "new code asked")


def tries_left(delivery: Delivery) -> int:
    """How often a code may still be wrong: CODE_TRIES for each, and TRIES_A_DAY for all codes of a day."""
    today = audit.count(f"delivery:{delivery.id}", "delivery.hand_over", "wrong proof", clock.now() - DAY)
    return max(0, min(CODE_TRIES - delivery.code_wrong, TRIES_A_DAY - today))


def proven(delivery: Delivery, proof: str, actor: int) -> str:
    """ "code", "card", or "" for neither, which is counted. Joins; the caller has locked the delivery."""
    given = proof.replace(" ", "").strip()
    if len(given) == 6 and tries_left(delivery) and hmac.compare_digest(delivery.code_digest, digest(delivery.id, given)):
        return "code"
    if registry.card_holder(given) == delivery.household_id:
        return "card"
    with transaction() as session:
        session.execute(update(Delivery).where(Delivery.id == delivery.id).values(code_wrong=Delivery.code_wrong + 1))
        audit.record(actor, "delivery.hand_over", f"delivery:{delivery.id}", "wrong proof")
    return ""


def digest(delivery_id: int, code: str) -> str:
    """What is kept of a code."""
    return sha256(f"{delivery_id}:{code}".encode()).hexdigest() if code else ""
