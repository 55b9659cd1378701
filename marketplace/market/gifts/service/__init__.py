"""The verbs of gifts of money that are not for one wish: giving, settling what the provider says, choosing for late money,
giving each month, and slips of what came by transfer or at the counter."""
from marketplace.market.gifts.service.choosing import choose, decide_late
from marketplace.market.gifts.service.giving import Given, cancel, give, lapse, leave_contact, refund
from marketplace.market.gifts.service.monthly import (
    MonthlyGiven,
    change_monthly,
    end_monthlies_of,
    follow_subscription,
    give_monthly,
    stop_monthly,
    take_month,
)
from marketplace.market.gifts.service.settling import dispute_closed, payment_ended, refunded, take_payment
from marketplace.market.gifts.service.slips import SlipDraft, confirm_slip, record_slip, refuse_slip

__all__ = ["Given", "MonthlyGiven", "SlipDraft", "cancel", "change_monthly", "choose", "confirm_slip", "decide_late",
           "dispute_closed", "end_monthlies_of", "follow_subscription", "give", "give_monthly", "lapse", "leave_contact",
           "payment_ended", "record_slip", "refund", "refunded", "refuse_slip", "stop_monthly", "take_month", "take_payment"]
