"""What happens without a request, each at its own time, also when nobody looked then."""
from marketplace.standin.stripe import billing, disputes, payouts, refunds, sessions
from marketplace.standin.stripe.store import Store

BATCH = 200  # things done in one transaction
LATER = 3600  # seconds
DOES = {
    "checkout.session": sessions.close, "refund": refunds.decide, "charge": disputes.strike, "dispute": disputes.decide,
    "subscription": billing.pass_period, "invoice": billing.advance, "payout": payouts.arrive,
    "payout_schedule": payouts.pay_out}


def catch_up(store: Store) -> int:
    """Do everything whose time has come, the oldest first; how many things that was."""
    done = 0
    while True:
        with store.write() as tx:
            for _ in range(BATCH):
                thing = tx.next_due()
                if thing is None:
                    return done
                DOES[thing["object"]](tx, thing)
                done += 1


def postpone(store: Store) -> None:
    """Put off for an hour what is due first and went wrong, so that it does not hold up the rest."""
    with store.write() as tx:
        thing = tx.next_due()
        if thing:
            tx.save(thing | {"_due": tx.present + LATER})


def waiting(store: Store) -> bool:
    """Whether anything's time has come."""
    with store.read() as tx:
        return tx.next_due() is not None
