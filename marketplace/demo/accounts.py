"""The made-up people of the demo city whom a visitor may try to be."""
from functools import cache

from marketplace.core.transaction import transaction
from marketplace.people.accounts import service as accounts

PASSWORD = "demo-wishes-2026"
COUNTY, TOWN = "371402", "371402001"
VILLAGE = "371402001001"
FAMILY, DONOR, VOLUNTEER = "10088880001", "10088880002", "10088880003"
FAMILY_NAME = "赵桂香"
# name to sign in with, role, name on the desk, area; or in the charity of the county, post
STAFF = (
    ("worker", "social_worker", "新湖街道社工 刘敏", TOWN), ("colleague", "social_worker", "新湖街道社工 赵强", TOWN),
    ("village", "social_worker", "社区社工 孙丽", VILLAGE), ("county", "social_worker", "德城区民政 周峰", COUNTY),
    ("charity", "charity", "邻里公益 陈静", "manager"), ("clerk", "charity", "邻里公益 郑洁", "clerk"),
    ("storekeeper", "charity", "邻里公益 老何", "storekeeper"), ("leader", "charity", "邻里公益 小冯", "volunteer_lead"),
    ("verifier", "verifier", "核对中心 吴涛", "3714"),
    ("operator", "operator", "12345 话务员 马丽", "3714"), ("supervisor", "supervisor", "市民政局 高远", "3714"),
    ("admin", "administrator", "系统管理员", "3714"))


def listed() -> list[dict]:
    """Role, name, post in a charity, and what to sign in with, for the sign-in page."""
    staff = [{"role": role, "name": shown, "post": where if role == "charity" else "", "username": name,
              "password": PASSWORD} for name, role, shown, where in STAFF]
    people = [{"role": "beneficiary", "name": f"{FAMILY_NAME}一家", "phone": FAMILY},
              {"role": "donor", "name": "林女士", "phone": DONOR},
              {"role": "volunteer", "name": "小周", "phone": VOLUNTEER}]
    return [*people, *staff]


@cache
def known() -> str:
    """The hash of the password that all of them share; an account at a time would take its while."""
    return accounts.passwords.hash(PASSWORD)


def create(charity: int) -> None:
    """All of them but the family, which the registry knows."""
    with transaction():
        for name, role, shown, where in STAFF:
            place = {"organisation_id": charity, "post": where} if role == "charity" else {"area_code": where}
            accounts.create(role, username=name, display_name=shown, password_hash=known(), **place)
        accounts.create("donor", phone=DONOR, display_name="林女士")
        accounts.create("volunteer", phone=VOLUNTEER, display_name="小周")
