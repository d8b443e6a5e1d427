"""How records of people, the numbers aimed at, inspectors and roll-ups came to be what they are: their pages of life."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from quality.models import Inspector, PeoplePlan, PersonRecord, RollUp
from tasks import histories
from tasks.field_changes import events_of
from tasks.history import Event

TONES = {"confirmed": "accepted", "paid": "accepted", "refused": "returned", "withdrawn": "closed"}


def register_lives() -> None:
    """Called once the app is ready."""
    see, district = Permission.SEE_PLAN, Permission.SEE_DISTRICT
    histories.register("person", PersonRecord._meta.verbose_name, see, _people, _person, _page("people"))
    histories.register("people-plan", PeoplePlan._meta.verbose_name, see, _people_plans, _recorded, _page("people"))
    histories.register("roll-up", RollUp._meta.verbose_name, see, _roll_ups, _recorded, _roll_up)
    histories.register("inspector", Inspector._meta.verbose_name, district, _inspectors, _recorded, _pool)


def _people(user, programme):
    seen = PersonRecord.objects.visible_to(user).filter(programme=programme)
    return seen.select_related("by", "facility")


def _person(user, record: PersonRecord) -> Iterator[Event]:
    """Entered, and each decision on it."""
    words = _("登记：%(facility)s") % {"facility": record.facility}
    yield Event(record.at, record.by, words, record.words, "waiting")
    for act in record.acts.select_related("by"):
        yield Event(act.at, act.by, act.get_kind_display(), act.words, TONES[act.kind])


def _people_plans(user, programme):
    return programme.people_plans.all()


def _roll_ups(user, programme):
    return RollUp.objects.filter(indicator__programme=programme).select_related("indicator")


def _inspectors(user, programme):
    return Inspector.objects.visible_to(user).filter(district=programme.district_id)


def _recorded(user, row) -> list[Event]:
    return events_of(row)


def _page(name: str):
    return lambda programme, _row: reverse(name, args=[programme.slug])


def _roll_up(programme, row: RollUp) -> str:
    return reverse("roll-up", args=[programme.slug, row.indicator.code])


def _pool(programme, _row) -> str:
    return reverse("inspector-list")
