"""The server and the worker beside it: they end together, and a worker that ends comes back."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A process that notes that it runs and, when it is asked to end, that it ended.
CHILD = """
import os, signal, sys, time
from pathlib import Path
folder, name, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
def end(*_):
    (folder / f"{name}-ended-{os.getpid()}").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
(folder / f"{name}-{os.getpid()}").touch()
time.sleep(seconds)
sys.exit(7)
"""
PARENT = """
import sys
from eldercare import processes
processes.TICK = processes.PAUSE = 0.05
child, folder, server_seconds, worker_seconds = sys.argv[1:]
ticks = []
def clock():
    ticks.append(1)
    open(f"{folder}/ticks", "w").write(str(len(ticks)))
command = [sys.executable, "-c", child, folder]
sys.exit(processes.serve([*command, "server", server_seconds], [*command, "worker", worker_seconds], clock))
"""


class Family:
    def __init__(self, folder, server="60", worker="60"):
        self.folder = folder
        command = [sys.executable, "-c", PARENT, CHILD, str(folder), server, worker]
        self.parent = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})

    def children(self, name):
        """The process ids of those that began."""
        return [int(path.name.rpartition("-")[2]) for path in self.folder.glob(f"{name}-[0-9]*")]

    def ended(self, name):
        return len(list(self.folder.glob(f"{name}-ended-*")))

    def waits_for(self, condition):
        for _attempt in range(400):
            if condition():
                return
            time.sleep(0.05)
        raise AssertionError("it did not come to that")

    def runs(self):
        self.waits_for(lambda: self.children("server") and self.children("worker"))
        return self


@pytest.fixture
def family(tmp_path):
    families = []

    def begun(**seconds):
        families.append(Family(tmp_path, **seconds))
        return families[-1].runs()

    yield begun
    for family in families:
        family.parent.kill()
        family.parent.wait()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_ends_all_in_order(family, name):
    one = family()

    one.parent.send_signal(getattr(signal, name))

    assert one.parent.wait(20) == 0
    assert (one.ended("server"), one.ended("worker")) == (1, 1)


def test_the_end_of_the_server_is_the_end_of_the_worker_and_its_code_is_told(family):
    one = family(server="0.5")

    assert one.parent.wait(20) == 7
    assert one.ended("worker") == 1


def test_a_worker_that_ends_is_started_again(family):
    one = family(worker="0.1")

    one.waits_for(lambda: len(one.children("worker")) >= 3)
    assert one.parent.poll() is None
    assert len(one.children("server")) == 1


def test_the_clock_ticks_while_they_run(family, tmp_path):
    one = family()

    one.waits_for(lambda: (tmp_path / "ticks").exists() and int((tmp_path / "ticks").read_text() or 0) >= 3)


def test_nobody_is_left_when_the_parent_is_killed(family):
    one = family()

    one.parent.kill()

    one.waits_for(lambda: (one.ended("server"), one.ended("worker")) == (1, 1))
