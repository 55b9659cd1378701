"""A standalone Spark cluster on the loopback: a master and two workers, each a process of its own."""
import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

HOST = "127.0.0.1"
OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dspark.master.rest.enabled=false"


class Cluster:
    """Started in a folder without this project in it, and stopped at the end of `with`."""

    def __init__(self, folder: Path, workers: int = 2):
        import pyspark

        self.folder, self.count, self.home = folder, workers, Path(pyspark.__file__).parent
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = free.getsockname()[1]
        self.url = f"spark://{HOST}:{self.port}"
        self.running: list[subprocess.Popen] = []

    def __enter__(self) -> "Cluster":
        self._start("master", "master.Master", "--port", str(self.port))
        self._await("elected leader", 1)
        for number in range(self.count):
            self._start(f"worker{number}", "worker.Worker", "--port", "0", "--cores", "1", "--memory", "1g",
                        "--work-dir", str(self.work(number)), self.url)
        self._await("Registering worker", self.count)
        return self

    def __exit__(self, *_: object) -> None:
        for one in reversed(self.running):
            self._kill(one)

    def work(self, number: int) -> Path:
        """Where a worker keeps what its executors do."""
        return self.folder / f"work{number}"

    def kill(self, number: int) -> None:
        """A worker and its executors are gone at once."""
        self._kill(self.running[1 + number])

    def told(self) -> str:
        """What the master wrote down."""
        return (self.folder / "master.log").read_text(errors="replace")

    def _start(self, name: str, role: str, *options: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SPARK_HOME")}
        environment |= {"SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": HOST, "SPARK_DAEMON_JAVA_OPTS": OPTIONS}
        command = [self.home / "bin" / "spark-class", f"org.apache.spark.deploy.{role}", "--host", HOST, "--webui-port", "0"]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running.append(subprocess.Popen(
                [*command, *options], cwd=self.folder, env=environment, stdout=log, stderr=log, start_new_session=True))

    def _await(self, text: str, times: int) -> None:
        until = time.monotonic() + 120
        while self.told().count(text) < times:
            assert time.monotonic() < until and self.running[0].poll() is None, self.told()
            time.sleep(0.1)

    @staticmethod
    def _kill(one: subprocess.Popen) -> None:
        with suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)
        one.wait()
