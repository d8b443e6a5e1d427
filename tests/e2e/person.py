"""Somebody at a browser: every page they open is checked, and what goes wrong in it is kept in `faults`."""

import re
from pathlib import Path

import axe_core_python
from django.conf import settings
from django.db import connection
from playwright.sync_api import Page, expect

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text("utf-8")
RUN_AXE = """async () => (await axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})).violations
  .filter((rule) => ["serious", "critical"].includes(rule.impact))
  .map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html.slice(0, 200)).join(" ")}`)"""
# Nobody uses a page before it is there: an action or a look waits while the page says that it is loading.
SAYS_LOADED = "addEventListener('load', () => (document.documentElement.dataset.loaded = ''))"
LOADING = "html:not([data-loaded])"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Person:
    def __init__(self, page: Page, *, scripts: bool = True):
        self.scripts = scripts
        self.faults: list[str] = []
        self._sits_at(page)

    def _sits_at(self, page: Page) -> None:
        self.page = page
        if self.scripts:
            page.add_init_script(SAYS_LOADED)
            page.add_locator_handler(page.locator(LOADING), lambda: None)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", self._hear)

    def _hear(self, message) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{self.page.url}: {message.text}")

    def expects(self, words: str) -> None:
        """What the browser's console says of a refusal is no fault where the journey provokes it."""
        assert [fault for fault in self.faults if words in fault], f"nothing said “{words}”: {self.faults}"
        self.faults = [fault for fault in self.faults if words not in fault]

    # Coming and going

    def signs_in(self, username: str, password: str = settings.DEMO_PASSWORD) -> None:
        self.page.goto("/accounts/login/")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(password)
        self.page.locator("main form button[type=submit]").first.click()

    def opens(self, address: str, status: int = 200) -> None:
        """Go to an address of the portal; the page that comes is checked."""
        assert self.page.goto(address).status == status
        if status != 200:
            self.expects(f"status of {status}")
        self.finds_no_fault()

    def finds_no_fault(self) -> None:
        """No serious barrier, nothing wider than the screen. A page looks the same beside every database: looked at once."""
        if connection.vendor != "sqlite":
            return
        self.page.wait_for_load_state()  # half a page has faults of its own
        self.page.evaluate(AXE)
        barriers = self.page.evaluate(RUN_AXE)
        if (overflow := self.page.evaluate(OVERFLOW)) > 0:
            barriers.append(f"{overflow} px wider than the screen")
        width = self.page.viewport_size["width"]
        self.faults += [f"{self.page.url} at {width}: {barrier}" for barrier in barriers]

    def finds_no_fault_on_a_phone(self) -> None:
        desk = self.page.viewport_size
        self.page.set_viewport_size({"width": 390, "height": 844})
        self.finds_no_fault()
        self.page.set_viewport_size(desk)

    def loses_the_window(self) -> None:
        """It is gone, and another is opened. Nothing leaves it first: a page that closes may still send what it retries."""
        lost = self.page
        self._sits_at(lost.context.new_page())
        lost.evaluate("() => { fetch = () => new Promise(() => {}) }")
        lost.close()

    # What is on the page

    def reads(self, *words: str) -> None:
        """The words stand in the page, in the order given."""
        expect(self.page.locator("main")).to_contain_text(re.compile(".*".join(map(re.escape, words)), re.DOTALL))

    def is_told(self, *words: str) -> None:
        """The words stand in the messages of the page."""
        for word in words:
            expect(self.page.locator("#messages")).to_contain_text(word)

    def presses(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    def tabs_to(self, locator) -> None:
        """Press Tab until the element has the focus."""
        for _step in range(300):
            if locator.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {locator}")


class Sheet:
    """A town's entry sheet in somebody's browser."""

    def __init__(self, person: Person, quarter: str, town: str = ""):
        self.person, self.page = person, person.page
        person.opens(f"/p/baoshan-2024/report/{quarter}/" + (f"?town={town}" if town else ""))

    def cell(self, line: str, label: str = "累计完成"):
        return self.page.get_by_label(f"{line} {label}", exact=True)

    def row(self, line: str):
        return self.page.locator("tr", has=self.cell(line, "情况说明"))

    def status(self, line: str):
        return self.row(line).locator(".sheet-state")

    def types(self, line: str, *, saved: str = "已保存", **values: str) -> None:
        """Type into fields of a line by their labels and wait until the line says `saved`."""
        for label, value in values.items():
            cell = self.cell(line, label)
            if cell.evaluate("cell => cell.tagName") == "SELECT":
                cell.select_option(value)
            else:
                cell.fill(value)
                cell.blur()
        expect(self.status(line)).to_contain_text(saved)
        if saved == "已保存":  # all of it
            expect(self.row(line)).not_to_have_class(re.compile("is-changed"))

    def difference(self, line: str):
        """Both versions of a line that somebody else has changed, side by side."""
        return self.page.get_by_role("group", name=f"{line} 两处填写不一致")

    def chooses(self, line: str, which: str) -> None:
        self.difference(line).get_by_role("button", name=which).click()

    def submits(self) -> None:
        self.person.presses("核对并提交")
