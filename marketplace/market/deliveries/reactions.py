"""What follows a promise and a delivery: the plan, the code, and a few messages. No message for every little step."""
from sqlalchemy import select

from marketplace.core.outbox import reacts_to
from marketplace.extensions import db
from marketplace.market.deliveries import problems, receiving, service, standing, telling, visits
from marketplace.market.deliveries.events import CodeAsked, DeliveryMoved, ThanksApproved
from marketplace.market.deliveries.models import Delivery, Thanks
from marketplace.market.gifts import telling as thanking
from marketplace.market.pledges import hooks as ending
from marketplace.market.pledges import telling as givers
from marketplace.market.pledges.events import PledgeCommitted, PledgeEnded
from marketplace.market.pledges.models import Pledge
from marketplace.market.stations.events import StationsChanged
from marketplace.market.wishes.events import WishDecided
from marketplace.market.wishes.models import Wish

TOLD_GIVERS = ("arrived", "confirmed", "returned", "lost")


@reacts_to(PledgeCommitted)
def plan_delivery(event: PledgeCommitted) -> None:
    """Prepare the way of goods and services."""
    service.plan(event.pledge_id)


@reacts_to(PledgeCommitted)
def tell_committed(event: PledgeCommitted) -> None:
    """Tell the giver that the promise is firm, with the link to follow it; thank for money once for all of a payment."""
    pledge = db.session.get_one(Pledge, event.pledge_id)
    if pledge.source:
        return
    if pledge.kind == "money":
        thanking.thank_for_wish(pledge)
    else:
        givers.giver(pledge.id, "pledge_committed")


def give_up_planned(pledge: Pledge) -> None:
    """What was planned for a promise ends with it, so that nobody sends it any more."""
    service.drop(pledge.id)


ending.after_end.append(give_up_planned)


@reacts_to(PledgeEnded)
def drop_delivery(event: PledgeEnded) -> None:
    """The same for promises that had ended before anybody looked. Safe twice."""
    service.drop(event.pledge_id)


@reacts_to(PledgeEnded)
def tell_ended(event: PledgeEnded) -> None:
    """Tell the giver why a promise ended, unless it was never firm and no money came for it."""
    pledge = db.session.get_one(Pledge, event.pledge_id)
    if pledge.committed_at or pledge.choose_until:
        givers.giver(event.pledge_id, f"pledge_{event.why}")


@reacts_to(DeliveryMoved)
def send_code(event: DeliveryMoved) -> None:
    """When it is at the station, send the household its one-time code; not while a worker has to decide about it first."""
    if event.state == "arrived":
        _send_code(event.delivery_id)


@reacts_to(DeliveryMoved)
def ask_whether_it_came(event: DeliveryMoved) -> None:
    """When it was handed over, send the household the digits with which it confirms by message."""
    if event.state == "handed_over":
        receiving.ask(event.delivery_id)


@reacts_to(DeliveryMoved)
def close_visit(event: DeliveryMoved) -> None:
    """Nobody needs to go and ask a household that has answered by itself."""
    if event.state in ("confirmed", "disputed", "returned", "lost"):
        visits.close(event.delivery_id)


@reacts_to(CodeAsked)
def send_code_again(event: CodeAsked) -> None:
    """A fresh code for what still waits at the station; the one before stops working."""
    _send_code(event.delivery_id)


def _send_code(delivery_id: int) -> None:
    delivery = db.session.get_one(Delivery, delivery_id)
    if delivery.state == "arrived" and not standing.held(delivery) and telling.reached(delivery):
        telling.about(delivery, "delivery_arrived", code=service.new_code(delivery))


@reacts_to(DeliveryMoved)
def tell_giver(event: DeliveryMoved) -> None:
    """Tell every giver of a delivery about the steps that matter to them."""
    if event.state in TOLD_GIVERS:
        what = problems.told(event.delivery_id) or event.state
        service_lost = event.state == "lost" and db.session.get_one(Delivery, event.delivery_id).kind == "service"
        for pledge_id in db.session.scalars(select(Pledge.id).where(Pledge.delivery_id == event.delivery_id)).all():
            givers.giver(pledge_id, "service_lost_giver" if service_lost else f"delivery_{what}_giver")


@reacts_to(StationsChanged)
def find_stations(event: StationsChanged) -> None:
    """What has not set out goes to the station that is open for its place now."""
    service.find_stations(event.place_code)


@reacts_to(ThanksApproved)
def tell_thanks(event: ThanksApproved) -> None:
    """Tell the givers that a word of thanks waits for them."""
    thanks = db.session.get_one(Thanks, event.thanks_id)
    for pledge_id in db.session.scalars(select(Pledge.id).where(Pledge.delivery_id == thanks.delivery_id)).all():
        givers.giver(pledge_id, "thanks_approved")


@reacts_to(WishDecided)
def tell_decided(event: WishDecided) -> None:
    """Tell the household what was decided on its wish."""
    telling.household(db.session.get_one(Wish, event.wish_id), f"wish_{event.outcome}")

