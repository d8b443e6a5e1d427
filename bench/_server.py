"""The real server, and a database that is killed: what a load test needs of both. All of it stays on this machine."""

import atexit
import os
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds for something to come up


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A command that serves on a port of this machine; it is up when it answers on `path`."""

    def __init__(self, command: Sequence[str], port: int, path: str = "/healthz", **env: str):
        self.command, self.port, self.path = command, port, path
        atexit.register(self.kill)
        self.env = os.environ | {"PYTHONPATH": str(ROOT), "PORT": str(port)} | env
        self.start()

    def start(self) -> None:
        """Begin, and come back when it answers."""
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        waits_for(self.answers, "the server did not come up")

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", self.path, headers={"Host": "localhost"})
            return connection.getresponse().status < 400
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """`kill -9` to all its processes at once: whoever watches over the others, the server's own, the worker."""
        if self.process.poll() is None:
            kill_tree(self.process.pid)
            self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


class Postgres:
    """The throw-away cluster of scripts/with-postgres, which says where it is and how it is started."""

    def __init__(self):
        self.data = Path(os.environ["PGDATA"])
        self.ctl = shlex.split(os.environ["PG_CTL"])

    def kill(self) -> None:
        """`kill -9` to all its processes at once.

        Where nobody takes leave of the dead (a container's first process may not), they would be taken for alive.
        """
        locks = [self.data / "postmaster.pid", *self.data.parent.glob(".s.PGSQL.*.lock")]
        kill_tree(int(locks[0].read_text().split()[0]))
        for lock in locks:
            lock.unlink()

    def start(self) -> None:
        """Begin again, and come back when what was committed is recovered."""
        command = [*self.ctl, "start", "--pgdata", self.data, "--wait", "--log", self.data / "again.log"]
        subprocess.run(command, cwd=self.data.parent, check=True, stdout=subprocess.DEVNULL)


def kill_tree(root: int) -> None:
    """Kill a process and all that came from it: nobody gets the time to end in order."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended
    family = [root]
    for member in family:
        family += [pid for pid, parent in parents.items() if parent == member]
    for pid in family:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def waits_for(condition: Callable[[], object], words: str) -> None:
    """Come back when the condition holds; AssertionError with the words where it never does."""
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(words)
        time.sleep(0.05)
