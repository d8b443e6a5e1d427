"""A programme's phases and events: loaded from a file, kept by the bureau, recorded as held, dropped or taken up again."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import District
from quality import files as storing
from quality.models import Event, EventAct, EventFile, EventState, PeoplePlan, Phase
from quality.sent_before import sent_before
from tasks import audit
from tasks.board import Moment
from tasks.evidence import EvidenceError
from tasks.models import Programme

Kind = EventAct.Kind
MAX_WORDS = EventAct._meta.get_field("words").max_length


class ScheduleError(Exception):
    """What was asked for can't be recorded; the message is for people."""


@transaction.atomic
def apply_schedule(programme: Programme, facts: Mapping) -> None:
    """Write the phases, events and people's plans that stand in a file beside a notice; what is there is left as it is.

    An event names its phase and its task by number; a name that is unknown raises KeyError.
    """
    tasks = {task.number: task for task in programme.tasks.all()}
    phases = {}
    for number, phase in enumerate(facts.get("phase", []), 1):
        phases[number], _new = Phase.objects.get_or_create(programme=programme, number=number, defaults=phase)
    for told in facts.get("event", []):
        said = dict(told)
        phase, task = phases[said.pop("phase")], tasks[said.pop("task")] if "task" in said else None
        key = {"phase": phase, "title": said.pop("title"), "starts_on": said.pop("starts_on")}
        Event.objects.get_or_create(**key, defaults=said | {"task": task})
    for told in facts.get("people", []):
        PeoplePlan.objects.get_or_create(programme=programme, kind=told["kind"], defaults=told)


@transaction.atomic
def record(
    *,
    event: Event,
    kind: str,
    words: str,
    by,
    key: str,
    done_on: dt.date | None = None,
    files: Sequence[File] = (),
    at: dt.datetime | None = None,
) -> EventAct:
    """Record that an event was held (`done`, with its day), was dropped, or is taken up again (`reopened`).

    A key that was sent before returns what it wrote then. Raises ScheduleError without words, for a day to come, where it
    is not its turn, and for a file that is not taken.
    """
    district = event.phase.programme.district
    District.objects.select_for_update(no_key=True).get(pk=district.pk)  # the same form sent twice finds the first
    done_on = done_on if kind == Kind.DONE else None
    said = {"event": event, "kind": kind, "words": words.strip(), "done_on": done_on}
    if earlier := sent_before(EventAct, key, said, ScheduleError):
        return earlier
    at = at or timezone.now()
    _check(event, kind, said["words"], done_on, timezone.localdate(at))
    act = EventAct.objects.create(district=district, key=key, at=at, by=by, **said)
    try:
        storing.attach(EventFile, files, act=act)
    except EvidenceError as error:
        raise ScheduleError(str(error)) from error
    audit.append(rows=[act])
    return act


def next_kinds(state: EventState) -> list[Kind]:
    """What can be recorded of an event in a state."""
    return [Kind.REOPENED] if state in (EventState.DONE, EventState.DROPPED) else [Kind.DONE, Kind.DROPPED]


def _check(event: Event, kind: str, words: str, done_on: dt.date | None, today: dt.date) -> None:
    state = Event.objects.standing().get(pk=event.pk).state_on(today)
    told = {"event": event.title, "state": state.label, "limit": MAX_WORDS, "found": len(words), "day": done_on}
    if kind not in next_kinds(state):
        raise ScheduleError(_("“%(event)s”当前为%(state)s，不能这样记录，请刷新页面。") % told)
    if not words:
        raise ScheduleError(_("请填写情况说明。"))
    if len(words) > MAX_WORDS:
        raise ScheduleError(_("情况说明不超过 %(limit)s 字，现有 %(found)s 字。") % told)
    if kind == Kind.DONE and done_on is None:
        raise ScheduleError(_("请填写完成日期。"))
    if kind == Kind.DONE and done_on > today:
        raise ScheduleError(_("完成日期 %(day)s 还没有到。") % told)


def standing(programme: Programme, moment: Moment | None = None) -> Iterable[Event]:
    """The programme's events in the order of the calendar, with what stands of each at a moment (None: now; 1 query)."""
    found = Event.objects.standing(moment).filter(phase__programme=programme)
    return found.select_related("phase__programme", "task").order_by("ends_on", "phase__number", "pk")
