"""Where subjects above say what must be so before a delivery has arrived."""
from collections.abc import Callable

from marketplace.market.deliveries.models import Delivery

before_arrival: list[Callable[[Delivery], None]] = []
"""Functions of a delivery that raise a refusal: goods that are not here, a helper who may not be."""


def ask(delivery: Delivery) -> None:
    """Raises what the first of them refuses with."""
    for asks in before_arrival:
        asks(delivery)
