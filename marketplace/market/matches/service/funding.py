"""The company's money comes to the charity's bank: recorded by one person, in the books once a second one has seen it."""
from datetime import date

from sqlalchemy.exc import IntegrityError

from marketplace.core import audit, clock
from marketplace.core.errors import Invalid, WrongState
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.matches.models import FUNDING_LIFE, Funding, Match
from marketplace.market.matches.rules import MOST_FEN, FundingKnown
from marketplace.market.matches.service.planning import lock
from marketplace.money.ledger import service as ledger
from marketplace.people.accounts.permissions import demand


def record_funding(match: Match, amount_fen: int, reference: str, paid_on: date, by) -> Funding:
    """Keep what the bank says of the company's transfer, until a second person has seen it.

    Raises NotAllowed, WrongState (the match has ended), FundingKnown, Invalid (amount, number, day).
    """
    with transaction() as session:
        demand(by, "match.fund", match)
        lock(match)
        if match.state == "ended":
            raise WrongState("fund", match.state)
        if not 0 < amount_fen <= MOST_FEN:
            raise Invalid("amount", "not_positive")
        if not reference.strip():
            raise Invalid("reference", "empty")
        if paid_on > clock.today():
            raise Invalid("paid_on", "not_come")
        funding = Funding(match_id=match.id, organisation_id=match.organisation_id, amount_fen=amount_fen,
                          reference=reference.strip(), paid_on=paid_on, recorded_by=by.id, recorded_at=clock.now())
        try:
            with session.begin_nested():
                session.add(funding)
        except IntegrityError as error:
            raise FundingKnown from error
        audit.record(by.id, "match.fund", f"funding:{funding.id}", f"{amount_fen} fen")
    return funding


def confirm_funding(funding: Funding, by) -> None:
    """The money is at the bank, and lies ready on the match's account.

    Raises NotAllowed (also for its recorder), WrongState.
    """
    with transaction():
        match = _decide(funding, "confirm", by)
        if match.state == "ended":
            raise WrongState("fund", match.state)
        ledger.move(match.account, f"bank:{match.organisation_id}", funding.amount_fen, f"match_fund:{funding.id}")


def refuse_funding(funding: Funding, by) -> None:
    """There is no such transfer. Raises NotAllowed (also for its recorder), WrongState."""
    with transaction():
        _decide(funding, "refuse", by)


def _decide(funding: Funding, verb: str, by) -> Match:
    match = db.session.get_one(Match, funding.match_id)
    demand(by, f"funding.{verb}", funding)
    lock(match)
    FUNDING_LIFE.move(funding, verb, decided_by=by.id, decided_at=clock.now())
    audit.record(by.id, f"funding.{verb}", f"funding:{funding.id}")
    return match
