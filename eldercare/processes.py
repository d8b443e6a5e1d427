"""Processes that live and die together: the server, and the worker beside it."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

TICK = 1  # seconds between two looks at the processes
PAUSE = 5  # seconds before a worker that ended is started again
STOPPING = 30  # seconds that a process has to end by itself
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Stopped(Exception):
    """Somebody asked the processes to stop."""


def serve(server: Sequence[str], worker: Sequence[str], clock: Callable[[], None]) -> int:
    """Run the server and the worker until the server ends or a signal comes, and end both: the server's exit code.

    A worker that ends is started again. `clock` is called about every second.
    """
    children: list[subprocess.Popen] = []
    _on_signals(_stop)
    try:
        children += [_start(server), _start(worker)]
        while children[0].poll() is None:
            if children[1].poll() is not None:
                time.sleep(PAUSE)
                children[1] = _start(worker)
            clock()
            time.sleep(TICK)
        return children[0].returncode
    except Stopped:
        return 0
    finally:
        _on_signals(signal.SIG_IGN)  # they are ending
        _end(children)


def _on_signals(handler) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), handler)


def _stop(_signal, _frame) -> None:
    raise Stopped


def _start(command: Sequence[str]) -> subprocess.Popen:
    """In a group of its own, so that Ctrl-C reaches it once, through us; on Linux it ends even when we are killed."""
    linux = sys.platform == "linux"
    return subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent if linux else None)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGTERM)


def _end(children: Sequence[subprocess.Popen]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(STOPPING)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
