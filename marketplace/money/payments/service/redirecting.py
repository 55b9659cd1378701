"""Money that goes over to another purpose."""
from sqlalchemy import update

from marketplace.core import audit
from marketplace.core.transaction import transaction
from marketplace.money.ledger import service as ledger
from marketplace.money.payments.models import PaymentLine


def redirect(line: PaymentLine, account: str, why: str) -> None:
    """Let `account` hold what a line still holds, from now on; once paid, the books follow. Joins.

    Raises Overdrawn when the money is no longer there.
    """
    if line.account == account:
        return
    with transaction() as session:
        before, left = line.account, line.left_fen
        session.execute(update(PaymentLine).where(PaymentLine.id == line.id)
                        .values(account=account, turns=PaymentLine.turns + 1))
        session.refresh(line)
        if line.payment.state in ("succeeded", "partly_refunded", "disputed") and left:
            ledger.move(account, before, left, f"redirect:{line.id}:{line.turns}")
        audit.record(0, "payment.redirect", f"payment:{line.payment_id}", why)
