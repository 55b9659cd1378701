"""Teams: founded by one person, public once a charity has confirmed the name, joined by a link, left at any time."""
import secrets
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from marketplace.core import audit, clock
from marketplace.core.crypto import Private, private
from marketplace.core.errors import Invalid
from marketplace.core.transaction import changed, transaction
from marketplace.extensions import db
from marketplace.market.teams import rules, telling
from marketplace.market.teams.models import KINDS, LIFE, Team, TeamMember, TeamSecret
from marketplace.market.teams.rules import InTeam, LinkOver, TeamNameTaken
from marketplace.people.accounts.permissions import demand
from marketplace.people.organisations import queries as organisations


@dataclass(frozen=True)
class Draft:
    """What a founder says of a team; `contact` is who can confirm the name, for the charity alone."""

    name: str
    kind: str
    organisation_id: int
    contact: str
    english: str = ""


def found(draft: Draft, by) -> Team:
    """Found a team, be its first member, and ask a charity to confirm the name. Its link works from now on.

    Raises NotAllowed, InTeam, TeamNameTaken, Invalid (name, english, kind, charity, contact).
    """
    name, english, contact = _checked(draft)
    if draft.kind not in KINDS:
        raise Invalid("kind", "unknown")
    with transaction() as session:
        demand(by, "company_team.found")
        team = Team(ref=secrets.token_hex(5), name=name, english=english, kind=draft.kind,
                    organisation_id=draft.organisation_id, founder_id=by.id, founded_at=clock.now())
        try:
            with session.begin_nested():
                session.add(team)
        except IntegrityError as error:
            raise TeamNameTaken from error
        session.add(TeamSecret(team_id=team.id, contact=private(contact)))
        _enter(team, by)
        audit.record(by.id, "company_team.found", f"team:{team.id}")
        renew_link(team, by)
    return team


def _checked(draft: Draft) -> tuple[str, str, str]:
    english = rules.check_name("english", draft.english) if draft.english.strip() else ""
    if not organisations.may_raise(draft.organisation_id):
        raise Invalid("charity", "unknown")
    return rules.check_name("name", draft.name), english, rules.check_contact(draft.contact)


def ask_again(team: Team, draft: Draft, by) -> None:
    """Ask anew for a name that was declined, or for another one. Raises NotAllowed, WrongState, TeamNameTaken, Invalid."""
    name, english, contact = _checked(draft)
    with transaction() as session:
        demand(by, "company_team.ask_again", team)
        try:
            with session.begin_nested():
                LIFE.move(team, "ask_again", name=name, english=english, reason="", organisation_id=draft.organisation_id)
        except IntegrityError as error:
            raise TeamNameTaken from error
        session.get_one(TeamSecret, team.id).contact = Private(contact)
        audit.record(by.id, "company_team.ask_again", f"team:{team.id}")


def renew_link(team: Team, by) -> str:
    """A fresh link to join; an earlier one is worth nothing from now on. Raises NotAllowed."""
    link = secrets.token_urlsafe(9)
    with transaction() as session:
        demand(by, "company_team.renew_link", team)
        kept = session.get_one(TeamSecret, team.id)
        kept.link, kept.digest = private(link), digest(link)
        audit.record(by.id, "company_team.renew_link", f"team:{team.id}")
    return link


def digest(link: str) -> str:
    """By what a link is found; the link itself is kept sealed."""
    return sha256(link.encode()).hexdigest()


def approve(team: Team, basis: str, by) -> None:
    """The charity confirms that these people may use the name; from now on the team has its page.

    Raises NotAllowed, WrongState, Invalid (basis).
    """
    if basis not in rules.BASES:
        raise Invalid("basis", "unknown")
    _decide(team, "approve", by, basis=basis)


def decline(team: Team, reason: str, by) -> None:
    """The name may not be used. Raises NotAllowed, WrongState, Invalid (reason)."""
    _refuse(team, "decline", reason, rules.DECLINES, by)


def hide(team: Team, reason: str, by) -> None:
    """Take a team's page away, because its name is misused or not wanted any more. Raises as `decline`."""
    _refuse(team, "hide", reason, rules.HIDES, by)


def _refuse(team: Team, verb: str, reason: str, known: tuple[str, ...], by) -> None:
    if reason not in known:
        raise Invalid("reason", "unknown")
    _decide(team, verb, by, reason=reason)


def _decide(team: Team, verb: str, by, **why: str) -> None:
    with transaction():
        demand(by, f"company_team.{verb}", team)
        LIFE.move(team, verb, decided_by=by.id, decided_at=clock.now(), **why)
        audit.record(by.id, f"company_team.{verb}", f"team:{team.id}", next(iter(why.values())))
        telling.founder(team)


def join(link: str, by) -> TeamMember:
    """Become a member: from today on, what the member gives and does counts for the team too, in its sums alone.

    Raises NotAllowed, LinkOver, InTeam.
    """
    with transaction() as session:
        demand(by, "company_team.join")
        team = session.scalars(select(Team).join(TeamSecret, TeamSecret.team_id == Team.id).where(
            TeamSecret.digest == digest(link), Team.state.in_(("asked", "declined", "approved")))).first()
        if team is None:
            raise LinkOver
        member = _enter(team, by)
        audit.record(by.id, "company_team.join", f"team:{team.id}")
    return member


def _enter(team: Team, by) -> TeamMember:
    member = TeamMember(team_id=team.id, user_id=by.id, joined_on=clock.today())
    try:
        with db.session.begin_nested():
            db.session.add(member)
    except IntegrityError as error:
        raise InTeam from error
    return member


def show_as(member: TeamMember, name: str, by) -> None:
    """Be seen on the team's page under this name, or by "" not any more. Raises NotAllowed, Invalid (shown_as)."""
    with transaction():
        demand(by, "team_member.show_as", member)
        member.shown_as = rules.check_name("shown_as", name, rules.SHOWN_MOST) if name.strip() else ""
        audit.record(by.id, "team_member.show_as", f"team:{member.team_id}", "shown" if member.shown_as else "taken back")


def leave(member: TeamMember, by) -> None:
    """Leave at once. What was given before stays in the team's sums. A founder's link ends with it. Safe twice.

    Raises NotAllowed.
    """
    with transaction() as session:
        demand(by, "team_member.leave", member)
        if not changed(update(TeamMember).where(TeamMember.id == member.id, TeamMember.left_on.is_(None))
                       .values(left_on=clock.today(), shown_as="")):
            return
        session.refresh(member)
        if session.get_one(Team, member.team_id).founder_id == member.user_id:
            _cut(member.team_id)
        audit.record(by.id, "team_member.leave", f"team:{member.team_id}")


def end(team: Team, by) -> None:
    """The founder ends the team: its page is gone, and everybody is free to join another. Raises NotAllowed, WrongState."""
    with transaction():
        demand(by, "company_team.end", team)
        LIFE.move(team, "end")
        changed(update(TeamMember).where(TeamMember.team_id == team.id, TeamMember.left_on.is_(None))
                .values(left_on=clock.today(), shown_as=""))
        db.session.expire_all()
        _cut(team.id)
        audit.record(by.id, "company_team.end", f"team:{team.id}")


def _cut(team_id: int) -> None:
    kept = db.session.get_one(TeamSecret, team_id)
    kept.link = kept.digest = None
