"""The verbs of receipts: our own certificates (`issuing`), and the official ones of the finance bureau (`officials`)."""
from marketplace.money.receipts.service.issuing import declare, issue, name_payer, reverse, settle
from marketplace.money.receipts.service.officials import ask_official, official, reverse_official

__all__ = ["ask_official", "declare", "issue", "name_payer", "official", "reverse", "reverse_official", "settle"]
