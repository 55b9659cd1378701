"""Which paper lets an organisation raise funds from the public, on which day."""
from datetime import timedelta

from marketplace.core import clock
from marketplace.people.organisations import queries
from marketplace.people.organisations import service as organisations


def test_a_certificate_counts_from_its_first_to_its_last_day(city):
    charity, today = city.organisation(), clock.today()
    held = queries.certificate(charity.id)
    assert held and held.valid_from == today and held.state == "approved"
    assert queries.certificate(charity.id, held.valid_until)
    assert queries.may_raise(charity.id)
    for day in (today - timedelta(1), held.valid_until + timedelta(1)):
        assert queries.certificate(charity.id, day) is None and not queries.may_raise(charity.id, day)


def test_without_one_it_serves_nobody(city):
    organisations.create("无证书公益社", city.credit_code())
    charity = city.organisation()
    over = organisations.create("证书过期慈善会", city.credit_code(), clock.today() - timedelta(1))
    assert [o.id for o in queries.serving("371402001001")] == [charity.id]
    assert queries.certificate(over.id) is None and queries.certificate(over.id, clock.today() - timedelta(1))
