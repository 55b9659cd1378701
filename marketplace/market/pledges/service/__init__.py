"""The verbs of a promise, a file per stage: reserving, settling what the provider says, ending, choosing for late money,
and those that a match makes of goods in store and of offers."""
from marketplace.market.pledges.service.choosing import choose, decide_late
from marketplace.market.pledges.service.ending import end_of_wish, lapse, refund
from marketplace.market.pledges.service.funding import fund, take_back
from marketplace.market.pledges.service.moving import payment_of
from marketplace.market.pledges.service.reserving import (
    Reserved,
    cancel,
    commit,
    digest,
    leave_contact,
    record,
    reserve,
    reserve_many,
)
from marketplace.market.pledges.service.settling import dispute_closed, payment_ended, refunded, take_payment
from marketplace.market.pledges.service.splitting import split
from marketplace.market.pledges.service.supplying import ask_to_pay, from_offer, from_stock, reservations

__all__ = ["Reserved", "ask_to_pay", "cancel", "choose", "commit", "decide_late", "digest", "dispute_closed", "end_of_wish",
           "from_offer", "from_stock", "fund", "lapse", "leave_contact", "payment_ended", "payment_of", "record", "refund",
           "refunded", "reservations", "reserve", "reserve_many", "split", "take_back", "take_payment"]
