"""A worker who takes a parcel in ends its way on the run, whatever the driver's phone has sent so far."""
from marketplace.core.outbox import reacts_to
from marketplace.market.deliveries.events import DeliveryMoved
from marketplace.market.runs.service import ending


@reacts_to(DeliveryMoved)
def follow_delivery(event: DeliveryMoved) -> None:
    """Keep the run in step with what happened to its parcel elsewhere."""
    if event.state in ("arrived", "cancelled", "returned"):
        ending.follow(event.delivery_id, event.state)
