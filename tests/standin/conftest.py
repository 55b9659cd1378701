"""Stripe's own client, spoken to the stand-in, to localstripe, and to Stripe if STRIPE_CONTRACT_KEY is set."""
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import stripe

from tests.standin.listener import Listener
from tests.standin.months import LocalMonths, Months, stripes_months
from tests.standin.server import Running, running
from tests.standin.within import Shop, within

LOCALSTRIPE = "import sys; from aiohttp import web; from localstripe.server import app; " \
              "web.run_app(app, host='127.0.0.1', port=int(sys.argv[1]), print=None)"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("stripe")) as started:
        yield started


def client_of(server: Running, retries: int = 0) -> stripe.StripeClient:
    return stripe.StripeClient(server.key, base_addresses={"api": server.url}, max_network_retries=retries)


@pytest.fixture
def local(server: Running) -> stripe.StripeClient:
    """The stand-in alone."""
    return client_of(server)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as listening:
        yield listening


@pytest.fixture(scope="session", params=["local", "localstripe", "stripe"])
def provider(request: pytest.FixtureRequest) -> Iterator[stripe.StripeClient]:
    """One after the other, whoever speaks Stripe's language."""
    if request.param == "local":
        yield client_of(request.getfixturevalue("server"))
    elif request.param == "stripe":
        key = os.environ.get("STRIPE_CONTRACT_KEY", "")
        if not key.startswith("sk_test_"):
            pytest.skip("STRIPE_CONTRACT_KEY is not set to a test key")
        yield stripe.StripeClient(key)
    elif find_spec("localstripe") is None:
        pytest.skip("localstripe is not installed")
    else:
        yield from _localstripe(request.getfixturevalue("tmp_path_factory").mktemp("localstripe"))


def _localstripe(folder: Path) -> Iterator[stripe.StripeClient]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, "-W", "ignore", "-c", LOCALSTRIPE, str(port)], cwd=folder,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield stripe.StripeClient("sk_test_second_opinion", base_addresses={"api": f"http://127.0.0.1:{port}"},
                                      max_network_retries=0)
        finally:
            process.terminate()


def _wait(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(port)


@pytest.fixture
def full(provider: stripe.StripeClient, request: pytest.FixtureRequest) -> stripe.StripeClient:
    """Providers that do all of this. localstripe has no Checkout, no idempotency, no disputes, no prices, no expansion of
    what belongs to an invoice, and gives back more than was paid."""
    if "localstripe" in request.node.callspec.id:
        pytest.skip("localstripe lacks this or does it unlike Stripe")
    return provider


@pytest.fixture(params=["local", "stripe"])
def months(request: pytest.FixtureRequest) -> Iterator[Months]:
    """Providers whose clock a test may turn; localstripe's stands still."""
    if request.param == "stripe":
        key = os.environ.get("STRIPE_CONTRACT_KEY", "")
        if not key.startswith("sk_test_"):
            pytest.skip("STRIPE_CONTRACT_KEY is not set to a test key")
        with stripes_months(stripe.StripeClient(key)) as turned:
            yield turned
    else:
        with running(request.getfixturevalue("tmp_path")) as server:
            yield LocalMonths(client_of(server), server)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """The stand-in within this process."""
    with within(tmp_path) as opened:
        yield opened
