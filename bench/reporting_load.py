"""200 officials fill and submit their sheets at once, against the real server; it and its database are killed meanwhile.

First nobody is killed: lines acknowledged a second, against the barest durable Django writes from as many browsers. Then
with `kill -9`: no acknowledged line may be lost, none doubled, and nobody gets an error, only broken answers.
"""

import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import partial

from _support import prepare, verdict, workspace

from bench._officials import Browser, Gate, Official, at_once
from bench._server import Postgres, Server, free_port, waits_for

TOWNS = int(os.environ.get("TOWNS", 200))
BARE = 10  # writes of each browser, in each of the two rounds of bare writes
LEAST = 0.5


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    with workspace() as folder:
        prepare(folder, os.environ["DATABASE_URL"] if "PG_CTL" in os.environ else "")
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        bench = Bench()
        before, lines, after = bench.bare(), bench.undisturbed(), bench.bare()
        bench.disturbed()
        bare = (before + after) / 2
        verdict("lines acknowledged / barest durable Django writes, a second", lines / bare, LEAST, least=True)


class Bench:
    def __init__(self):
        from django.db import connection

        from bench._bare import make_table
        from bench._district import make_district, sessions

        self.vendor = connection.vendor
        make_table()
        self.programme = make_district(TOWNS)
        self.sessions = sessions(self.programme)
        connection.close()

    def bare(self) -> float:
        """How many INSERTs a second, one a request."""
        from eldercare.management.commands.start import server

        port = free_port()
        command = server(port=port, embedded=self.vendor == "sqlite", application="bench._bare:application")
        served = Server(command, port)
        browsers = [Browser(port, "", Gate()) for _ in range(TOWNS)]
        taken = at_once([partial(_write, browser) for browser in browsers])
        served.stop()
        _demand(all(browser.statuses == {204: BARE} for browser in browsers), "a bare write failed")
        print(f"barest durable Django writes: {TOWNS * BARE / taken:.0f} a second")
        return TOWNS * BARE / taken

    def undisturbed(self) -> float:
        """The third quarter: how many lines a second are acknowledged."""
        server, officials, _gate = self._begin(quarter=3)
        opened = at_once([one.open for one in officials.values()])
        taken = at_once([one.fill_and_submit for one in officials.values()])
        server.stop()
        self._judge(officials, quarter=3)
        requests, lines = (sum(getattr(one, name) for one in officials.values()) for name in ("requests", "rows"))
        print(f"{TOWNS} sheets: opened in {opened:.1f} s, filled and submitted in {taken:.1f} s; {self.vendor}")
        print(f"{requests / taken:.0f} requests a second, with {lines / taken:.0f} lines acknowledged")
        return lines / taken

    def disturbed(self) -> None:
        """The fourth quarter: `kill -9` to the server while sheets are filled, then to the database, then to both."""
        server, officials, gate = self._begin(quarter=4)
        database = Postgres() if self.vendor == "postgresql" else server  # SQLite lives in the server
        everybody = threading.Thread(target=at_once, args=([one.work for one in officials.values()],), daemon=True)
        everybody.start()
        lines = sum(len(one.lines) for one in officials.values())
        for victims, count, share in (
            ([server], lambda one: len(one.saved), 0.3 * lines),
            ([database], lambda one: len(one.saved), 0.6 * lines),
            ([database, server], lambda one: one.sent, 0.3 * TOWNS),
        ):
            waits_for(lambda n=count, s=share: sum(map(n, officials.values())) >= s, "the officials came to a halt")
            self._kill(victims, officials, gate)
        everybody.join()
        server.stop()
        self._judge(officials, quarter=4)
        asked = sum(one.browser.broken for one in officials.values())
        print(f"killed 3 times: {asked} answers broke and were asked for again")

    def _kill(self, victims: Sequence[Server | Postgres], officials: Mapping[int, Official], gate: Gate) -> None:
        """What was acknowledged must be there before anybody asks again."""
        gate.close()
        victims = list(dict.fromkeys(victims))
        for victim in victims:
            victim.kill()
        waits_for(lambda: gate.waiting + sum(one.sent for one in officials.values()) == TOWNS, "somebody hangs")
        for victim in victims:
            victim.start()
        self._demand_kept(officials)
        gate.open()

    def _begin(self, quarter: int) -> tuple[Server, dict[int, Official], Gate]:
        from django.db import connection

        from bench._district import sheet_of
        from districts.models import Town

        towns = Town.objects.filter(district=self.programme.district)
        sheets = {town.pk: sheet_of(self.programme, town, quarter) for town in towns}
        connection.close()
        port, gate = free_port(), Gate()
        server = Server([sys.executable, "manage.py", "start"], port)
        path = f"/p/{self.programme.slug}/report/{self.programme.year}Q{quarter}/"
        officials = {
            town: Official(Browser(port, self.sessions[town], gate), path, lines) for town, lines in sheets.items()
        }
        return server, officials, gate

    def _demand_kept(self, officials: Mapping[int, Official]) -> None:
        from django.db import connection

        from bench._ledger import missing

        connection.close()  # it was killed as well
        lost = missing(officials, self._period(4))
        connection.close()
        _demand(not lost, f"{len(lost)} acknowledged writes are lost: {lost[:5]}")

    def _judge(self, officials: Mapping[int, Official], quarter: int) -> None:
        from django.db import connection

        from bench._ledger import lost_and_doubled

        errors = [f"town {town}: {words}" for town, one in officials.items() for words in one.errors]
        lost, doubled = lost_and_doubled(officials, self._period(quarter))
        connection.close()
        print(f"quarter {quarter}: {len(lost)} lines lost, {len(doubled)} doubled, {len(errors)} errors")
        _demand(not (lost or doubled or errors), "\n".join((*lost[:5], *doubled[:5], *errors[:5])))

    def _period(self, quarter: int):
        return self.programme.periods.get(label__endswith=f"Q{quarter}")


def _write(browser: Browser) -> None:
    for _ in range(BARE):
        browser.ask("POST", "/write/")


def _demand(condition: bool, words: str) -> None:
    if not condition:
        sys.exit(words)


if __name__ == "__main__":
    main()
