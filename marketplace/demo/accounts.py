"""The made-up people of the demo city whom a visitor may try to be."""
from marketplace.core.transaction import transaction
from marketplace.people.accounts import service as accounts

PASSWORD = "demo-wishes-2026"
COUNTY, TOWN = "371402", "371402001"
VILLAGE = "371402001001"
FAMILY, DONOR, VOLUNTEER = "10088880001", "10088880002", "10088880003"
FAMILY_NAME = "赵桂香"
# name to sign in with, role, name on the desk, area
STAFF = (
    ("worker", "social_worker", "新湖街道社工 刘敏", TOWN), ("colleague", "social_worker", "新湖街道社工 赵强", TOWN),
    ("village", "social_worker", "社区社工 孙丽", VILLAGE), ("county", "social_worker", "德城区民政 周峰", COUNTY),
    ("charity", "charity", "邻里公益 陈静", ""), ("verifier", "verifier", "核对中心 吴涛", "3714"),
    ("operator", "operator", "12345 话务员 马丽", "3714"), ("supervisor", "supervisor", "市民政局 高远", "3714"),
    ("admin", "administrator", "系统管理员", "3714"))


def listed() -> list[dict]:
    """Role, name, and what to sign in with, for the sign-in page."""
    staff = [{"role": role, "name": shown, "username": name, "password": PASSWORD} for name, role, shown, _area in STAFF]
    people = [{"role": "beneficiary", "name": f"{FAMILY_NAME}一家", "phone": FAMILY},
              {"role": "donor", "name": "林女士", "phone": DONOR},
              {"role": "volunteer", "name": "小周", "phone": VOLUNTEER}]
    return [*people, *staff]


def create(charity: int) -> None:
    """All of them but the family, which the registry knows."""
    with transaction():
        for name, role, shown, area in STAFF:
            accounts.create(role, username=name, display_name=shown, area_code=area, password=PASSWORD,
                            organisation_id=charity if role == "charity" else 0,
                            post="manager" if role == "charity" else "")
        accounts.create("donor", phone=DONOR, display_name="林女士")
        accounts.create("volunteer", phone=VOLUNTEER, display_name="小周")
