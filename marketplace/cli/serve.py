"""The whole city in one place: `make run`. Starts what is needed, keeps it running, and stops all of it together."""
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.settings import DEMO_KEY_PREFIX, kept_secrets

HERE = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 12
MOST_FALLS, WITHIN = 5, 60
PR_SET_PDEATHSIG = 1


@dataclass
class Part:
    """One process of the site; `falls` are the moments at which it died lately."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    falls: list[float] = field(default_factory=list)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Serve until Ctrl-C. Returns the exit code: 1 when something is in the way or keeps dying."""
    data = Path(os.environ.get("DATA_DIR", "var")).resolve()
    data.mkdir(parents=True, exist_ok=True)
    port = int(os.environ.get("PORT", "8000"))
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say(f"Tiny Wishes is running already with the data in {data}. Stop it first, or set DATA_DIR.")
            return 1
        if taken(port):
            say(f"Port {port} is taken by another program. Choose another one: PORT=8080 make run")
            return 1
        env = environment(data, port)
        return Keeper(data, env, parts(data, port, env)).run()


def taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(data: Path, port: int) -> dict[str, str]:
    """What the children live in: the caller's settings, and for what is missing secrets of this folder's own."""
    env = {**os.environ, "DATA_DIR": str(data), "PORT": str(port)}
    env.setdefault("APP_ENV", "demo")
    if not env.get("STRIPE_API_KEY"):
        env["STRIPE_API_BASE"] = f"http://127.0.0.1:{free_port()}"
    for name, value in kept_secrets(data).items():
        env[name] = env.get(name) or value
    return env


def parts(data: Path, port: int, env: dict[str, str]) -> list[Part]:
    """The processes, in the order in which they start."""
    found = []
    if env["STRIPE_API_KEY"].startswith(DEMO_KEY_PREFIX):
        found.append(Part("payments", [
            sys.executable, "-m", "marketplace.standin.stripe", "--port", env["STRIPE_API_BASE"].rpartition(":")[2],
            "--data", str(data / "payments"), "--webhook", f"http://127.0.0.1:{port}/payments/stripe/webhook"]))
    found.append(Part("jobs", [
        str(BIN / "celery"), "--quiet", "-A", "marketplace.worker", "worker", "-B", "--concurrency", "1", "--loglevel",
        "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat", "-s", str(data / "beat")]))
    found.append(Part("site", [
        str(BIN / "gunicorn"), "wsgi:app", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2",
        "--threads", "8", "--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"]))
    return found


def prepare(env: dict[str, str]) -> None:
    """The tables, and on the first start the demo city. Raises CalledProcessError."""
    flask = [str(BIN / "flask"), "--app", "wsgi"]
    say("Preparing the database …")
    subprocess.run([*flask, "db", "upgrade"], env=env, cwd=HERE, check=True)
    if env["APP_ENV"] == "demo":
        say("Looking after the demo city (the first time takes a minute or two) …")
        subprocess.run([*flask, "demo", "fill"], env=env, cwd=HERE, check=True)


def with_us() -> None:
    """Runs in a child: it ends when this process does, whatever killed it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Keeper:
    """Starts the parts, starts again what dies, and ends them together."""

    def __init__(self, data: Path, env: dict[str, str], parts: list[Part]):
        self.env, self.parts, self.ending = env, parts, False
        self.logs = data / "log"
        self.logs.mkdir(exist_ok=True)

    def run(self) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        try:
            prepare(self.env)
        except subprocess.CalledProcessError as error:
            if not self.ending:
                say(f"That did not work: {' '.join(error.cmd[-2:])}. The lines above say why.")
            return 0 if self.ending else 1
        try:
            return self._keep()
        finally:
            self._stop()

    def _end(self, *_: object) -> None:
        self.ending = True

    def _keep(self) -> int:
        for part in self.parts:
            self._start(part)
        self._wait_until_open()
        while not self.ending:
            time.sleep(0.3)
            for part in self.parts:
                if part.process and part.process.poll() is not None and not self.ending and not self._again(part):
                    return 1
        return 0

    def _wait_until_open(self) -> None:
        port = int(self.env["PORT"])
        for _ in range(300):
            with socket.socket() as probe:
                if self.ending or probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        if not self.ending:
            say(f"Tiny Wishes (微心愿) is open at http://127.0.0.1:{port}   Ctrl-C stops it.")

    def _start(self, part: Part) -> None:
        with (self.logs / f"{part.name}.log").open("ab") as log:
            part.process = subprocess.Popen(part.command, env=self.env, cwd=HERE, stdout=log, stderr=log,
                                            start_new_session=True, preexec_fn=with_us)

    def _again(self, part: Part) -> bool:
        """Start a part again that died; not when it keeps dying."""
        now = time.monotonic()
        part.falls = [at for at in part.falls if now - at < WITHIN] + [now]
        if len(part.falls) > MOST_FALLS:
            say(f"{part.name} keeps stopping; see {self.logs / part.name}.log")
            return False
        say(f"{part.name} stopped and is started again; see {self.logs / part.name}.log")
        time.sleep(min(len(part.falls) - 1, 5))
        self._start(part)
        return True

    def _stop(self) -> None:
        """End all parts, the newest first; what does not listen is killed."""
        say("Stopping …")
        running = [part.process for part in reversed(self.parts) if part.process]
        for process in running:
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        say("Stopped.")


if __name__ == "__main__":
    sys.exit(main())
