"""The verbs of a promise, a file per stage: reserving, settling what the provider says, ending, choosing for late money,
those that a match makes of goods in store and of offers, and those that a charity makes by hand."""
from marketplace.market.pledges.service.by_hand import (
    Fitting,
    areas,
    asks_first,
    fitting,
    give,
    of_reservation,
    recall,
    to_recall,
)
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

__all__ = ["Fitting", "Reserved", "areas", "ask_to_pay", "asks_first", "cancel", "choose", "commit", "decide_late", "digest",
           "dispute_closed", "end_of_wish", "fitting", "from_offer", "from_stock", "fund", "give", "lapse",
           "leave_contact", "of_reservation", "payment_ended", "payment_of", "recall", "record", "refund", "refunded",
           "reservations", "reserve", "reserve_many", "split", "take_back", "take_payment", "to_recall"]
