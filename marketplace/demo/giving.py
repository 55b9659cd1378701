"""Gifts of money of every kind in the demo city: to funds, each month, by transfer and in cash, late, disputed; by the verbs
that people use, each step once however often the filling is begun."""
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, true

from marketplace.core import audit, clock, outbox
from marketplace.core.transaction import transaction
from marketplace.demo import pictures, till
from marketplace.extensions import db
from marketplace.market.campaigns.models import Campaign
from marketplace.market.campaigns.service import takes_gifts
from marketplace.market.funds import service as funds
from marketplace.market.gifts import service as gifts
from marketplace.market.gifts.models import Gift, MonthlyGift, Slip
from marketplace.market.gifts.service.slips import SlipDraft
from marketplace.market.matches import service as matches
from marketplace.market.pledges import service as pledges
from marketplace.market.pledges.models import Pledge
from marketplace.market.wishes import public
from marketplace.market.wishes.models import Need, Wish
from marketplace.money.payments.models import Payment, PaymentLine, Subscription
from marketplace.people.accounts.models import User

DONE = "demo.give"
UNNAMED = 20_000
DOUBLED = 1_000_000
FROM_FUND = 1  # the others are found by the matching


class Giving:
    """Tells the steps one after the other; what was told before is passed over."""

    def __init__(self, begun: datetime):
        self.begun = begun
        self.clerk = db.session.scalars(select(User).where(User.username == "charity")).one()
        self.second = db.session.scalars(select(User).where(User.username == "clerk")).one()
        self.donors = list(db.session.scalars(select(User).where(User.role == "donor").order_by(User.id)))
        self.fund = f"fund:{self.clerk.organisation_id}"
        self.told = set(db.session.scalars(select(audit.AuditEntry.subject).where(audit.AuditEntry.capability == DONE)))

    def tell(self) -> None:
        """All of it, in the order of time."""
        self._at(40, self.give_monthly)
        self._at(20, self.give_named)
        self._at(12, self.give_unnamed)
        self._at(9, self.month_later)
        self._at(8, self.record_transfer)
        self._at(7, self.confirm_transfer)
        self._at(6.8, self.record_collection)
        self._at(6.7, self.confirm_collection)
        self._at(6, self.record_cash)
        self._at(5.5, self.confirm_cash)
        self._at(5, self.give_cash_back)
        self._at(4, self.begin_what_comes_late)
        self._at(3.9, self.be_faster)
        self._at(3.8, self.come_late)
        self._at(3, self.take_to_the_bank)
        self._at(2, self.fill_a_basket)
        self._at(1.9, self.pay_for_it)
        self._at(1.5, self.give_from_fund)
        self._at(1, self.record_what_waits)

    def tell_of_campaigns(self) -> None:
        """When there are campaigns."""
        self._at(0.95, self.let_a_company_double)
        self._at(0.9, self.give_to_campaigns)

    def _at(self, days_ago: float, step: Callable[[], object]) -> None:
        subject = f"step:{step.__name__}"
        if subject in self.told:
            return
        with clock.at(self.begun - timedelta(days=days_ago)):
            with transaction():
                step()
                audit.record(0, DONE, subject)
            while outbox.drain():
                pass

    def give_monthly(self) -> None:
        monthly = gifts.give_monthly(self.fund, 3_000, self.donors[0], shown_as="林女士").monthly
        till.begin(_subscription(monthly))

    def month_later(self) -> None:
        till.follow(_subscription(db.session.scalars(select(MonthlyGift)).one()))

    def let_a_company_double(self) -> None:
        """A company adds to gifts to a campaign of the clerk's charity; its money is at the bank already."""
        mine = select(Campaign).where(Campaign.state == "live", Campaign.raiser_id == self.clerk.organisation_id)
        campaign = next(filter(takes_gifts, db.session.scalars(mine.order_by(Campaign.id))), None)
        if campaign is None:
            return
        today = clock.today()
        match = matches.plan(matches.Plan(
            "德州暖冬家纺有限公司", DOUBLED, today, today + timedelta(days=45), english="Dezhou Warm Winter Textiles",
            serves="campaign", campaign_id=campaign.id, most_fen=DOUBLED // 10), by=self.clerk)
        funding = matches.record_funding(match, DOUBLED, "20261124007731", today, by=self.second)
        matches.confirm_funding(funding, by=self.clerk)
        matches.begin(match, by=self.clerk)

    def give_to_campaigns(self) -> None:
        live = db.session.scalars(select(Campaign).where(Campaign.state == "live").order_by(Campaign.id)).all()
        for number, campaign in enumerate(one for one in live if takes_gifts(one)):
            donor = self.donors[number % len(self.donors)]
            given = gifts.give(campaign.account, 5_000 * (number + 1), donor, "reroute", donor.display_name)
            till.pay(_payment(given.gift))

    def give_named(self) -> None:
        self._give(10_000, 1, shown_as="早起的老师")

    def give_unnamed(self) -> None:
        self._give(UNNAMED, 2)

    def _give(self, fen: int, donor: int, **more: str) -> None:
        till.pay(_payment(gifts.give(self.fund, fen, self.donors[donor % len(self.donors)], **more).gift))

    def take_to_the_bank(self) -> None:
        """A giver's bank asks for the money back; the charity has a few days left to answer."""
        till.dispute(_payment(db.session.scalars(select(Gift).where(Gift.amount_fen == UNNAMED)).one()), "unrecognized")

    def record_transfer(self) -> None:
        self._record(50_000, "bank", "20261118004417", self.clerk, name="运河机械厂工会")

    def confirm_transfer(self) -> None:
        gifts.confirm_slip(self._slip("recorded"), self.second)

    def record_collection(self) -> None:
        """What a factory's people collected, without a purpose."""
        self._record(200_000, "bank", "20261119006120", self.second, name="扒鸡厂职工爱心基金")

    def confirm_collection(self) -> None:
        gifts.confirm_slip(self._slip("recorded"), self.clerk)

    def give_from_fund(self) -> None:
        """What came without a purpose goes to a wish; for the others the visitor finds proposals."""
        for need in self._open_needs(FROM_FUND):
            funds.propose(need, need.left, by=self.second)

    def record_cash(self) -> None:
        self._record(8_800, "cash", "柜-0126", self.second)

    def confirm_cash(self) -> None:
        gifts.confirm_slip(self._slip("recorded"), self.clerk)

    def give_cash_back(self) -> None:
        """What was brought in cash goes back by hand: it was meant for somebody else."""
        cash = db.session.scalars(select(Slip).where(Slip.way == "cash")).one()
        gifts.refund(db.session.get_one(Gift, int(cash.purpose.removeprefix("gift:"))), self.second)

    def begin_what_comes_late(self) -> None:
        if need := self._open_needs(1):
            pledges.reserve(need[0], min(2_000, need[0].left), self.donors[3 % len(self.donors)], if_ended="reroute")

    def be_faster(self) -> None:
        """Somebody else gives all that is missing, when the first has let the time to pay run out."""
        pledges.lapse()
        if late := self._lapsed():
            need = db.session.get_one(Need, late.need_id)
            till.pay(pledges.payment_of(pledges.reserve(need, need.left, self.donors[4 % len(self.donors)]).pledge))

    def come_late(self) -> None:
        if late := self._lapsed():
            till.pay(pledges.payment_of(late))

    def fill_a_basket(self) -> None:
        if needs := self._open_needs(2):
            pledges.reserve_many([(need, min(3_000, need.left)) for need in needs], self.donors[0], "fund")

    def pay_for_it(self) -> None:
        if one := db.session.scalars(select(Pledge).where(Pledge.state == "reserved", Pledge.kind == "money")).first():
            till.pay(pledges.payment_of(one))

    def record_what_waits(self) -> None:
        """For the visitor to confirm."""
        self._record(20_000, "bank", "20261125018802", self.second, name="周先生", phone="10077770001")

    def _record(self, fen: int, way: str, reference: str, by: User, **payer: str) -> None:
        draft = SlipDraft(way, fen, clock.today() - timedelta(days=1), reference, account=self.fund,
                          name=payer.get("name", ""), phone=payer.get("phone", ""))
        gifts.record_slip(draft, pictures.slip(), by)

    def _slip(self, state: str) -> Slip:
        return db.session.scalars(select(Slip).where(Slip.state == state)).one()

    def _lapsed(self) -> Pledge | None:
        return db.session.scalars(select(Pledge).where(Pledge.state == "expired", Pledge.kind == "money",
                                                       Pledge.if_ended == "reroute").order_by(Pledge.id.desc())).first()

    def _open_needs(self, many: int, category: str = "") -> list[Need]:
        """Needs of money of the clerk's charity that are open to everybody, of so many wishes."""
        return list(db.session.scalars(
            public.visible(Need).join(Need, Need.wish_id == Wish.id).where(
                Need.kind == "money", Need.wanted - Need.pledged > 5_000,
                Wish.organisation_id == self.clerk.organisation_id, Need.category == category if category else true())
            .order_by(Need.id.desc()).limit(many)))


def _payment(gift: Gift) -> Payment:
    return db.session.scalars(select(Payment).join(PaymentLine).where(PaymentLine.purpose == f"gift:{gift.id}")).one()


def _subscription(monthly: MonthlyGift) -> Subscription:
    return db.session.scalars(select(Subscription).where(Subscription.purpose == f"monthly:{monthly.id}")).one()

