"""Without code and card: two witnesses whom nothing binds to the gift, a reason, and a picture without faces."""
import pytest
from sqlalchemy import select, text

from marketplace.core import images, storage
from marketplace.core.errors import Invalid, NotAllowed, WrongState
from marketplace.extensions import db
from marketplace.market.deliveries import handing_over, pictures, witnesses
from marketplace.market.deliveries import service as deliveries
from marketplace.market.deliveries.records import ProofPicture, Witnessing
from marketplace.market.deliveries.witnesses import BadWitness, NotSignedYet, Witness
from tests.city import OTHER_TOWN, TOWN, picture

NEIGHBOUR = Witness(name="李大妈", relation="neighbour")


@pytest.fixture
def ready(city):
    worker, home = city.person("social_worker", TOWN), city.home()
    delivery, _code = city.arrived(city.promise(city.wish(home).needs[0]), worker)
    return worker, home, delivery


def test_two_witnesses_a_reason_and_a_picture(city, ready):
    worker, home, delivery = ready
    colleague = city.person("social_worker", TOWN)
    two = (Witness(username=colleague.username), NEIGHBOUR)
    with pytest.raises(Invalid):
        handing_over.before_witnesses(delivery, two, "手机停机，卡丢了", None, by=worker)
    first = pictures.show(delivery, picture(), by=worker).key
    shown = pictures.show(delivery, picture(1600, 1200, exif=b"Exif\0\0 where it was taken"), by=worker)
    with pytest.raises(FileNotFoundError):
        storage.store().get(f"{first}-{images.WIDTHS[0]}.webp")  # another one took its place
    with pytest.raises(NotAllowed):
        handing_over.before_witnesses(delivery, two, "手机停机", shown, by=city.person("social_worker", TOWN))
    with pytest.raises(Invalid):
        handing_over.before_witnesses(delivery, two, " ", shown, by=worker)
    handing_over.before_witnesses(delivery, two, "手机停机，卡丢了", shown, by=worker)
    assert (delivery.state, delivery.proof, db.session.query(ProofPicture).count()) == ("handed_over", "witnesses", 0)
    assert b"where it was taken" not in storage.store().get(f"{delivery.proof_photo}-{images.WIDTHS[0]}.webp")
    assert "李大妈".encode() not in bytes(db.session.scalar(text("SELECT second_name FROM witnessing")))
    assert db.session.scalars(select(Witnessing)).one().second_name.reveal() == "李大妈"
    with pytest.raises(NotAllowed):
        deliveries.confirm_for(delivery, "在场", by=colleague)  # who saw it does not confirm the receipt as well
    third = city.person("social_worker", TOWN)
    with pytest.raises(NotSignedYet):
        deliveries.confirm_for(delivery, "卧床", by=third)  # a name that somebody typed has seen nothing
    assert witnesses.waiting(colleague) == [delivery] and not witnesses.waiting(third)
    for by in (worker, third):
        with pytest.raises(NotAllowed):
            witnesses.sign(delivery, by=by)
    witnesses.sign(delivery, by=colleague)
    with pytest.raises(WrongState):
        witnesses.sign(delivery, by=colleague)
    deliveries.confirm_for(delivery, "卧床", by=third)


def test_a_witness_who_saw_nothing_says_so_and_the_household_is_asked(city, ready):
    worker, _home, delivery = ready
    colleague = city.person("social_worker", TOWN)
    shown = pictures.show(delivery, picture(), by=worker)
    handing_over.before_witnesses(delivery, (Witness(username=colleague.username), NEIGHBOUR), "卡丢了", shown, by=worker)
    handing_over.not_seen(delivery, "没有看到", by=colleague)
    assert delivery.state == "disputed" and not witnesses.waiting(colleague)
    with pytest.raises(NotAllowed):
        deliveries.resolve(delivery, "没事", by=colleague)


def test_nobody_who_gives_delivers_or_receives_is_a_witness(city, ready):
    worker, home, delivery = ready
    shown = pictures.show(delivery, picture(), by=worker)
    own = city.person("social_worker", TOWN, household_id=home.id)
    far, donor = city.person("social_worker", OTHER_TOWN), city.person("charity")
    giver = db.session.scalar(text("SELECT display_name FROM \"user\" WHERE id = :id"), {"id": delivery.giver_id})
    for witness, why in ((Witness(username=worker.username), "deliverer"), (Witness(username=own.username), "household"),
                         (Witness(username=far.username), "unknown"), (Witness(username=donor.username), "unknown"),
                         (Witness(username="nobody"), "unknown"), (Witness(name="张三"), "unknown"),
                         (Witness(name=giver, relation="neighbour"), "giver"), (NEIGHBOUR, "same"),
                         (Witness(name=city.people(home)[0].name.reveal(), relation="relative"), "household")):
        with pytest.raises(BadWitness) as no:
            handing_over.before_witnesses(delivery, (NEIGHBOUR, witness), "卡丢了", shown, by=worker)
        assert (no.value.number, no.value.why) == (2, why)
    other = city.person("social_worker", TOWN)
    colleague = Witness(username=other.username)
    for two, why in (((colleague, colleague), "same"),
                     ((colleague, Witness(name=f" {other.display_name.upper()}", relation="committee")), "worker"),
                     ((NEIGHBOUR, Witness(name=worker.display_name, relation="committee")), "deliverer"),
                     ((NEIGHBOUR, Witness(name="张大爷", relation="neighbour")), "no_account")):
        with pytest.raises(BadWitness, match=why):
            handing_over.before_witnesses(delivery, two, "卡丢了", shown, by=worker)
    assert delivery.state == "arrived"
