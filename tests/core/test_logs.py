import io
import json
import logging

import pytest

from marketplace.core import logs
from marketplace.core.crypto import Private


@pytest.fixture
def lines():
    root = logging.getLogger()
    before = root.handlers[:], root.level
    logs.configure()
    written = io.StringIO()
    root.handlers[0].setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:], root.level = before


def test_a_line_is_json_with_the_number_of_its_request(lines):
    logs.begin(request="abc")
    logging.getLogger("marketplace.x").warning("late", extra={"error": "OSError"})
    assert {"request": "abc", "event": "late", "error": "OSError", "level": "warning"}.items() <= lines()[0].items()


def test_a_personal_value_prints_as_a_mask(lines):
    logging.getLogger("x").warning("who %s", Private("王秀英"), extra={"phone": Private("13800001111")})
    assert "王秀英" not in str(found := lines()) and "1380000" not in str(found)
