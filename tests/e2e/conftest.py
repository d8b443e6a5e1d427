"""A browser and a running portal with the real 2024 plan. It is October 2024 and the clock runs."""

import datetime as dt
import os
import threading
import time
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from eldercare.demo import make_demo
from tests.e2e.person import Person
from tests.e2e.snapshot import Snapshots

# Playwright's own event loop runs in the thread of the tests, where Django would refuse to ask the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/e2e/" in item.path.as_posix():
            item.add_marker("e2e")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    switches = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking"
    return browser_type_launch_args | {
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell"),
        "args": [*switches.split(), "--disable-component-update", "--disable-sync"],
    }


@pytest.fixture(scope="session")
def base_url(live_server):
    return live_server.url


@pytest.fixture
def october_runs(time_machine):
    """15 October 2024, ten in the morning in Shanghai, and time passes: what happened later is later."""
    time_machine.move_to(dt.datetime(2024, 10, 15, 10, tzinfo=ZoneInfo("Asia/Shanghai")), tick=True)


@pytest.fixture(scope="session")
def snapshots(tmp_path_factory):
    return Snapshots(tmp_path_factory.mktemp("snapshots"))


@pytest.fixture
def portal(october_runs, live_server, snapshots):
    """The demo before anything is reported, served."""
    return _served(live_server, snapshots, progress=False)


@pytest.fixture
def demo(october_runs, live_server, snapshots):
    """The demo with its four quarters of progress, served."""
    return _served(live_server, snapshots, progress=True)


def _served(live_server, snapshots, *, progress):
    cache.clear()  # failed sign-ins are counted there, and it is not emptied with the tables
    snapshots.get_or_make(f"progress-{progress}", lambda: make_demo(progress=progress))
    return live_server


@pytest.fixture
def enter(new_context):
    """`enter("staff")`: that person, signed in at a browser of their own. At the end no page of theirs had a fault."""
    people = []

    def entered(username="", *, width=1440, **context):
        size = {"width": width, "height": 900}
        page = new_context(locale="zh-CN", viewport=size, **context).new_page()
        people.append(person := Person(page, scripts=context.get("java_script_enabled", True)))
        if username:
            person.signs_in(username)
        return person

    yield entered
    for person in people:
        person.page.context.close()
    _waits_until_all_is_answered()
    assert [person.faults for person in people if person.faults] == []


def _waits_until_all_is_answered(seconds=15):
    """A page that closes may leave a request on its way: the tables are not emptied under it."""
    end = time.monotonic() + seconds
    while answering := [one.name for one in threading.enumerate() if "process_request_thread" in one.name]:
        assert time.monotonic() < end, answering
        time.sleep(0.01)
