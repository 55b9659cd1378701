"""What each post of a charity may do to a gift on its way, and to nothing of another charity."""
import pytest

from marketplace.core.errors import NotAllowed
from marketplace.market.deliveries import queries
from marketplace.market.deliveries import service as deliveries

BUY, SEND = {"manager", "clerk"}, {"manager", "clerk", "storekeeper"}
POSTS = ("manager", "clerk", "storekeeper", "volunteer_lead")


@pytest.fixture
def charity(city):
    return city.organisation()


@pytest.fixture
def need(city, charity):
    """A need of money, paid in full."""
    need = city.need(kind="money", wanted=20000, charity=charity)
    city.promise(need, 20000)
    return need


@pytest.mark.parametrize("post", POSTS)
def test_who_buys(city, charity, need, post):
    by = city.person("charity", organisation_id=charity.id, post=post)
    if post in BUY:
        deliveries.purchase(need, by=by)
    else:
        with pytest.raises(NotAllowed):
            deliveries.purchase(need, by=by)


@pytest.mark.parametrize("post", POSTS)
def test_who_sends(city, charity, need, post):
    deliveries.purchase(need, by=city.person("charity", organisation_id=charity.id))
    by = city.person("charity", organisation_id=charity.id, post=post)
    delivery = queries.listed(by).rows[0].delivery
    if post in SEND:
        deliveries.dispatch(delivery, "charity_run", by=by)
    else:
        with pytest.raises(NotAllowed):
            deliveries.dispatch(delivery, "charity_run", by=by)


@pytest.mark.parametrize("post", POSTS)
def test_nobody_of_another_charity(city, need, post):
    stranger = city.person("charity", organisation_id=city.organisation().id, post=post)
    with pytest.raises(NotAllowed):
        deliveries.purchase(need, by=stranger)
    assert not queries.listed(stranger).rows
