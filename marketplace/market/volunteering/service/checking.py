"""Papers that the charity has seen, and trainings that were passed; recorded by somebody else than the volunteer."""
from datetime import date

from marketplace.core import audit, clock
from marketplace.core.crypto import private
from marketplace.core.errors import WrongState
from marketplace.core.transaction import transaction
from marketplace.market.volunteering import rules
from marketplace.market.volunteering.models import Volunteer, VolunteerCheck
from marketplace.people.accounts.permissions import demand

NUMBER_MOST = 40


def record(volunteer: Volunteer, kind: str, issued_on: date, valid_until: date | None, by,
           number: str = "") -> VolunteerCheck:
    """Keep that a paper was seen. It counts to its last day, at most as long as papers of its kind do here.

    Raises NotAllowed, Invalid (kind, issued_on, valid_until).
    """
    until = rules.check_paper(kind, issued_on, valid_until)
    with transaction() as session:
        demand(by, "volunteer.check", volunteer)
        made = VolunteerCheck(
            volunteer_id=volunteer.id, user_id=volunteer.user_id, organisation_id=volunteer.organisation_id, kind=kind,
            issued_on=issued_on, valid_until=until, number=private(number.strip()[:NUMBER_MOST]), checked_by=by.id,
            checked_at=clock.now())
        session.add(made)
        session.flush()
        audit.record(by.id, "volunteer.check", f"volunteer:{volunteer.id}", kind)
    return made


def take_back(volunteer: Volunteer, check_id: int, by) -> None:
    """What was recorded was wrong, or does not hold any more. Raises NotAllowed, WrongState."""
    with transaction() as session:
        demand(by, "volunteer.check", volunteer)
        found = session.get(VolunteerCheck, check_id, with_for_update=True)
        if found is None or found.volunteer_id != volunteer.id or found.taken_back_at:
            raise WrongState("take_back", "ended")
        found.taken_back_by, found.taken_back_at = by.id, clock.now()
        audit.record(by.id, "volunteer.check", f"volunteer:{volunteer.id}", f"{found.kind} taken back")
