"""What is done once a day. Every step may be run again: what it did for the day already it does not do twice."""

import datetime as dt
import logging
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from tasks import background, delivering, digests, robot
from tasks.due import tell_due
from tasks.models import Delivery
from tasks.nightly import record_lights

logger = logging.getLogger(__name__)
KEPT = dt.timedelta(days=14)  # how long the worker's own records stay


def register(name: str, step: Callable[[dt.date], int]) -> None:
    """Let a later app add a step; it comes before the others, so that a day's digest holds what it tells."""
    steps = dict(STEPS)
    STEPS.clear()
    STEPS.update({name: step} | steps)


def run(on: dt.date) -> dict[str, int | None]:
    """Run every step for a day, each on its own: what each did, None where it failed."""
    with translation.override(settings.LANGUAGE_CODE):
        return {name: _step(name, step, on) for name, step in STEPS.items()}


def _step(name: str, step: Callable[[dt.date], int], on: dt.date) -> int | None:
    try:
        return step(on)
    except Exception:
        logger.exception("daily: %s failed", name)
        return None


def _send_forgotten(_on: dt.date) -> int:
    """What no worker came back for is put before one again."""
    forgotten = delivering.forgotten()
    for pk in forgotten:
        background.deliver.enqueue(pk)
    return len(forgotten)


def _tell_stuck(_on: dt.date) -> int:
    """Administrators hear of sends that ended without anybody knowing how, as when the machine went down."""
    stuck = list(Delivery.objects.stuck(timezone.now()).select_related("district"))
    for delivery in stuck:
        delivering.tell_stuck(delivery)
    return len(stuck)


def _forget_done(_on: dt.date) -> int:
    """The worker's records of what went well are removed after a while."""
    done = DBTaskResult.objects.successful().filter(finished_at__lt=timezone.now() - KEPT)
    return done.delete()[0]


STEPS: dict[str, Callable[[dt.date], int]] = {
    "lights": record_lights,
    "due": tell_due,
    "stuck": _tell_stuck,
    "digests": digests.make,
    "summaries": robot.summarise,
    "forgotten": _send_forgotten,
    "pruned": _forget_done,
}
