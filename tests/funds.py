"""Charities' own funds with money in them, for tests."""
import itertools

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.funds import service
from marketplace.market.funds.models import Grant, account
from marketplace.money.ledger import service as ledger
from marketplace.people.organisations.models import Organisation
from tests import campaigns

MODELS = {"grant": Grant}
ABOUT = {"charity_fund.end": ("grant.cancel", "grant")}
VERBS = {"charity_fund.end": "cancel"}
MOST = 30_000  # what a wish may ask for
numbers = itertools.count(1)


def fill(charity: Organisation, fen: int) -> None:
    """What the books get when somebody has given to the fund by card."""
    ledger.move(account(charity.id), "provider", fen, f"payment:fund{next(numbers)}")


def things(city, charity: Organisation) -> dict[str, int]:
    """For the walk over all routes: a grant that waits for a second person."""
    return {"grant": waiting(city, charity).id}


def waiting(city, charity: Organisation) -> Grant:
    """The last of more than one person may give alone within a week."""
    fill(charity, 4 * MOST)
    clerk = campaigns.clerk(city, charity)
    needs = [city.need(kind="money", category="aid", item="助听器", wanted=MOST, charity=charity) for _n in range(4)]
    made = [service.propose(need, MOST, by=clerk) for need in needs]
    assert [grant.state for grant in made] == ["given"] * 3 + ["proposed"]
    return made[-1]


def of_every_kind() -> None:
    """Rows that differ in everything that rules look at, without a story."""
    for number, place in ((1, "371402"), (2, "371427")):
        db.session.add(Grant(organisation_id=number, place_code=place, need_id=number, wish_id=number, purpose="",
                             amount_fen=1, recorded_by=number, barred_id=number - 1, recorded_at=clock.now()))
    db.session.flush()
