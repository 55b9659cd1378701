"""What was received for a promise, a gift of money, or an offer by now, as a receipt states it."""
from datetime import datetime

from marketplace.core import clock
from marketplace.extensions import db
from marketplace.market.deliveries.models import Delivery
from marketplace.market.gifts import targets
from marketplace.market.gifts.models import Gift, GiftContact
from marketplace.market.offers import queries as offers
from marketplace.market.offers.models import OfferContact
from marketplace.market.offers.queries import Intake
from marketplace.market.pledges.models import Pledge, PledgeContact
from marketplace.market.thanking.rules import RECEIVED
from marketplace.market.wishes import goods
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.payments import queries as payments
from marketplace.money.receipts.rules import Given
from marketplace.money.receipts.service import issuing

Thing = Pledge | Gift | Intake


def purpose(of: Thing) -> str:
    """By what its payment and its receipts know a promise, a gift, or what came to a store of an offer."""
    return f"batch:{of.batch.id}" if isinstance(of, Intake) else f"{of.life.subject}:{of.id}"


def find(what: str) -> Thing | None:
    """What a purpose stands for; None for something else. Raises NoResultFound."""
    kind, _colon, number = what.partition(":")
    if kind == "batch":
        return offers.intake(int(number))
    if kind == "gift":
        return db.session.get_one(Gift, int(number))
    return db.session.get_one(Pledge, int(number)) if kind == "pledge" else None


def received(of: Thing) -> Given | None:
    """Money counts once it has settled for its purpose and as far as it was not given back; goods and services once they
    were handed over, and goods for a charity's store once they are in it. Money that came late counts when its giver's
    choice was carried out, and not before."""
    if isinstance(of, Intake):
        return _taken_in(of)
    if isinstance(of, Pledge) and of.kind != "money":
        return _handed_over(of)
    day, amount_fen = _settled(of), payments.kept_fen(purpose(of))
    if not (day and amount_fen):
        return None
    return _stated(of, "money", amount_fen, _title(of), day)


def _settled(of: Pledge | Gift) -> datetime | None:
    if of.committed_at:
        on_time = isinstance(of, Gift) and of.monthly_id and not of.choose_until
        return of.created_at if on_time else of.committed_at  # a month counts from when the provider took it
    line = payments.line(purpose(of)) if of.choose_until else None
    return of.ended_at if line and line.account.startswith("fund:") else None


def _title(of: Pledge | Gift) -> str:
    """What it was given for; "" for a charity's own fund, where late money goes that nothing else was found for."""
    if not of.committed_at:
        return ""
    return targets.of(of.account).title if isinstance(of, Gift) else db.session.get_one(Wish, of.wish_id).title


def _handed_over(pledge: Pledge) -> Given | None:
    session = db.session
    delivery = session.get(Delivery, pledge.delivery_id) if pledge.delivery_id and not pledge.source else None
    if delivery is None or delivery.state not in RECEIVED:
        return None
    day = next(step.at for step in delivery.steps if step.state == "handed_over")
    value, need = issuing.declared(purpose(pledge)), session.get_one(Need, pledge.need_id)
    return _stated(pledge, pledge.kind, value.amount_fen if value else 0, session.get_one(Wish, pledge.wish_id).title, day,
                   (need.item, pledge.units, need.unit))


def _taken_in(intake: Intake) -> Given | None:
    """What the storekeeper saw, with its size; as for the charity's own fund there is no wish to name."""
    if not intake.units:
        return None
    item, batch, value = goods.items()[intake.batch.item_code], intake.batch, issuing.declared(purpose(intake))
    name = f"{item.zh}（{goods.size_name(batch.size, 'zh')}）" if batch.size else item.zh
    contact = db.session.get_one(OfferContact, intake.offer.id)
    return Given(purpose=purpose(intake), organisation_id=batch.organisation_id, giver_id=intake.offer.giver_id,
                 kind="goods", amount_fen=value.amount_fen if value else 0, title="",
                 items=((name, intake.units, item.unit),), given_on=clock.day_of(intake.at),
                 payer=contact.name.reveal() if contact.name else "")


def _stated(of: Pledge | Gift, what: str, amount_fen: int, title: str, day: datetime, *items: tuple) -> Given:
    session = db.session
    contact = session.get_one(GiftContact, of.id) if isinstance(of, Gift) else session.get_one(PledgeContact, of.id)
    return Given(purpose=purpose(of), organisation_id=of.organisation_id, giver_id=of.giver_id, kind=what,
                 amount_fen=amount_fen, title=title, items=items, given_on=clock.day_of(day),
                 payer=contact.name.reveal() if contact.name else "")
