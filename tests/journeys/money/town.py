"""A town for the journeys of money: a charity with its people, an officer, wishes that ask for money. Prints what is there.

Run beside the site, with its settings: `python -m tests.journeys.money.town`.
"""
import json
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from marketplace import create_app
from marketplace.core import clock
from marketplace.people.accounts import service as accounts
from marketplace.people.organisations import service as organisations
from tests.city import City
from tests.journeys.site import PASSWORD

CODE = "53371400MJE0000138"
OTHER = ("德城区邻里公益服务中心", "53371400MJE0000213", "Decheng Neighbours")
STAFF = (("tongxin", "manager", "陈静"), ("clerk", "clerk", "郑洁"), ("keeper", "storekeeper", "老何"))
WISHES = {"ears": ("助听器电池", 16_000), "coal": ("过冬的煤", 12_000), "glasses": ("老花镜", 9_000),
          "lamp": ("台灯", 8_000), "shoes": ("棉鞋", 7_000), "desk": ("书桌", 30_000)}


def build(city: City) -> dict:
    charity = organisations.create("德州市同心慈善会", CODE, clock.today() + timedelta(900), "Dezhou Tongxin Charity",
                                   "3714")
    organisations.create(*OTHER[:2], clock.today() + timedelta(900), OTHER[2], "371402")
    for username, post, name in STAFF:
        accounts.create("charity", username=username, display_name=name, password=PASSWORD, organisation_id=charity.id,
                        post=post)
    accounts.create("supervisor", username="bureau", display_name="高远", password=PASSWORD, area_code="3714")
    worker = city.person("social_worker")
    made = {key: city.wish(worker=worker, charity=charity, kind="money", item=item, wanted=fen, category="aid",
                           story="冬天前想用上它。", words="家里需要它。").ref for key, (item, fen) in WISHES.items()}
    return {"charity": charity.id, "wishes": made}


def main() -> None:
    app = create_app()
    with tempfile.TemporaryDirectory() as folder, app.app_context():
        sys.stdout.write(json.dumps(build(City(app, Path(folder)))))


if __name__ == "__main__":
    main()
