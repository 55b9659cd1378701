"""The public pages work for a database role that cannot read a single table with personal data."""
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from marketplace import create_app
from marketplace.core import clock, proof
from marketplace.core.crypto import Sealed
from marketplace.extensions import db
from marketplace.market.campaigns import service
from marketplace.market.teams.models import Team
from marketplace.money.receipts.models import Receipt
from tests import campaigns
from tests import service as served
from tests.browser import Browser
from tests.city import picture
from tests.conftest import settings_for


def personal_tables() -> set[str]:
    return {table.name for table in db.metadata.sorted_tables
            if table.info.get("personal") or any(isinstance(c.type, Sealed) for c in table.columns)}


@pytest.fixture
def outside(app, kind, city, tmp_path):
    if kind != "postgresql":
        pytest.skip("roles are PostgreSQL's")
    personal = personal_tables()
    assert {"person", "household_record", "wish_origin", "pledge_contact", "user", "notice", "entitlement"} <= personal
    with db.engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS everybody"))
        connection.execute(text("CREATE ROLE everybody LOGIN"))
        for table in db.metadata.sorted_tables:
            if table.name not in personal:
                connection.execute(text(f'GRANT SELECT ON "{table.name}" TO everybody'))
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).set(username="everybody").render_as_string(False)
    engine = create_engine(url)
    with engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text("SELECT * FROM person"))
    engine.dispose()
    outside = create_app(settings_for(app.config["SETTINGS"].data_dir, url))
    outside.testing = True
    outside.test_client_class = Browser
    yield outside
    with outside.app_context():
        db.session.remove()
        db.engine.dispose()
    with db.engine.begin() as connection:
        connection.execute(text("DROP OWNED BY everybody"))
        connection.execute(text("DROP ROLE everybody"))


def received(city) -> str:
    """The number of a receipt whose day is published."""
    city.promise(city.need(kind="money", wanted=20000), 20000)
    with clock.at(clock.now() + timedelta(days=1)):
        proof.publish()
    return db.session.scalars(select(Receipt.number)).one()


def test_every_public_page_opens(outside, city, app):
    home = city.home()
    wish = city.submitted(home)
    from marketplace.market.wishes import service as wishes
    from marketplace.market.wishes.service.deciding import PublicText
    from tests.city import TOWN
    me, worker, charity = city.beneficiary(home), city.person("social_worker", TOWN), city.organisation()
    wishes.return_(wish, "请附照片", by=worker)
    photo = wishes.add_photo(wish, picture(), by=me)
    wishes.submit(wish, by=me)
    wishes.edit(wish, PublicText(wish.title, "菊花奶奶", "想要一床被子。", 0, charity.id, wish.version), by=worker)
    wishes.review_photo(photo, wish, True, by=worker)
    wishes.publish(wish, by=worker)
    ref, key, number = wish.ref, photo.key, received(city)
    campaign = campaigns.live(city, campaigns.clerk(city, charity), 5000)
    told = service.tell(campaign, "第一批", "三十床。", campaigns.boss(city, campaigns.clerk(city, charity)), [picture()])
    shown, news = f"/campaigns/{campaign.ref}", told.pictures[0].key
    made = {name: db.session.get_one(served.MODELS[name], number) for name, number in served.things(city, charity).items()
            if name != "team"}
    team = db.session.scalars(select(Team)).one()
    worth = [f"/service/{made['attestation'].number}", f"/letters/{made['letter'].number}", "/teams", f"/teams/{team.ref}"]
    db.session.remove()
    browser = outside.test_client()
    for path in ("/", "/wishes", "/wishes?q=棉被&area=371402&kind=goods&urgency=normal&most=200&sort=urgent",
                 f"/wishes/{ref}", f"/wishes/{ref}?lang=en", "/sign-in/", "/sign-in/staff", "/healthz", "/readyz",
                 f"/pictures/{key}-480.webp", "/transparency/", f"/transparency/wishes/{ref}", "/transparency/data",
                 "/campaigns", "/campaigns?drive=winter_warmth&area=371402", shown, f"{shown}/account",
                 "/campaigns/drives/winter_warmth", f"/campaigns/pictures/{news}-480.webp",
                 "/transparency/data/entries.csv", "/transparency/data/wishes.json", f"/receipts/{number}",
                 f"/receipts/{number}/proof.json", "/transparency/proof", f"/transparency/proof/{clock.today()}",
                 "/transparency/proof.json", *worth):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/wishes/nothing").status_code == 410
