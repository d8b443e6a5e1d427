"""Who is told of findings: those who rectify, and those who assign, verify and close."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from districts.models import Facility
from quality.finding_rules import OWN, Kind, due_day, last_of
from quality.models import Finding, FindingAct, Inspection
from quality.models.finding import SETTLED
from tasks import daily, notifying
from tasks.models import Notification

SOON = dt.timedelta(days=3)  # before the last day
WEEK = 7  # days after which a late finding is told again
LONGEST = 200  # characters of words that a notice repeats


def found(findings: Sequence[Finding], *, by) -> None:
    """One inspection, or one person, found these at one facility: its town and the bureau are told, to assign them."""
    if not findings:
        return
    first, facility = findings[0], findings[0].facility
    users = [*notifying.townspeople(facility.town, besides=by), *notifying.bureau(facility.town.district, besides=by)]
    _tell(facility, users, _several("found", findings), _list(facility), f"finding-found-{first.pk}")


def unfounded(findings: Sequence[Finding], inspection: Inspection) -> None:
    """The correction of an inspection no longer finds these: the bureau is told, to void them."""
    if findings:
        facility = inspection.facility
        users = notifying.bureau(facility.town.district)
        _tell(facility, users, _several("unfounded", findings), _list(facility), f"finding-unfounded-{inspection.pk}")


def acted(finding: Finding, acts: Sequence[FindingAct]) -> None:
    """The last of the acts was done just now: the other side is told; the bureau of what is major or was its own to assign."""
    act, facility = acts[-1], finding.facility
    users = _above(facility, acts) if act.kind in OWN else rectifiers(facility)
    if act.kind == Kind.VOIDED:
        users = {*users, *notifying.townspeople(facility.town)}
    due_on = due_day(acts)
    facts = {"act": act.kind, "subject": finding.subject, "words": act.words[:LONGEST]}
    facts["due_on"] = due_on.isoformat() if due_on and act.kind not in SETTLED else ""
    _tell(
        facility, [user for user in users if user != act.by], facts, finding.get_absolute_url(), f"finding-act-{act.pk}"
    )


def rectifiers(facility: Facility) -> list[User]:
    """The facility's own people; its town's where it has none on the portal."""
    return list(User.objects.filter(facility=facility, is_active=True)) or list(notifying.townspeople(facility.town))


def remind(on: dt.date) -> int:
    """Tell of findings whose last day is near or over, once for each of a facility's days, and weekly while late."""
    standing = (
        Finding.objects.standing()
        .unrectified()
        .filter(due_on__lte=on + SOON)
        .select_related("facility__town__district")
    )
    late, soon = defaultdict(list), defaultdict(list)
    for finding in standing.order_by("due_on", "pk"):
        (late if finding.due_on < on else soon)[finding.facility].append(finding)
    return sum(_remind("soon", *one) for one in soon.items()) + sum(_remind("late", *one, on) for one in late.items())


@transaction.atomic
def _remind(act: str, facility: Facility, findings: list[Finding], on: dt.date | None = None) -> int:
    """The key is the last day on which there was something new to tell: a run that was missed is made up for."""
    days = [_told_late_on(one.due_on, on) if on else one.due_on - SOON for one in findings]
    users = rectifiers(facility)
    if on:
        users = {*users, *notifying.townspeople(facility.town), *notifying.bureau(facility.town.district)}
    _tell(facility, users, _several(act, findings), _list(facility), f"findings-{act}-{facility.pk}-{max(days)}")
    return 1


def _told_late_on(due_on: dt.date, on: dt.date) -> dt.date:
    """The day after the last one, or a whole number of weeks later."""
    return due_on + dt.timedelta(days=1 + ((on - due_on).days - 1) // WEEK * WEEK)


def _above(facility: Facility, acts: Sequence[FindingAct]) -> list[User]:
    users = list(notifying.townspeople(facility.town))
    if acts[-1].major or not last_of(acts, Kind.ASSIGNED).by.town_id:
        users += notifying.bureau(facility.town.district)
    return users


def _several(act: str, findings: Iterable[Finding]) -> dict:
    return {"act": act, "lines": [one.subject for one in findings]}


def _list(facility: Facility) -> str:
    return f"{reverse('finding-list')}?facility={facility.pk}"


def _tell(facility: Facility, users: Iterable[User], facts: dict, url: str, key: str) -> None:
    notifying.tell(
        users=users,
        kind=Notification.Kind.FINDING,
        district=facility.town.district,
        facts=facts | {"facility": facility.name},
        url=url,
        key=key,
    )


def register_reminders() -> None:
    daily.register("findings", remind)
