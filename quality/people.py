"""A programme's people: a facility enters its own, the bureau confirms; nothing is changed, only withdrawn with a reason."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import District, Facility
from quality import year_notices
from quality.measures import Measure
from quality.models import STANDS, Level, PersonAct, PersonKind, PersonRecord, PersonState, Training
from quality.quarters import Quarter
from quality.sent_before import sent_before
from tasks import audit
from tasks.models import Programme

State = PersonState
MAX_REASON = PersonAct._meta.get_field("words").max_length
OWN_FIELDS = {  # what a record of a kind holds besides name and words
    PersonKind.TRAINING: ("training",),
    PersonKind.CERTIFICATE: ("level", "number", "issued_on"),
    PersonKind.SUBSIDY: ("amount", "month"),
}
SAME = ("training", "number", "month")  # with these a person is there once
NEXT = {  # where a record goes from a state by the bureau's hand
    State.WAITING: (State.CONFIRMED, State.REFUSED, State.WITHDRAWN),
    State.CONFIRMED: (State.PAID, State.WITHDRAWN),
    State.PAID: (State.WITHDRAWN,),
}
LEVELS = {Level(int(one.value[-1])): one for one in Measure if one.value.startswith("level_")}


class PeopleError(Exception):
    """What was asked for can't be recorded; the message is for people."""


@transaction.atomic
def hold(
    *, programme: Programme, subject: str, held_on: dt.date, hours: Decimal, by, key: str, at: dt.datetime | None = None
) -> Training:
    """Record a training session of so many hours; a key that was sent before returns what it wrote then.

    Raises PeopleError for a day to come, and where the same session of that day is there.
    """
    _lock(programme)
    said = {"programme": programme, "subject": subject.strip(), "held_on": held_on, "hours": hours}
    if earlier := sent_before(Training, key, said, PeopleError):
        return earlier
    at = at or timezone.now()
    told = {"subject": said["subject"], "day": held_on}
    if held_on > timezone.localdate(at):
        raise PeopleError(_("培训日期 %(day)s 还没有到。") % told)
    if Training.objects.filter(programme=programme, subject=told["subject"], held_on=held_on).exists():
        raise PeopleError(_("%(day)s 的“%(subject)s”已登记。") % told)
    training = Training.objects.create(district=programme.district, key=key, by=by, at=at, **said)
    audit.append(rows=[training])
    return training


@transaction.atomic
def enter(
    *,
    programme: Programme,
    facility: Facility,
    kind: str,
    name: str,
    by,
    key: str,
    words: str = "",
    at: dt.datetime | None = None,
    **own,
) -> PersonRecord:
    """Enter a person of a facility; what the bureau enters is confirmed with it. A key sent before returns its record.

    `own` are the fields of the kind (OWN_FIELDS). Raises PeopleError for somebody else's facility, for a day to come, for a
    person who is there already, and for a spent key that comes with something else.
    """
    _lock(programme)
    where, at = {"programme": programme, "facility": facility}, at or timezone.now()
    said = {"kind": kind, "name": name.strip()} | {field: own.get(field) for field in OWN_FIELDS.get(kind, ())}
    if earlier := sent_before(PersonRecord, key, where | said, PeopleError):
        return earlier
    _check(programme, facility, said, by, timezone.localdate(at))
    how = {"words": words.strip(), "key": key, "by": by, "at": at}
    row = PersonRecord.objects.create(district=programme.district, **where, **said, **how)
    audit.append(rows=[row])
    if by.may(Permission.RUN):
        audit.append(rows=[_write(row, State.CONFIRMED, "", by, at)])
    else:
        year_notices.entered(row)
    return row


@transaction.atomic
def decide(
    *, records: Iterable[PersonRecord], state: str, by, words: str = "", at: dt.datetime | None = None
) -> list[PersonAct]:
    """Confirm, refuse, pay or withdraw records, all or none. Whoever entered one withdraws it while it waits.

    Raises PeopleError without a reason where one is due, for somebody who may not, and where it is not its turn.
    """
    found, at, words = list(records), at or timezone.now(), words.strip()
    for programme in {one.programme for one in found}:
        _lock(programme)
    rows = PersonRecord.objects.standing().filter(pk__in=[one.pk for one in found])
    rows = list(rows.select_related("programme__district", "facility__town"))
    if state in (State.REFUSED, State.WITHDRAWN) and not words:
        raise PeopleError(_("请填写原因。"))
    if len(words) > MAX_REASON:
        told = {"limit": MAX_REASON, "found": len(words)}
        raise PeopleError(_("原因不超过 %(limit)s 字，现有 %(found)s 字。") % told)
    for row in rows:
        if state not in next_states(row, by):
            told = {"record": row, "state": row.state.label, "wanted": State(state).label}
            raise PeopleError(_("“%(record)s”当前为%(state)s，不能改为%(wanted)s。") % told)
    acts = [_write(row, state, words, by, at) for row in rows]
    audit.append(rows=acts)
    for row in rows:
        if row.by_id != by.pk:
            year_notices.decided(row, State(state))
    return acts


def next_states(record: PersonRecord, user) -> list[State]:
    """What a user can do with a record that was read as `standing`."""
    if user.may(Permission.RUN):
        return [one for one in NEXT.get(record.state, ()) if one != State.PAID or record.kind == PersonKind.SUBSIDY]
    own = user.may(Permission.PUT_FORWARD) and user.facility_id == record.facility_id
    return [State.WITHDRAWN] if own and record.state == State.WAITING else []


def certified(facilities: Iterable[Facility], quarter: Quarter) -> Counter:
    """Of confirmed certificates issued by the quarter's end: persons by facility and highest level (1 query)."""
    rows = PersonRecord.objects.standing().filter(facility__in=facilities, kind=PersonKind.CERTIFICATE)
    rows = rows.in_state(*STANDS).filter(issued_on__lte=quarter.ends_on)
    highest: dict[tuple[int, str], int] = {}
    for facility, name, level in rows.values_list("facility", "name", "level"):
        highest[facility, name] = min(level, highest.get((facility, name), level))
    return Counter((facility, LEVELS[Level(level)]) for (facility, _name), level in highest.items())


def _lock(programme: Programme) -> None:
    """The same form sent twice finds the first; a record is decided once."""
    District.objects.select_for_update(no_key=True).get(pk=programme.district_id)


def _check(programme: Programme, facility: Facility, said: dict, by, today: dt.date) -> None:
    here = facility.town.district_id == programme.district_id and programme.district_id in by.district_ids
    own = by.may(Permission.RUN) or (by.may(Permission.PUT_FORWARD) and by.facility_id == facility.pk)
    if not (here and own):
        raise PeopleError(_("人员由所在养老机构或区民政局登记。"))
    if (day := said.get("issued_on")) and day > today:
        raise PeopleError(_("发证日期 %(day)s 还没有到。") % {"day": day})
    same = {name: said[name] for name in ("kind", "name", *SAME) if name in said}
    there = PersonRecord.objects.standing().filter(programme=programme, facility=facility, **same)
    if there.in_state(State.WAITING, *STANDS).exists():
        told = {"facility": facility, "name": said["name"], "kind": PersonKind(said["kind"]).label}
        raise PeopleError(_("%(facility)s的“%(name)s”（%(kind)s）已登记。") % told)


def _write(record: PersonRecord, state: str, words: str, by, at: dt.datetime) -> PersonAct:
    said = {"kind": state, "words": words, "by": by, "at": at}
    return PersonAct.objects.create(district_id=record.district_id, record=record, **said)
