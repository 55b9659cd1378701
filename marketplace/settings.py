"""What the environment decides, read once. Incomplete settings stop the start."""
import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEMO_KEY_PREFIX = "sk_test_local_"
DEMO_SMS_PREFIX = "demo_"
STRIPE = "https://api.stripe.com"


def kept_secrets(data_dir: Path) -> dict[str, str]:
    """Secrets of a city that is not in production: made up at first, then kept in its folder, for its owner alone."""
    path = data_dir / "secrets.json"
    if not path.exists():
        made = {"SECRET_KEY": secrets.token_urlsafe(32),
                "FIELD_KEYS": "1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
                "STRIPE_API_KEY": DEMO_KEY_PREFIX + secrets.token_hex(12),
                "STRIPE_WEBHOOK_SECRET": "whsec_" + secrets.token_hex(16),
                "SMS_INBOUND_SECRET": DEMO_SMS_PREFIX + secrets.token_hex(16)}
        data_dir.mkdir(parents=True, exist_ok=True)
        unfinished = data_dir / f"secrets.{secrets.token_hex(4)}"
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(made))
        try:
            os.link(unfinished, path)  # of two that start at once, the first one's secrets stay
        except FileExistsError:
            pass
        unfinished.unlink()
    return json.loads(path.read_text())


class SettingsIncomplete(RuntimeError):
    """A setting is missing or not fit for this environment; the message names it."""


@dataclass(frozen=True)
class Settings:
    env: str
    database_url: str
    secret_key: str
    field_keys: str
    redis_url: str
    stripe_api_key: str
    stripe_webhook_secret: str
    stripe_api_base: str
    smtp_url: str
    sms_mail_domain: str
    sms_inbound_secret: str
    storage_url: str
    data_dir: Path
    site_url: str

    @property
    def demo(self) -> bool:
        return self.env == "demo"

    @property
    def production(self) -> bool:
        return self.env == "production"

    @classmethod
    def read(cls, env: Mapping[str, str]) -> "Settings":
        """The settings in `env`. Raises SettingsIncomplete naming what is missing or unfit."""
        data_dir = Path(env.get("DATA_DIR", "var")).resolve()
        kind = env.get("APP_ENV", "development")
        if kind != "production" and not (env.get("SECRET_KEY") and env.get("FIELD_KEYS")):
            env = {**kept_secrets(data_dir), **{name: value for name, value in env.items() if value}}
        settings = cls(
            env=kind,
            database_url=env.get("DATABASE_URL", f"sqlite:///{data_dir}/city.db"),
            secret_key=env.get("SECRET_KEY", ""),
            field_keys=env.get("FIELD_KEYS", ""),
            redis_url=env.get("REDIS_URL", ""),
            stripe_api_key=env.get("STRIPE_API_KEY", ""),
            stripe_webhook_secret=env.get("STRIPE_WEBHOOK_SECRET", ""),
            stripe_api_base=env.get("STRIPE_API_BASE", STRIPE),
            smtp_url=env.get("SMTP_URL", ""),
            sms_mail_domain=env.get("SMS_MAIL_DOMAIN", ""),
            sms_inbound_secret=env.get("SMS_INBOUND_SECRET", ""),
            storage_url=env.get("STORAGE_URL", f"file://{data_dir}/files"),
            data_dir=data_dir,
            site_url=env.get("SITE_URL", f"http://127.0.0.1:{env.get('PORT', '8000')}"),
        )
        settings.refuse_unfit()
        return settings

    def refuse_unfit(self) -> None:
        """Raise SettingsIncomplete when a secret is missing, or a value must not stand in production."""
        for name in ("secret_key", "field_keys"):
            if not getattr(self, name):
                raise SettingsIncomplete(f"{name.upper()} is not set")
        live = self.stripe_api_key.startswith(("sk_live_", "rk_live_"))
        if live and self.stripe_api_base != STRIPE:
            raise SettingsIncomplete("a live STRIPE_API_KEY goes to Stripe alone: unset STRIPE_API_BASE")
        if self.production:
            self._refuse_demo_values()

    def _refuse_demo_values(self) -> None:
        for name in ("stripe_api_key", "stripe_webhook_secret", "sms_inbound_secret", "redis_url", "smtp_url"):
            if not getattr(self, name):
                raise SettingsIncomplete(f"{name.upper()} is not set")
        if len(self.secret_key) < 32 or self.secret_key.startswith("demo"):
            raise SettingsIncomplete("SECRET_KEY must be random and at least 32 characters long")
        if len(self.sms_inbound_secret) < 24 or self.sms_inbound_secret.startswith("demo"):
            raise SettingsIncomplete("SMS_INBOUND_SECRET must be random and at least 24 characters long")
        if self.stripe_api_key.startswith(DEMO_KEY_PREFIX) or self.stripe_api_base != STRIPE:
            raise SettingsIncomplete("the local payment server has no place in production")
        if not self.site_url.startswith("https://"):
            raise SettingsIncomplete("SITE_URL must be the https:// address of the site")
