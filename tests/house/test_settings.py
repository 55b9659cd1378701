"""What the environment decides; production refuses to start with a missing or a demo secret."""
import base64

import pytest

from marketplace.settings import Settings, SettingsIncomplete

GOOD = {"APP_ENV": "production", "DATABASE_URL": "postgresql+psycopg://db/city", "SECRET_KEY": "s" * 40,
        "FIELD_KEYS": "1:" + base64.b64encode(b"k" * 32).decode(), "STRIPE_API_KEY": "sk_live_1",
        "STRIPE_WEBHOOK_SECRET": "whsec_1", "SMS_INBOUND_SECRET": "g" * 32,
        "REDIS_URL": "redis://cache", "SMTP_URL": "smtp://post", "SITE_URL": "https://wishes.example"}


def test_a_whole_environment_starts():
    assert Settings.read(GOOD).production


@pytest.mark.parametrize("change", [
    {"SECRET_KEY": ""}, {"SECRET_KEY": "short"}, {"SECRET_KEY": "demo" + "x" * 40}, {"FIELD_KEYS": ""},
    {"STRIPE_API_KEY": ""},
    {"STRIPE_API_KEY": "sk_test_local_1"}, {"STRIPE_API_BASE": "http://127.0.0.1:1"}, {"STRIPE_WEBHOOK_SECRET": ""},
    {"SMS_INBOUND_SECRET": ""}, {"SMS_INBOUND_SECRET": "demo_" + "0" * 32},
    {"REDIS_URL": ""}, {"SMTP_URL": ""}, {"SITE_URL": "http://wishes.example"}])
def test_production_refuses_what_is_missing_or_made_for_the_demo(change, tmp_path):
    with pytest.raises(SettingsIncomplete):
        Settings.read({**GOOD, "DATA_DIR": str(tmp_path), **change})
    assert not list(tmp_path.iterdir())


def test_a_city_on_a_desk_keeps_the_secrets_it_made_up(tmp_path):
    first, second = (Settings.read({"DATA_DIR": str(tmp_path)}) for _ in range(2))
    assert first == second and len(first.secret_key) > 30
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
