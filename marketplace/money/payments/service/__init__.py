"""Payments: opened here, moved only by what the provider says, any event once, twice, late or out of order.

What comes by transfer or in cash moves by what two people of the charity say.
"""
from marketplace.money.payments.service.by_hand import confirm_back, deny_back, receive, record_back
from marketplace.money.payments.service.opening import Line, ask, ask_open, cancel, checkout, start, thank_once
from marketplace.money.payments.service.redirecting import redirect
from marketplace.money.payments.service.refunding import ask_refund, send_refund
from marketplace.money.payments.service.subscribing import (
    ask_subscription,
    ask_subscriptions,
    stop,
    subscribe,
    subscription_checkout,
    take_invoice,
    untaken,
)
from marketplace.money.payments.service.telling import apply, catch_up, store_event

__all__ = ["Line", "apply", "ask", "ask_open", "ask_refund", "ask_subscription", "ask_subscriptions", "cancel", "catch_up",
           "checkout", "confirm_back", "deny_back", "receive", "record_back", "redirect", "send_refund", "start", "stop",
           "store_event", "subscribe", "subscription_checkout", "take_invoice", "thank_once", "untaken"]
