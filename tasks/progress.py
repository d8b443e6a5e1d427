"""How far an import is: its phase, and the share of the whole that is done."""

import time
from collections.abc import Callable, Iterable, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

OFTEN = 0.25  # seconds between two tellings
_LOOK = 200  # items between two looks at the clock


class Phase(TextChoices):
    """What an import does, in this order."""

    READ = "read", _("正在读取文件")
    CHECK = "check", _("正在核对表中内容")
    COMPARE = "compare", _("正在与现行方案比对")
    WRITE = "write", _("正在处理各项变更")
    TELL = "tell", _("正在整理结果")


# The share of the whole at which each phase begins and ends, as a table of the whole country takes.
_SPANS = {
    Phase.READ: (0.0, 0.2),
    Phase.CHECK: (0.2, 0.35),
    Phase.COMPARE: (0.35, 0.4),
    Phase.WRITE: (0.4, 0.85),
    Phase.TELL: (0.85, 1.0),
}


class Progress:
    """Tells `tell(phase, share)` now and then; the share never falls. Without `tell` nobody looks, and it costs nothing."""

    def __init__(self, tell: Callable[[Phase, float], None] | None = None):
        self._tell = tell
        self._share = 0.0
        self._next = 0.0

    def begin(self, phase: Phase) -> None:
        """A phase of which no parts are seen."""
        self._next = 0.0
        self._told(phase, 0.0)

    def over(self, phase: Phase, items: Sequence) -> Iterable:
        """The items, told of as they are taken."""
        return items if self._tell is None else self._watched(phase, items)

    def _watched(self, phase: Phase, items: Sequence) -> Iterable:
        self._next = 0.0
        for done, item in enumerate(items):
            if done % _LOOK == 0:
                self._told(phase, done / len(items))
            yield item

    def _told(self, phase: Phase, done: float) -> None:
        if self._tell is None or time.monotonic() < self._next:
            return
        begin, end = _SPANS[phase]
        self._share = max(self._share, begin + (end - begin) * done)
        self._tell(phase, self._share)
        self._next = time.monotonic() + OFTEN
