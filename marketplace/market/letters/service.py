"""A charity's letter of thanks for a year, written when its giver wants one."""
import json

from marketplace.core import audit, clock
from marketplace.core.transaction import transaction
from marketplace.market.letters import queries, rules
from marketplace.market.letters.models import YearLetter, YearLetterName
from marketplace.market.letters.rules import NothingToThank
from marketplace.money.receipts.rules import masked
from marketplace.people.accounts.permissions import demand


def write(year: int, organisation_id: int, by) -> YearLetter:
    """Write the letter for what `by` gave a charity in a year by now; the same one again while nothing has changed.

    Raises NotAllowed, NothingToThank.
    """
    with transaction() as session:
        demand(by, "letter.write")
        due = next((one for one in queries.year(by, year) if one.organisation_id == organisation_id), None)
        if due is None:
            raise NothingToThank
        if due.letter is not None and due.fresh:
            return due.letter
        name = queries.payer(due.receipts)
        letter = YearLetter(
            number=rules.new_number(year), organisation_id=organisation_id, organisation=due.organisation, giver_id=by.id,
            giver=masked(name.reveal() if name else ""), year=year, gifts=len(due.receipts), amount_fen=due.amount_fen,
            receipts=json.dumps(due.numbers), written_at=clock.now())
        session.add(letter)
        session.flush()
        session.add(YearLetterName(letter_id=letter.id, name=name))
        audit.record(by.id, "letter.write", f"letter:{letter.number}")
    return letter
