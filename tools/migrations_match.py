"""The migrations lead to exactly the tables of the models. Prints the differences; exit 1 then."""
import base64
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        env = {"PATH": "/usr/bin:/bin", "APP_ENV": "development", "SECRET_KEY": "for this check", "DATA_DIR": folder,
               "FIELD_KEYS": "1:" + base64.b64encode(b"c" * 32).decode(), "STRIPE_API_KEY": "none",
               "STRIPE_WEBHOOK_SECRET": "none"}
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", "db"]
        for step in ("upgrade", "check"):
            done = subprocess.run([*flask, step], cwd=ROOT, env=env, capture_output=True, text=True)
            if done.returncode:
                sys.stdout.write(f"db {step}: {done.stdout}{done.stderr}\n")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
