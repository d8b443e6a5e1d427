"""Who is told of a programme's year: the bureau of events that come and are late, facilities of their people and examples."""

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from quality.models import Event, Example, PersonRecord, PersonState
from tasks import daily, notifying
from tasks.models import Notification, Programme
from tasks.notification_words import Facts, Words, listed, register

SOON = dt.timedelta(days=3)  # before an event's last day
TITLES = {
    "soon": gettext_lazy("%(count)s 项工作安排将于%(day)s到期"),
    "late": gettext_lazy("%(count)s 项工作安排逾期未完成"),
    "good": gettext_lazy("%(facility)s被列为正面典型"),
    "criticised": gettext_lazy("%(facility)s的问题被曝光"),
    "withdrawn": gettext_lazy("%(facility)s的典型案例已撤回"),
    "entered": gettext_lazy("%(facility)s报送人员记录，待确认"),
    "decided": gettext_lazy("%(facility)s人员记录%(state)s"),
}


def remind(on: dt.date) -> int:
    """Tell the bureau once of events whose last day is near, and once of those that are late; how many it told of."""
    found: dict[tuple, list[Event]] = defaultdict(list)
    standing = Event.objects.standing().open().filter(ends_on__lte=on + SOON)
    for event in standing.select_related("phase__programme__district"):
        found[event.phase.programme, event.ends_on, event.ends_on < on].append(event)
    for (programme, day, late), events in found.items():
        _remind(programme, day, events, "late" if late else "soon")
    return sum(map(len, found.values()))


@transaction.atomic
def _remind(programme: Programme, day: dt.date, events: list[Event], act: str) -> None:
    _tell(
        programme,
        notifying.bureau(programme.district),
        {"act": act, "day": day.isoformat(), "lines": [event.title for event in events]},
        reverse("timeline", args=[programme.slug]),
        f"events-{act}-{programme.pk}-{day}",
    )


def published(example: Example, act: str) -> None:
    """The facility and its town are told; `act` is the example's kind, or `withdrawn`."""
    users = [*_people_of(example.facility), *notifying.townspeople(example.facility.town)]
    facts = {"act": act, "facility": example.facility.name, "lines": [example.title]}
    _tell(example.programme, users, facts, example.get_absolute_url(), f"example-{act}-{example.pk}")


def entered(record: PersonRecord) -> None:
    """A facility entered somebody: the bureau is told."""
    users = notifying.bureau(record.programme.district, besides=record.by)
    _of_person(record, users, {"act": "entered"})


def decided(record: PersonRecord, state: PersonState) -> None:
    """The bureau decided: the facility is told."""
    _of_person(record, _people_of(record.facility), {"act": "decided", "state": state})


def words(facts: Facts) -> Words:
    """Of all that is told here."""
    told = dict(facts) | {"count": len(facts["lines"])}
    if "day" in facts:
        told["day"] = date_format(dt.date.fromisoformat(facts["day"]), _("n月j日"))
    if "state" in facts:
        told["state"] = PersonState(facts["state"]).label
    return Words(str(TITLES[facts["act"]]) % told, listed(facts["lines"]))


def _of_person(record: PersonRecord, users, facts: dict) -> None:
    facts |= {"facility": record.facility.name, "lines": [f"{record.get_kind_display()} {record.name}"]}
    url = f"{reverse('people', args=[record.programme.slug])}?kind={record.kind}"
    _tell(record.programme, users, facts, url, f"person-{facts.get('state', facts['act'])}-{record.pk}")


def _people_of(facility) -> list[User]:
    return list(User.objects.filter(facility=facility, is_active=True))


def _tell(programme: Programme, users, facts: dict, url: str, key: str) -> None:
    kind = Notification.Kind.YEAR
    notifying.tell(
        users=users, kind=kind, district=programme.district, programme=programme, facts=facts, url=url, key=key
    )


def register_year() -> None:
    """Called once the app is ready."""
    register(Notification.Kind.YEAR, words)
    daily.register("events", remind)
