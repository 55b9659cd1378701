"""Messages that another program signs with a secret that both know: HMAC over the moment and the body."""
import hmac
from hashlib import sha256

from marketplace.core import clock

TOLERANCE = 300  # seconds


def sign(secret: str, body: bytes, moment: int) -> str:
    """The header of a message: "t=1700000000,v1=<hex>"."""
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256)
    return f"t={moment},v1={mac.hexdigest()}"


def holds(secret: str, body: bytes, header: str) -> bool:
    """Whether the header was made with this secret, of this body, not long ago. Nothing holds without a secret."""
    facts = dict(part.strip().split("=", 1) for part in header.split(",") if "=" in part)
    moment = facts.get("t", "")
    if not secret or not (moment.isascii() and moment.isdigit() and len(moment) < 12):
        return False
    fresh = abs(clock.now().timestamp() - int(moment)) <= TOLERANCE
    right = hmac.compare_digest(sign(secret, body, int(moment)).encode(), f"t={moment},v1={facts.get('v1', '')}".encode())
    return fresh and right
