"""How much of a company's promise is used. Whoever calls these holds the lock on the match, and joins."""
from datetime import date

from sqlalchemy import ColumnElement, and_, update

from marketplace.core import audit, clock
from marketplace.core.transaction import changed
from marketplace.extensions import db
from marketplace.market.matches.models import Doubling, Match
from marketplace.money.ledger import service as ledger


def running(organisation_id: int, serves: str) -> ColumnElement[bool]:
    """Which matches of a charity add today to gifts of this kind and still have something to add."""
    today: date = clock.today()
    return and_(Match.state == "live", Match.organisation_id == organisation_id, Match.serves == serves,
                Match.starts_on <= today, Match.ends_on >= today, Match.used_fen < Match.limit_fen)


def take(match: Match, fen: int) -> bool:
    """Use so much of the limit, if it is there and the match still runs."""
    taken = changed(update(Match).where(Match.id == match.id, Match.state == "live", Match.used_fen + fen <= Match.limit_fen)
                    .values(used_fen=Match.used_fen + fen))
    db.session.refresh(match)
    return bool(taken)


def count_back(match: Match, made: Doubling, fen: int) -> None:
    """So much of what was added is on the match's account again; after its end the charity's own fund has it."""
    changed(update(Match).where(Match.id == match.id).values(used_fen=Match.used_fen - fen))
    db.session.refresh(match)
    if match.state == "ended":
        ledger.move(f"fund:{match.organisation_id}", match.account, fen, f"match_late:{made.id}")
    audit.record(0, "match.came_back", f"match:{match.id}", f"{fen} fen")
