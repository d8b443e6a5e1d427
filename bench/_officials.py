"""Officials who fill their sheets over HTTP, as its page does (static/sheet/): every field is sent when it is left, one request at a time."""

import re
import secrets
import threading
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

HIDDEN_NAMES = ("version", "seen", "base")
HIDDEN = re.compile(rf'name="(-?\d+)\.({"|".join(HIDDEN_NAMES)})" value="([^"]*)"')
PACE = 0.1  # seconds for a field: the server is the limit, not anybody's fingers
BROKEN = (502, 503, 504)  # as in static/sheet/sending.js: what is said where nobody answers
TIMEOUT = 60
BOUNDARY = "-" * 8 + uuid.uuid4().hex
Typed = Mapping[str, str]  # the fields of a line


class Gate:
    """Where those wait whose answer broke, until everything is up again."""

    def __init__(self):
        self._open, self._lock, self.waiting = threading.Event(), threading.Lock(), 0
        self._open.set()

    def close(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    def wait(self) -> None:
        with self._lock:
            self.waiting += 1
        self._open.wait()
        with self._lock:
            self.waiting -= 1
        time.sleep(0.2)  # a broken answer is asked for again, not at once


class Browser:
    """One connection that is kept, with the session of somebody signed in; it asks again until it is answered."""

    def __init__(self, port: int, session: str, gate: Gate):
        self.token, self.gate = secrets.token_hex(16), gate
        self.headers = {"Host": "localhost", "Cookie": f"sessionid={session}; csrftoken={self.token}"}
        self.connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.broken = 0
        self.statuses: Counter[int] = Counter()

    def ask(self, method: str, path: str, parts=(), headers: Mapping[str, str] = {}) -> tuple[int, str, Mapping]:
        """The first answer, however often the connection breaks before."""
        sent = self.headers | headers
        body = None
        if method == "POST":
            body = _multipart([*parts, ("csrfmiddlewaretoken", self.token)])
            sent["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
        while True:
            try:
                self.connection.request(method, path, body, sent)
                answer = self.connection.getresponse()
                words = answer.read().decode()
            except (OSError, HTTPException):
                self.connection.close()
            else:
                if answer.status not in BROKEN:
                    self.statuses[answer.status] += 1
                    return answer.status, words, answer.headers
            self.broken += 1
            self.gate.wait()

    def close(self) -> None:
        self.connection.close()


@dataclass
class Official:
    """Fills one town's sheet of one period. `saved` and `sent` are what the server has acknowledged."""

    browser: Browser
    path: str
    lines: Mapping[int, Typed]
    pending: dict[int, Typed] = field(default_factory=dict)  # lines whose save is on its way
    saved: dict[int, Typed] = field(default_factory=dict)
    key: str = ""
    sent: bool = False
    errors: list[str] = field(default_factory=list)
    rows: int = 0  # lines acknowledged: each time that one is saved, and when it is submitted
    requests: int = 0
    hidden: dict[tuple[int, str], str] = field(default_factory=dict)

    def work(self) -> None:
        self.open()
        self.fill_and_submit()

    def fill_and_submit(self) -> None:
        self.fill()
        self.submit()

    def open(self) -> None:
        """Load the page."""
        status, page, _headers = self.browser.ask("GET", self.path)
        self._learn(page)
        found = re.search(r'name="key" value="([^"]+)"', page)
        if self._expect(status == 200 and found, f"opening: {status}"):
            self.key = found[1]

    def fill(self) -> None:
        """Type field after field at a steady pace; what was typed while a save is on its way goes with the next one."""
        fields = [(number, name, text) for number, typed in self.lines.items() for name, text in typed.items() if text]
        blank = {number: dict.fromkeys(typed, "") for number, typed in self.lines.items()}
        began = time.monotonic()
        typed = 0
        while typed < len(fields):
            due = min(len(fields), int((time.monotonic() - began) / PACE) + 1)
            if due == typed:
                time.sleep(max(0.0, began + due * PACE - time.monotonic()))
                continue
            for number, name, text in fields[typed:due]:
                blank[number][name] = text
            self._save({number: dict(blank[number]) for number, _name, _text in fields[typed:due]})
            typed = due

    def submit(self) -> None:
        parts = [("key", self.key), ("as_at", ""), *self._parts(self.lines)]
        status, _page, headers = self.browser.ask("POST", self.path, parts, {"HX-Request": "true"})
        self.requests += 1
        if self._expect(status == 200 and "HX-Redirect" in headers, f"submitting: {status}"):
            self.sent = True
            self.rows += len(self.lines)

    def _save(self, lines: dict[int, Typed]) -> None:
        self.pending = lines
        parts = [("line", str(number)) for number in lines]
        status, cells, _headers = self.browser.ask("POST", f"{self.path}line/", [*parts, *self._parts(lines)])
        self.requests += 1
        self._learn(cells)
        if self._expect(status == 200 and "data-other" not in cells, f"saving: {status}"):
            self.saved |= lines
            self.rows += len(lines)
        self.pending = {}

    def _parts(self, lines: Mapping[int, Typed]) -> list[tuple[str, str]]:
        hidden = [(f"{number}.{name}", self.hidden[number, name]) for number in lines for name in HIDDEN_NAMES]
        fields = [(f"{number}.{name}", text) for number, typed in lines.items() for name, text in typed.items()]
        return hidden + fields

    def _learn(self, html: str) -> None:
        self.hidden |= {(int(line), name): value for line, name, value in HIDDEN.findall(html)}

    def _expect(self, condition, words: str) -> bool:
        if not condition:
            self.errors.append(words)
        return bool(condition)


def at_once(works) -> float:
    """Do all of these at the same moment, each in a thread of its own: the seconds until the last is done."""
    barrier = threading.Barrier(len(works) + 1)

    def does(work):
        barrier.wait()
        work()

    threads = [threading.Thread(target=does, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def _multipart(parts) -> bytes:
    lines = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts]
    return f"{''.join(lines)}--{BOUNDARY}--\r\n".encode()
