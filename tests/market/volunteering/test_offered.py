"""A service that came of an offer has the offer's days; of a company the charity's lead names who comes."""
from datetime import timedelta

import pytest

from marketplace.core.errors import Invalid, NotAllowed
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.offers import service as offering
from marketplace.market.offers.rules import Reach
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.volunteering import service
from marketplace.market.volunteering.queries import appointments
from marketplace.market.volunteering.rules import NotApproved
from tests import campaigns, offers
from tests import volunteers as help_of


def test_on_its_days_and_by_a_named_volunteer_of_the_charity(city):
    charity = city.organisation()
    clerk, lead = campaigns.clerk(city, charity), help_of.lead(city, charity)
    helper, paused = help_of.volunteer(city, charity), help_of.volunteer(city, charity)
    service.pause(paused, by=lead)
    saturday = next(help_of.at(days) for days in range(1, 8) if help_of.at(days).isoweekday() == 6)
    sunday = saturday + timedelta(days=1)
    written = offering.record(offers.draft(charity, 5, kind="service"), Reach("某公司", "13900000001"), by=clerk)
    offering.accept(written, by=clerk)
    need = city.need(kind="service", category="haircut", wanted=1, price_fen=0, charity=charity)
    made = pledges.from_offer(need, 1, written, by=clerk)
    city.settle()
    delivery = db.session.get_one(Delivery, db.session.get_one(Pledge, made.id).delivery_id)
    assert [one.delivery.id for one in appointments.of_nobody(lead)] == [delivery.id] and delivery.giver_id == 0
    times = (saturday, saturday.replace(hour=11), "home")
    for by in (clerk, help_of.user(helper), help_of.lead(city, city.organisation())):
        with pytest.raises(NotAllowed):
            service.propose_for(delivery, *times, helper.user_id, by=by)
    for stranger in (paused.user_id, clerk.id):
        with pytest.raises(NotApproved):
            service.propose_for(delivery, *times, stranger, by=lead)
    with pytest.raises(Invalid) as no:
        service.propose_for(delivery, sunday, sunday.replace(hour=11), "home", helper.user_id, by=lead)
    assert (no.value.field, no.value.facts["weekdays"]) == ("day", [6])
    found = service.propose_for(delivery, *times, helper.user_id, by=lead)
    service.confirm(found, by=help_of.worker(city))
    assert (found.state, found.user_id, found.volunteer_id) == ("confirmed", helper.user_id, helper.id)
    own = help_of.promised(city, help_of.user(helper), charity)
    with pytest.raises(NotAllowed):
        service.propose_for(own, *times, helper.user_id, by=lead)
