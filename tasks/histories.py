"""Every kind of record that has a page of its life: who may see it, and what happened to it. Later apps add theirs."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission
from districts.models import District, Facility, Town
from tasks import supervision_life
from tasks.field_changes import events_of
from tasks.formats import NOTHING
from tasks.history import Change, Event, history
from tasks.lights import Light
from tasks.models import (
    CheckRule,
    ImportRecord,
    Indicator,
    LightChange,
    Period,
    Programme,
    Report,
    Ruling,
    Supervision,
    Target,
    Task,
)


class Life(NamedTuple):
    """What the page shows: the record's name, its events in the order they were written, and the page it stands on."""

    title: str
    events: list[Event]
    url: str


class Kind(NamedTuple):
    label: str
    see: Permission
    life: Callable[[User, Programme, str], Life | None]  # None: not there for this user


KINDS: dict[str, Kind] = {}


def register(
    name: str,
    label: str,
    see: Permission,
    rows: Callable[[User, Programme], QuerySet],
    tell: Callable[[User, Model], Iterable[Event]],
    url: Callable[[Programme, Model], str],
) -> None:
    """A kind whose records have a primary key; `rows` are those that a user may see in a programme."""

    def life(user: User, programme: Programme, key: str) -> Life | None:
        row = rows(user, programme).filter(pk=int(key)).first() if re.fullmatch("[0-9]{1,18}", key) else None
        return row and Life(str(row), list(tell(user, row)), url(programme, row))

    KINDS[name] = Kind(label, see, life)


def register_kinds() -> None:
    """The kinds of this app and of those before it; called once the app is ready."""
    plan, district, manage = Permission.SEE_PLAN, Permission.SEE_DISTRICT, Permission.MANAGE
    register("programme", Programme._meta.verbose_name, plan, _itself, _recorded, _task_list)
    register("task", Task._meta.verbose_name, plan, lambda u, p: p.tasks.all(), _recorded, _own_page)
    register("indicator", Indicator._meta.verbose_name, plan, lambda u, p: p.indicators.all(), _recorded, _own_page)
    register("period", Period._meta.verbose_name, Permission.SEE_TOWN, lambda u, p: p.periods.all(), _period, _sheet)
    register(
        "check", CheckRule._meta.verbose_name, manage, lambda u, p: p.check_rules.all(), _recorded, _page("checks")
    )
    register("town", Town._meta.verbose_name, plan, _in_district(Town), _recorded, _town_page)
    register("facility", Facility._meta.verbose_name, plan, _facilities, _recorded, _facility_page)
    register("district", District._meta.verbose_name, manage, _district, _recorded, _admin_page)
    register("user", User._meta.verbose_name, manage, _users, _recorded, _admin_page)
    register("import", ImportRecord._meta.verbose_name, manage, _imports, _import, _import_page)
    register("ruling", Ruling._meta.verbose_name, district, lambda u, p: p.rulings.all(), _ruling, _page("reconcile"))
    register("supervision", Supervision._meta.verbose_name, plan, _supervisions, _supervision, _own_page)
    KINDS["line"] = Kind(gettext_lazy("填报行"), plan, _line)


def _itself(user: User, programme: Programme) -> QuerySet:
    return Programme.objects.visible_to(user).filter(pk=programme.pk)


def _district(user: User, programme: Programme) -> QuerySet:
    return District.objects.visible_to(user).filter(pk=programme.district_id)


def _in_district(model: type[Model]) -> Callable[[User, Programme], QuerySet]:
    return lambda user, programme: model.objects.visible_to(user).filter(district=programme.district_id)


def _facilities(user: User, programme: Programme) -> QuerySet:
    return Facility.objects.visible_to(user).filter(town__district=programme.district_id)


def _users(user: User, programme: Programme) -> QuerySet:
    """As in the administration: a superuser's account is out of reach."""
    return User.objects.visible_to(user).filter(district=programme.district_id, is_superuser=False)


def _imports(user: User, programme: Programme) -> QuerySet:
    return ImportRecord.objects.visible_to(user).filter(programme=programme)


def _supervisions(user: User, programme: Programme) -> QuerySet:
    return Supervision.objects.visible_to(user).filter(programme=programme).select_related("programme", "by")


def _recorded(user: User, row: Model) -> list[Event]:
    return events_of(row)


