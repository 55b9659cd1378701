"""Pure decisions about when something was received."""
from marketplace.core.errors import Refused

HERE = ("arrived", "handed_over", "confirmed", "disputed")
RECEIVED = ("handed_over", "confirmed", "disputed")


class NotHere(Refused):
    """The goods have not arrived: nobody has seen them yet."""
