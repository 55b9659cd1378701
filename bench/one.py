"""One task in a process of its own, so that its memory is its own: says what was measured as JSON."""
import json
import sys
from pathlib import Path
from typing import Any

from bench.tasks import TASKS, peak_bytes


def measure(task: str, folder: Path, persons: int, workers: int) -> dict[str, Any]:
    """What a task says, and the most memory that this process has held."""
    said = TASKS[task](folder, persons, workers)
    return {"peak_bytes": peak_bytes()} | said


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