def _period(user: User, period: Period) -> Iterable[Event]:
    """Its dates, and what was done by hand; a town is told of its own extensions only."""
    yield from events_of(period)
    acts = period.acts.select_related("town", "by")
    if user.town_id or user.facility_id:
        acts = acts.filter(Q(town=None) | Q(town=user.town_id))
    for act in acts:
        what = f"{act.get_kind_display()} {act.town}" if act.town else act.get_kind_display()
        changes = [Change(_("填报截止日"), "", str(act.due_on))] if act.due_on else []
        yield Event(act.at, act.by, what, act.reason, changes=changes)


def _import(user: User, record: ImportRecord) -> Iterable[Event]:
    yield Event(record.at, record.by, _("上传 %(name)s") % {"name": record.name})
    if record.applied_at:
        reason = " ".join(filter(None, [record.document, record.reason]))
        yield Event(record.applied_at, record.applied_by, record.get_state_display(), reason, "accepted")


def _ruling(user: User, ruling: Ruling) -> Iterable[Event]:
    """Each note on the same difference; the later one took the earlier one's place."""
    before = NOTHING
    for one in Ruling.objects.filter(programme=ruling.programme_id, difference=ruling.difference).select_related("by"):
        yield Event(one.at, one.by, _("核对意见"), changes=[Change(_("核对意见"), before, one.text)])
        before = one.text


def _supervision(user: User, sheet: Supervision) -> Iterable[Event]:
    return supervision_life.events(sheet, list(sheet.acts.select_related("by")))


def _line(user: User, programme: Programme, key: str) -> Life | None:
    """One indicator or task in one town, or (town 0) in the district: `12-34`, a task's key below zero: `-5-34`."""
    if not (found := re.fullmatch(r"(-?)([0-9]{1,18})-([0-9]{1,18})", key)):
        return None
    of_task, number, place = found[1], int(found[2]), int(found[3])
    subject = (programme.tasks if of_task else programme.indicators).filter(pk=number).first()
    town = Town.objects.visible_to(user).filter(district=programme.district_id, pk=place).first()
    if subject is None or (place and town is None):
        return None
    about = {"task" if of_task else "indicator": subject}
    events = [] if of_task else list(_targets(user, subject, town))
    if not of_task and (town or user.may(Permission.SEE_DISTRICT)):
        events += _lights(subject, town)
    events += reversed(history(Report.objects.visible_to(user).filter(town=town, **about)))
    return Life(f"{subject} · {town or programme.district}", events, subject.get_absolute_url())


def _targets(user: User, indicator: Indicator, town: Town | None) -> Iterable[Event]:
    before = NOTHING
    targets = Target.objects.visible_to(user).filter(indicator=indicator, town=town).order_by("revision")
    for target in targets.select_related("created_by"):
        what = _("指标分解 第%(revision)s版") % {"revision": target.revision}
        after = target.text or target.get_comparator_display()
        reason = " ".join(filter(None, [target.document, target.reason]))
        changes = [Change(_("目标"), before, after)]
        yield Event(target.created_at, target.created_by, what, reason, changes=changes)
        before = after


def _lights(indicator: Indicator, town: Town | None) -> Iterable[Event]:
    """How the light went, as the daily job found it."""
    for one in LightChange.objects.filter(indicator=indicator, town=town):
        before = Light(one.before).label if one.before else NOTHING
        when = timezone.make_aware(dt.datetime.combine(one.on, dt.time()))
        yield Event(when, None, _("亮灯变化"), changes=[Change(_("亮灯"), before, Light(one.light).label)])


def _own_page(programme: Programme, row: Model) -> str:
    return row.get_absolute_url()


def _task_list(programme: Programme, row: Model) -> str:
    return reverse("task-list", args=[programme.slug])


def _sheet(programme: Programme, period: Period) -> str:
    return reverse("report-sheet", args=[programme.slug, period.label])


def _town_page(programme: Programme, town: Town) -> str:
    return reverse("town", args=[programme.slug, town.code])


def _facility_page(programme: Programme, facility: Facility) -> str:
    return reverse("facility", args=[facility.pk])


def _import_page(programme: Programme, record: ImportRecord) -> str:
    return reverse("import", args=[programme.slug, record.pk])


def _admin_page(programme: Programme, row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _page(name: str) -> Callable[[Programme, Model], str]:
    return lambda programme, row: reverse(name, args=[programme.slug])
