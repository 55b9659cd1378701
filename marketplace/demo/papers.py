"""What givers of the demo city asked for on paper, and what clerks and storekeepers of the charities did about it."""
from sqlalchemy import exists, select

from marketplace.core import clock, credit_code
from marketplace.core.transaction import transaction
from marketplace.extensions import db
from marketplace.market.pledges.models import Pledge
from marketplace.market.thanking import given
from marketplace.market.thanking import service as thanking
from marketplace.market.wishes.models import Wish
from marketplace.money.receipts import service as receipts
from marketplace.money.receipts.models import OfficialReceipt, Receipt
from marketplace.people.accounts.models import User

PERSONS = ("林晓燕", "王建军", "张春梅", "李国庆", "陈思远")
COMPANY, FIRST_17 = "德州市运河书店有限公司", "91371402MA3RX5U77"
ASKED, RECORDED = 2, 3  # every second receipt with a value, every third that was asked for


def write() -> None:
    """Ask for official receipts, and issue some. Once, whole or not at all."""
    if db.session.scalar(select(exists().where(OfficialReceipt.id > 0))):
        return
    with transaction():
        clerks = {clerk.organisation_id: clerk for clerk in db.session.scalars(
            select(User).where(User.post.in_(("manager", "clerk"))))}
        for n, receipt in enumerate(_worth_something()[::ASKED]):
            _ask(receipt, n, clerks[receipt.organisation_id])


def declare(wish: Wish, by: User) -> None:
    """What the goods for a wish are worth, by the invoice that came with them."""
    pledge, need = db.session.scalars(select(Pledge).where(Pledge.wish_id == wish.id)).one(), wish.needs[0]
    thanking.declare(pledge, max(need.price_fen, 100) * pledge.units, f"3714{pledge.id:08}", by=by)


def _worth_something() -> list[Receipt]:
    return list(db.session.scalars(select(Receipt).where(
        Receipt.state == "issued", Receipt.reverses_id.is_(None), Receipt.amount_fen > 0, Receipt.giver_id != 0)
        .order_by(Receipt.id)))


def _ask(receipt: Receipt, n: int, clerk: User) -> None:
    gift = given.find(receipt.purpose)
    assert gift
    payer, code = (COMPANY, FIRST_17 + credit_code.check_character(FIRST_17)) if n % 4 == 3 else (PERSONS[n % 5], "")
    official = thanking.ask_official(gift, payer, code, by=db.session.get_one(User, receipt.giver_id))
    if n % RECORDED == 0:
        receipts.official(official, "37060126", f"{1_000_000_000 + n}", "7kq3fx", clock.today(), by=clerk)
