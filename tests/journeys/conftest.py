import shutil
from datetime import timedelta

import pytest

from marketplace.core import clock
from tests.city import TOWN
from tests.journeys.site import PASSWORD, album, chromium, running


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """One site for all journeys on a small demo city, with two workers and a charity."""
    for pictures in ("zh", "en", "gone"):
        shutil.rmtree(album(pictures), ignore_errors=True)
    with running(tmp_path_factory.mktemp("site"), FLASK_DEMO_FILL_HOUSEHOLDS="300") as found:
        found.charity = charity = found.flask(
            "organisations", "create", "德州市同心慈善会", "--english", "Dezhou Tongxin Charity",
                              "--credit-code", "53371400MJE0000138", "--qualified-until",
                              str(clock.today() + timedelta(900)))
        for role, name, more in (("social_worker", "liu", ["--area", TOWN]), ("social_worker", "zhao", ["--area", TOWN]),
                                 ("charity", "tongxin", ["--organisation", charity])):
            found.flask("accounts", "create", role, name, "--name", name, "--password", PASSWORD, *more)
        yield found


@pytest.fixture(scope="session")
def browser():
    with chromium() as found:
        yield found
