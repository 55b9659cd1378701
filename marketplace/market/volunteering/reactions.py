"""What follows from promises and deliveries, and what volunteering asks of both, and of who drives."""
from marketplace.core.outbox import reacts_to
from marketplace.market.deliveries import hooks as arriving
from marketplace.market.deliveries.events import DeliveryMoved
from marketplace.market.matching import hooks as matching
from marketplace.market.pledges import hooks as promising
from marketplace.market.runs import hooks as driving
from marketplace.market.volunteering import children, guarding, service

OVER = ("confirmed", "returned", "lost", "cancelled")


@reacts_to(DeliveryMoved)
def end_appointments(event: DeliveryMoved) -> None:
    """Nothing is still to come for a delivery that is over. Safe twice."""
    if event.state in OVER:
        service.end_of_delivery(event.delivery_id)


promising.before_commit.append(guarding.ask_promise)
matching.fit_for_children.append(guarding.fit_for_children)
matching.with_children.append(children.needs)
driving.may_drive.append(guarding.may_drive)
arriving.before_arrival.append(guarding.ask_arrival)
