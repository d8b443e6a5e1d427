"""What of a programme's year stands in the audit chain, and how its phases and events came to be what they are."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.permissions import Permission
from quality import files
from quality.models import (
    Event,
    EventAct,
    EventFile,
    Example,
    ExampleFile,
    ExampleWithdrawal,
    PersonAct,
    PersonRecord,
    Phase,
    Training,
)
from tasks import audited, histories
from tasks.field_changes import events_of
from tasks.history import Event as Told

TONES = {"done": "accepted", "dropped": "closed", "reopened": "returned"}


def register_audited() -> None:
    """Called once the app is ready."""
    audited.register(EventAct, told=audited.named(EventAct, "event__title"), join=files.join(EventFile, "act"))
    audited.register(Training, told=audited.named(Training, "subject"))
    audited.register(PersonRecord, told=audited.named(PersonRecord, "facility__name", "name"))
    audited.register(PersonAct, told=audited.named(PersonAct, "record__facility__name", "record__name"))
    audited.register(Example, told=audited.named(Example, "title"), join=files.join(ExampleFile, "example"))
    audited.register(ExampleWithdrawal, told=audited.named(ExampleWithdrawal, "example__title"))
    see = Permission.SEE_PLAN
    histories.register("phase", Phase._meta.verbose_name, see, _phases, _recorded, _timeline)
    histories.register("event", Event._meta.verbose_name, see, _events, _life, _own_page)


def _phases(user, programme):
    return Phase.objects.filter(programme=programme)


def _events(user, programme):
    found = Event.objects.visible_to(user).filter(phase__programme=programme)
    return found.select_related("phase__programme")


def _recorded(user, row) -> list[Told]:
    return events_of(row)


def _life(user, event: Event) -> Iterator[Told]:
    """What was changed of it, and what was recorded."""
    yield from events_of(event)
    for act in event.acts.select_related("by"):
        day = f" {act.done_on}" if act.done_on else ""
        yield Told(act.at, act.by, f"{act.get_kind_display()}{day}", act.words, TONES[act.kind])


def _timeline(programme, _row) -> str:
    return reverse("timeline", args=[programme.slug])


def _own_page(programme, event: Event) -> str:
    return event.get_absolute_url()
