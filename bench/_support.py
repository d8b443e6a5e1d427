"""What the benchmarks share: a database of their own, a stopwatch, a verdict."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median


def prepare(folder: str, url: str = "") -> None:
    """Set Django up on a database of its own, in the folder where none is given: the user's is never opened."""
    os.environ |= {
        "DATABASE_URL": url or f"sqlite:///{folder}/bench.sqlite3",
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


def verdict(name: str, found: float, limit: float, *, least: bool = False) -> None:
    """Print the ratio against its limit; end the run where it is over, or below the least that is asked for."""
    print(f"{name}: {found:.2f} ({'at least' if least else 'limit'} {limit:.2f})")
    if found < limit if least else found > limit:
        sys.exit(1)
