"""Take the pictures of docs/images/ anew, from a demo of its own: .venv/bin/python scripts/screenshots.py (after `make dev`).

The demo lies in a temporary folder and the server is stopped at the end. CHROMIUM names a browser that lies elsewhere.
Where pngquant is installed the pictures become a third of their size.
"""

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
PLAN = "/p/baoshan-2024"
DATE = "?as_of=2024-09-30"
TOWN = "310113112"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@contextmanager
def server() -> Iterator[str]:
    """The address of a portal with a fresh demo."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        settings = {"VAR_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3", "PORT": str(port)}
        portal = subprocess.Popen([sys.executable, "manage.py", "start"], cwd=ROOT, env=os.environ | settings)
        try:
            yield _ready(f"http://127.0.0.1:{port}")
        finally:
            portal.terminate()
            portal.wait()


def _ready(address: str) -> str:
    for _attempt in range(240):  # migrations and the demo on a busy machine
        try:
            urllib.request.urlopen(f"{address}/healthz")
        except OSError:
            time.sleep(0.5)
        else:
            return address
    raise SystemExit("演示服务未能启动 / the demo server did not start")


def sign_in(browser: Browser, address: str, user: str, size: dict) -> Page:
    page = browser.new_page(base_url=address, viewport=size, locale="zh-CN")
    page.goto("/accounts/login/")
    page.fill("[name=login]", user)
    page.fill("[name=password]", os.environ.get("DEMO_PASSWORD", "eldercare-demo"))
    page.click("main button[type=submit]")
    page.wait_for_url(f"{address}/")
    return page


def unfolded(page: Page) -> None:
    """A town's page at the one line of its score that is open."""
    page.goto(f"{PLAN}/towns/{TOWN}/{DATE}")
    line = page.locator("details.trace-line", has_text="新建认知障碍照护床位")
    line.evaluate("line => { line.open = true; line.scrollIntoView({block: 'center', behavior: 'instant'}) }")


def filled(page: Page) -> None:
    """An entry sheet with a row that is saved, one with a fault and one with a warning."""
    page.goto(f"{PLAN}/report/2024Q4/")
    for name, typed, outcome in (
        ("新增养老床位", "75", "saved"),
        ("新增困难重残养护床位", "3O", "error"),
        ("改建认知障碍照护床位", "2", "warning"),
    ):
        row = page.locator("tr", has=page.get_by_role("rowheader", name=name))
        row.locator("input.num").fill(typed)
        row.locator("input.num").blur()
        row.locator(f"[data-state={outcome}]").wait_for()


def previewed(page: Page, **cells) -> None:
    """The preview of the official allocation with some cells changed."""
    book = load_workbook(ROOT / "fixtures" / "baoshan-2024" / "annex2_allocation.xlsx")
    for ref, value in cells.items():
        book.active[ref] = value
    book.save(data := io.BytesIO())
    page.goto(f"{PLAN}/imports/")
    file = {"name": "指标分解表.xlsx", "mimeType": "application/octet-stream", "buffer": data.getvalue()}
    page.get_by_label("文件").set_input_files(file)
    page.get_by_role("button", name="预览", exact=True).click()
    page.get_by_role("heading", name="指标分解表.xlsx").wait_for()


def visited(page: Page) -> None:
    """A visit on a phone: one item in order, one with a finding."""
    page.goto("/inspections/new/?facility=1")
    page.locator("[name=kind]").select_option("每季度平台检查")
    page.get_by_role("main").get_by_role("button", name="安排", exact=True).click()
    page.get_by_role("link", name="现场记录").click()
    page.locator(".visit-item").nth(0).get_by_text("合格", exact=True).click()
    second = page.locator(".visit-item").nth(1)
    second.get_by_text("不合格", exact=True).click()
    second.get_by_label("发现的问题").fill("登记信息与实际不符")
    page.locator(".sheet-bar", has_text="已全部保存到服务器").wait_for()
    second.scroll_into_view_if_needed()


def take(page: Page, name: str) -> None:
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    if pngquant := shutil.which("pngquant"):
        subprocess.run([pngquant, "--force", "--output", path, path], check=True)


def pictures(browser: Browser, address: str) -> None:
    staff = sign_in(browser, address, "staff", DESK)
    staff.goto(f"{PLAN}/{DATE}")
    take(staff, "dashboard")
    unfolded(staff)
    take(staff, "town")
    staff.goto(f"{PLAN}/review/310113104/")
    take(staff, "review")
    staff.goto(f"{PLAN}/scores/assessments/")
    staff.get_by_role("main").get_by_role("link", name="2024年第三季度通报（演示）").click()
    take(staff, "assessment")
    admin = sign_in(browser, address, "admin", DESK)
    previewed(admin, E5=3, I6=8, B8="-", C17=999)
    admin.goto(f"{admin.url}?show=update")
    take(admin, "import")
    previewed(admin, A7="张庙路", B4="新增养老院床位（张）", E5="1-", I6="8个多", J9="若干", F10="1,5")
    take(admin, "import-faults")
    official = sign_in(browser, address, f"town-{TOWN}", DESK)
    filled(official)
    take(official, "sheet")
    staff = sign_in(browser, address, "changning-staff", DESK)
    staff.goto("/p/changning-2023/targets/?as_of=2023-12-31")
    take(staff, "year")
    inspector = sign_in(browser, address, "changning-staff", PHONE)
    visited(inspector)
    take(inspector, "visit")
    phone = sign_in(browser, address, f"town-{TOWN}", PHONE)
    phone.goto(f"{PLAN}/towns/{TOWN}/{DATE}")
    take(phone, "phone")


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with server() as address, sync_playwright() as playwright:
        arguments = {"args": ["--no-sandbox", "--disable-gpu"], "env": os.environ | {"LANGUAGE": "zh_CN"}}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, **arguments)
        pictures(browser, address)


if __name__ == "__main__":
    main()
