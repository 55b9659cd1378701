import os

import pytest
from cryptography.exceptions import InvalidTag

from marketplace.core.crypto import KeyRing, Private

A, B = os.urandom(32), os.urandom(32)


def test_what_is_sealed_opens_in_its_own_field_only():
    ring = KeyRing([(1, A)])
    sealed = ring.seal("person.name", "王秀英")
    assert ring.open("person.name", sealed) == "王秀英" and "王秀英".encode() not in sealed
    with pytest.raises(InvalidTag):
        ring.open("person.address", sealed)
    with pytest.raises(InvalidTag):
        ring.open("person.name", sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_a_new_key_seals_and_the_old_one_still_opens_and_finds():
    old, both = KeyRing([(1, A)]), KeyRing([(2, B), (1, A)])
    assert both.open("f", old.seal("f", "x")) == "x" and both.seal("f", "x")[0] == 2
    assert old.indexes("f", "x")[0] in both.indexes("f", "x")
    assert both.indexes("f", "x")[0] != old.indexes("f", "x")[0]


def test_equal_values_look_different():
    ring = KeyRing([(1, A)])
    assert ring.seal("f", "x") != ring.seal("f", "x")


@pytest.mark.parametrize("text", ["", "1:AAAA", "0:" + "A" * 43 + "=", "x", "300:" + "A" * 43 + "="])
def test_keys_that_are_none_stop_the_start(text):
    with pytest.raises(ValueError):
        KeyRing.parse(text)


def test_a_private_value_prints_as_a_mask():
    value = Private("13800001111")
    assert "1380" not in f"{value} {value!r} {[value]}" and value.reveal() == "13800001111"


def test_rotation_makes_everything_readable_under_the_new_key_and_may_be_repeated(city, app):
    import base64

    from sqlalchemy import text

    from marketplace.core import crypto
    from marketplace.extensions import db
    from tests.conftest import FIELD_KEYS
    home = city.home()
    phone = city.people(home)[0].phone.reveal()
    db.session.remove()
    runner = app.test_cli_runner()
    crypto.use(KeyRing.parse(f"2:{base64.b64encode(B).decode()},{FIELD_KEYS}"))
    try:
        assert runner.invoke(args=["keys", "rotate"]).exit_code == 0
        again = runner.invoke(args=["keys", "rotate"])
        assert "0 values" in again.output
        crypto.use(KeyRing([(2, B)]))
        assert city.people(home)[0].phone.reveal() == phone
        assert city.beneficiary(home).household_id == home.id
        sealed = db.session.execute(text("SELECT facts FROM person")).scalars().all()
        assert {bytes(s)[0] for s in sealed} == {2}
    finally:
        crypto.use(KeyRing.parse(FIELD_KEYS))
