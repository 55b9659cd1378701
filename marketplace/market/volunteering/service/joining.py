"""Somebody becomes a volunteer of a charity, says what they can do and when, and ends it."""
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from marketplace.core import audit, clock
from marketplace.core.crypto import Private
from marketplace.core.errors import Invalid
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.volunteering import checks, rules, telling
from marketplace.market.volunteering.models import Volunteer, VolunteerArea, VolunteerCheck, VolunteerSkill, VolunteerTime
from marketplace.market.volunteering.models.people import LIFE
from marketplace.market.volunteering.rules import Applied, ChecksMissing, Profile
from marketplace.market.volunteering.service import settling
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations.models import Organisation


def apply(organisation_id: int, written: Profile, by) -> Volunteer:
    """Ask a charity to help with it.

    Raises NotAllowed, Applied, Invalid (organisation, name, skills, areas, times).
    """
    written = rules.check_profile(written)
    with transaction() as session:
        demand(by, "volunteer.apply")
        charity = session.get(Organisation, organisation_id)
        if charity is None or charity.kind != "charity":
            raise Invalid("organisation", "unknown")
        made = Volunteer(user_id=by.id, organisation_id=charity.id, name=Private(written.name), applied_at=clock.now())
        try:
            with session.begin_nested():
                session.add(made)
        except IntegrityError as error:
            raise Applied from error
        _write(made, written)
        audit.record(by.id, "volunteer.apply", f"volunteer:{made.id}")
    return made


def edit(volunteer: Volunteer, written: Profile, by) -> bool:
    """Change what one can do, where and when. With another name the charity looks at the identity again: what was seen of it
    does not count any more. Returns whether it has to. Raises NotAllowed, Invalid.
    """
    written = rules.check_profile(written)
    with transaction():
        demand(by, "volunteer.edit", volunteer)
        renamed = volunteer.name.reveal() != written.name
        again = renamed and _forget_identity(volunteer, by.id)
        volunteer.name = Private(written.name)
        _write(volunteer, written)
        audit.record(by.id, "volunteer.edit", f"volunteer:{volunteer.id}", "another name" if renamed else "")
    return again


def _forget_identity(volunteer: Volunteer, actor: int) -> bool:
    return changed(update(VolunteerCheck).where(
        VolunteerCheck.volunteer_id == volunteer.id, VolunteerCheck.kind == "identity",
        VolunteerCheck.taken_back_at.is_(None)).values(taken_back_by=actor, taken_back_at=clock.now())) > 0


def _write(volunteer: Volunteer, written: Profile) -> None:
    volunteer.with_children = written.with_children
    volunteer.skills.clear()
    volunteer.areas.clear()
    volunteer.times.clear()
    db.session.flush()
    volunteer.skills.extend(VolunteerSkill(skill=skill) for skill in written.skills)
    volunteer.areas.extend(VolunteerArea(area_code=code) for code in written.areas)
    volunteer.times.extend(VolunteerTime(weekday=one.weekday, first_minute=one.first_minute, last_minute=one.last_minute)
                           for one in written.times)
    db.session.flush()


def approve(volunteer: Volunteer, by) -> None:
    """The charity takes somebody on, whose identity it has checked. Raises NotAllowed, WrongState, ChecksMissing."""
    with transaction():
        demand(by, "volunteer.approve", volunteer)
        if missing := checks.lacking(volunteer.id, rules.FOR_ALL, clock.today()):
            raise ChecksMissing(missing)
        _move(volunteer, "approve", by.id)
        telling.person(volunteer.user_id, "volunteer_approved")


def decline(volunteer: Volunteer, reason: str, by) -> None:
    """The charity does not take somebody on, and says why. Raises NotAllowed, WrongState, Invalid (reason)."""
    if reason not in rules.DECLINES:
        raise Invalid("reason", "unknown")
    with transaction():
        demand(by, "volunteer.decline", volunteer)
        _move(volunteer, "decline", by.id, reason)
        telling.person(volunteer.user_id, "volunteer_declined")


def pause(volunteer: Volunteer, by) -> None:
    """No times for a while: the volunteer's own wish, or the charity's; what was agreed as in `leave`.

    Raises NotAllowed, WrongState.
    """
    with transaction():
        demand(by, "volunteer.pause", volunteer)
        _move(volunteer, "pause", by.id)
        settling.let_go_all(volunteer, by.id)


def resume(volunteer: Volunteer, by) -> None:
    """Go on; what the charity has paused, the charity resumes. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "volunteer.resume", volunteer)
        _move(volunteer, "resume", by.id)


def leave(volunteer: Volunteer, by) -> None:
    """The volunteer ends it; for times that are agreed somebody else is looked for, and for who was to come along.

    Raises NotAllowed, WrongState.
    """
    with transaction():
        demand(by, "volunteer.leave", volunteer)
        _move(volunteer, "leave", by.id)
        settling.let_go_all(volunteer, by.id)


def end(volunteer: Volunteer, reason: str, by) -> None:
    """The charity ends it, and says why; else as `leave`. Raises NotAllowed, WrongState, Invalid (reason)."""
    if reason not in rules.REASONS:
        raise Invalid("reason", "unknown")
    with transaction():
        demand(by, "volunteer.end", volunteer)
        _move(volunteer, "end", by.id, reason)
        settling.let_go_all(volunteer, by.id)
        telling.person(volunteer.user_id, "volunteer_ended")


def exported(rows: int, with_phones: bool, by) -> None:
    """Keep that a list of volunteers was taken along. Raises NotAllowed."""
    with transaction():
        demand(by, "volunteer.export")
        if with_phones:
            demand(by, "volunteer.call")
        audit.record(by.id, "volunteer.export", f"organisation:{by.organisation_id}",
                     f"{rows} rows, {'with' if with_phones else 'without'} phones")


def _move(volunteer: Volunteer, verb: str, actor: int, reason: str = "") -> None:
    LIFE.move(volunteer, verb, decided_by=actor, decided_at=clock.now(), reason=reason)
    audit.record(actor, f"volunteer.{verb}", f"volunteer:{volunteer.id}", reason)
