"""What the benchmarks share: a database of their own, a stopwatch, a verdict."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median


def prepare(folder: str) -> None:
    """Set Django up on a database of its own in the folder: the user's is never opened."""
    os.environ |= {
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "DJANGO_SETTINGS_MODULE": "eldercare.settings",
        "VAR_DIR": folder,
    }
    import django

    django.setup()


def workspace() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="eldercare-bench-")


def seconds(*works: Callable[[], object], rounds: int) -> list[float]:
    """The median processor time of each piece of work; they take turns, so that a busy machine slows all alike."""
    for work in works:
        work()  # warm
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, taken in zip(works, times, strict=True):
            before = time.process_time()
            work()
            taken.append(time.process_time() - before)
    return [median(taken) for taken in times]


def verdict(name: str, found: float, limit: float) -> None:
    """Print the ratio against its limit; end the run where it is over."""
    print(f"{name}: {found:.2f} (limit {limit:.2f})")
    if found > limit:
        sys.exit(1)
