"""Payments: opened here, moved only by what the provider says, any event once, twice, late or out of order."""
from marketplace.money.payments.service.opening import Line, ask, ask_open, cancel, checkout, start
from marketplace.money.payments.service.redirecting import redirect
from marketplace.money.payments.service.refunding import ask_refund, send_refund
from marketplace.money.payments.service.telling import apply, catch_up, store_event

__all__ = ["Line", "apply", "ask", "ask_open", "ask_refund", "cancel", "catch_up", "checkout", "redirect", "send_refund",
           "start", "store_event"]
