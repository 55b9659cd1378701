"""Messages to volunteers about their certificates."""
from marketplace.extensions import db
from marketplace.market.attestations.models import Attestation
from marketplace.people.accounts.models import User
from marketplace.people.notices import service as notices


def volunteer(attestation: Attestation) -> None:
    """Tell that it was issued, declined or revoked. Joins the open transaction."""
    user = db.session.get_one(User, attestation.giver_id)
    if user.phone:
        notices.write("sms", user.phone.reveal(), f"attestation_{attestation.state}", number=attestation.number or "")
