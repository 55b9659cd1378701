"""The verbs of a wish, a file per stage: writing, deciding, holding."""
from marketplace.market.wishes.service.deciding import (
    classify,
    close,
    close_fulfilled,
    edit,
    expire_overdue,
    publish,
    publish_as,
    reject,
    return_,
    review_photo,
    withdraw,
)
from marketplace.market.wishes.service.holding import hold, receive, release, try_hold
from marketplace.market.wishes.service.writing import (
    add_photo,
    change,
    consent,
    remove_photo,
    send,
    submit,
    withdraw_consent,
    write,
)

__all__ = [
    "add_photo", "change", "classify", "close", "close_fulfilled", "consent", "edit", "expire_overdue", "hold", "publish",
    "publish_as", "receive", "reject", "release", "remove_photo", "return_", "review_photo", "send", "submit", "try_hold",
    "withdraw", "withdraw_consent", "write"]
