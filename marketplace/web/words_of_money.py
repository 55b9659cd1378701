"""What payments, the books and receipts say, in words."""
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

HOLDERS = {
    "wish": _l("For wishes"), "campaign": _l("For campaigns"), "fund": _l("In the funds of charities"),
    "match": _l("Waiting to be added to gifts"), "refunds": _l("On its way back to givers"),
    "unassigned": _l("Waiting for the giver's word"), "fees": _l("Less the fees of the payment service"),
    "disputes": _l("Less what banks ask back and have not decided"),
}
TRAIL = {
    "published": _l("Checked by a worker, and open to everybody"), "promised": _l("Promised by a giver"),
    "payment": _l("Given"), "redirect": _l("Given to another wish before, or on to another"),
    "allocation": _l("Added by a campaign"),
    "grant": _l("Added by the charity from its own fund"), "fund_back": _l("Given back to where it came from"),
    "match": _l("Added to a gift"),
    "refund_asked": _l("Given back to its giver"), "purchase": _l("Spent by the charity on this wish"),
    "dispute_lost": _l("Taken back by a bank"), "planned": _l("Its way is being prepared"), "dispatched": _l("On its way"),
    "arrived": _l("At the town station"), "handed_over": _l("Handed over to the household"),
    "confirmed": _l("The household has confirmed: received"), "disputed": _l("The household said that something was wrong"),
    "returned": _l("Sent back"), "lost": _l("Lost on the way"), "cancelled": _l("Called off"),
}
DIFFERENCES = {
    "not_in_books": _l("The payment service moved money that the books do not know"),
    "amount": _l("The amounts are not the same"),
    "not_at_provider": _l("The books say something that the payment service does not"),
    "refund_failed": _l("A refund did not reach its giver"),
    "unknown_event": _l("A message about a payment that nobody here knows"),
}
DIFFERENCE_HELP = {
    "not_in_books": _l("Look the number up at the payment service. If it is a gift, have the charity record it; if it is "
                       "not ours, ask the payment service."),
    "amount": _l("Look the number up at the payment service, and the bookings about it in the books. A correction is a "
                 "booking of its own."),
    "not_at_provider": _l("The payment service usually shows a movement within minutes. If it stays away, the booking "
                          "was a mistake and must be reversed."),
    "refund_failed": _l("The account that the giver paid from takes no money back. The charity has it, without a purpose: "
                        "ask the giver where it should go."),
    "unknown_event": _l("It may come from another site that uses the same account at the payment service."),
}
DISPUTE_REASONS = {
    "general": _l("The giver's bank gives no reason"), "fraudulent": _l("The giver says they did not pay this"),
    "duplicate": _l("The giver says they paid twice"), "product_not_received": _l("The giver says nothing came of it"),
    "product_unacceptable": _l("The giver says it was not as promised"),
    "unrecognized": _l("The giver does not recognise it"),
    "credit_not_processed": _l("The giver waits for a refund"),
    "subscription_canceled": _l("The giver had stopped the monthly gift"),
}
RECEIPT_STATES = {"issued": _l("In force"), "reversed": _l("Taken back")}
RECEIPT_REASONS = {
    "refunded": _l("Money went back to its giver."), "returned": _l("The goods were sent back."),
    "disputed": _l("The giver's bank took the money back."), "valued": _l("The goods were given their declared value."),
    "put_right": _l("Fewer had come than was written down."),
}
OFFICIAL_STATES = {"asked": _l("Asked for"), "recorded": _l("Issued"), "due": _l("To be reversed"),
                   "reversed": _l("Reversed in red"), "dropped": _l("Not needed any more")}


def kind(receipt, kinds) -> str:
    """What kind of gift it is; money without a purpose is not directed to anything."""
    return _("Gift of money") if receipt.kind == "money" and not receipt.title else kinds[receipt.kind]


def purpose(receipt) -> str:
    """What a receipt says that it was given for; a gift to the charity's own fund, or to its store, names nothing else."""
    if receipt.kind == "goods" and not receipt.title:
        return _("The charity's store, for families who need it")
    return receipt.title or _("The charity's own fund")
