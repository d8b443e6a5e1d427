"""The district's work: what waits for review, which towns are late, what is left half-done; and what is red."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Town
from tasks.board import Board, Moment, task_entries
from tasks.completeness import Completeness
from tasks.formats import number
from tasks.lights import Light
from tasks.models import ImportRecord, LightChange, Period, Programme, Report, Supervision, SupervisionState
from tasks.reviewing import queue
from tasks.todos import Todo, due_tone
from tasks.work_town import OLD

SHOWN = 5  # of one kind; the rest is one line that leads to all of them
SOON = 7  # days before a period is due, or closes, on which it is told
LATELY = dt.timedelta(days=7)
UNFINISHED = dt.timedelta(days=30)  # an import that nobody confirmed for longer is let go
RED = (Light.OVERDUE, Light.FAR_BEHIND)


def to_review(user, programme: Programme) -> Iterator[Todo]:
    """Town by town, the longest waiting first; what only others may decide is not the user's."""
    waiting = Report.objects.filter(district=programme.district_id, period__programme=programme).waiting()
    places = [place for place in queue(waiting, user) if place.own < place.count]
    for place in places[:SHOWN]:
        code = place.town.code if place.town else programme.district.code
        parts = [
            _("%(count)s 行待审核") % {"count": place.count},
            _("%(count)s 行有提示") % {"count": place.warned} if place.warned else "",
            _("%(count)s 行由您填报，须他人审核") % {"count": place.own} if place.own else "",
        ]
        yield Todo(
            title=_("审核 %(place)s 填报") % {"place": place.town or programme.district},
            detail=_("，").join(filter(None, parts)),
            url=reverse("review-town", args=[programme.slug, code]),
            tone="waiting",
            since=timezone.localdate(place.oldest),
        )
    if rest := places[SHOWN:]:
        told = {"places": len(rest), "lines": sum(place.count for place in rest)}
        since = timezone.localdate(rest[0].oldest)
        url = reverse("review", args=[programme.slug])
        yield Todo(_("审核其余街镇的填报"), _("%(places)s 处共 %(lines)s 行") % told, url, "waiting", since=since)


def supervisions(programme: Programme) -> Iterator[Todo]:
    """Sheets that a town has answered, to be closed or sent back; and how many towns have let theirs become overdue."""
    today, overdue = timezone.localdate(), []
    for sheet in Supervision.objects.filter(programme=programme).standing().open().order_by("due_on", "number"):
        if sheet.state == SupervisionState.ANSWERED:
            title = _("办结督办单 %(sheet)s（%(town)s）") % {"sheet": sheet, "town": sheet.town}
            yield Todo(title, sheet.matter, sheet.get_absolute_url(), due_tone(sheet.due_on), sheet.due_on)
        elif sheet.days_overdue(today):
            overdue.append(sheet)
    if overdue:
        title = _("%(count)s 份督办单逾期未答复") % {"count": len(overdue)}
        url = f"{reverse('supervision-list', args=[programme.slug])}?state=overdue"
        yield Todo(title, _some([f"{sheet} {sheet.town}" for sheet in overdue]), url, "late", overdue[0].due_on)


def owing(programme: Programme) -> Iterator[Todo]:
    """Periods with towns that are late, or that fall due or close within a week; long ago is no news."""
    today = timezone.localdate()
    completeness = Completeness(programme, Moment(as_of=today))
    for period in completeness.periods:
        if (today - period.due_on).days > OLD or (period.due_on - today).days > SOON:
            continue
        owes = [cell for cell in completeness.of_period(period) if cell.owes]
        late = [cell for cell in owes if cell.is_overdue]
        if owes:
            yield _owing(programme, period, owes, late)


def _owing(programme: Programme, period: Period, owes: list, late: list) -> Todo:
    told = {"late": len(late), "owes": len(owes), "lines": sum(cell.missing for cell in owes)}
    words = _("%(owes)s 个街镇欠报 %(lines)s 行") % told
    if late:
        words += _("，其中 %(late)s 个街镇逾期") % told if len(late) < len(owes) else _("，均已逾期")
    if period.closes_on and period.closes_on - timezone.localdate() <= dt.timedelta(days=SOON):
        words += _("，%(day)s 关闭") % {"day": period.closes_on}
    return Todo(
        title=_("%(period)s填报未齐") % {"period": period.name},
        detail=words,
        url=reverse("completeness", args=[programme.slug]),
        tone=due_tone(period.due_on),
        due_on=period.due_on,
    )


def imports(programme: Programme) -> Iterator[Todo]:
    """Tables that were previewed and neither confirmed nor uploaded anew lately."""
    records = ImportRecord.objects.filter(
        programme=programme, state=ImportRecord.State.PREVIEW, at__gt=timezone.now() - UNFINISHED
    )
    for record in records.only("name", "at", "programme")[:SHOWN]:
        url = reverse("import", args=[programme.slug, record.pk])
        title = _("确认或放弃导入：%(name)s") % {"name": record.name}
        yield Todo(title, _("已预览，尚未写入"), url, "draft", since=timezone.localdate(record.at))


def red(user, programme: Programme) -> Iterator[Todo]:
    """What a leader looks at: tasks and towns in red now, and what turned red this week."""
    moment = Moment(as_of=timezone.localdate())
    board = Board(programme, moment, user=user)
    yield from _newly_red(programme)
    yield from _red_towns(programme, board)
    yield from _red_tasks(programme, [e for e in task_entries(board.plan, moment) if e.light in RED])


def _newly_red(programme: Programme) -> Iterator[Todo]:
    since = timezone.localdate() - LATELY
    changes = LightChange.objects.filter(programme=programme, on__gt=since, light__in=RED).exclude(
        before__in=["", *RED]
    )
    found = [f"{c.town or programme.district} {c.indicator}" for c in changes.select_related("town", "indicator")]
    if found:
        title = _("近 7 天新亮红灯 %(count)s 项") % {"count": len(found)}
        yield Todo(title, _some(found), _dashboard(programme), "late")


def _red_tasks(programme: Programme, entries: list) -> Iterator[Todo]:
    entries.sort(key=lambda entry: entry.task.due_on)
    for entry in entries[:SHOWN]:
        told = {
            "light": entry.light.label,
            "done": number(entry.percent or Decimal(0)),
            "planned": number(entry.planned_percent),
        }
        yield Todo(
            title=str(entry.task),
            detail=_("%(light)s：完成 %(done)s%%，计划 %(planned)s%%") % told,
            url=reverse("task", args=[programme.slug, entry.task.number]),
            tone=due_tone(entry.task.due_on),
            due_on=entry.task.due_on,
        )
    if rest := entries[SHOWN:]:
        url = f"{reverse('task-list', args=[programme.slug])}?light={rest[0].light}"
        yield Todo(_("其余亮红灯的任务"), _("%(count)s 项") % {"count": len(rest)}, url, "late")


def _red_towns(programme: Programme, board: Board) -> Iterator[Todo]:
    towns = Town.objects.filter(district=programme.district_id)
    counts = Counter({town: sum(board.entry(i, town.pk).light in RED for i in board.indicators) for town in towns})
    if found := [_("%(town)s %(count)s 项") % {"town": town, "count": n} for town, n in counts.most_common() if n]:
        title = _("%(count)s 个街镇有指标亮红灯") % {"count": len(found)}
        yield Todo(title, _some(found), _dashboard(programme), "late")


def _some(found: list[str]) -> str:
    """The first few of them."""
    return _("；").join(found[:SHOWN]) + ("…" if len(found) > SHOWN else "")


def overview(programmes: list[Programme]) -> dict[int, Todo]:
    """For who reads several districts: one line for each programme, in two queries for all of them."""
    reports = Report.objects.filter(period__programme__in=programmes).waiting().order_by()
    waiting = Counter(reports.values_list("period__programme", flat=True))
    lit: dict[int, int] = {}  # only of programmes whose lights the daily job has looked at
    lights = LightChange.objects.filter(programme__in=programmes).latest_of_lines()
    for programme, light in lights.values_list("programme", "light"):
        lit[programme] = lit.get(programme, 0) + (light in RED)
    return {one.pk: _overview(one, waiting[one.pk], lit.get(one.pk)) for one in programmes}


def _overview(programme: Programme, waiting: int, lit: int | None) -> Todo:
    parts = [
        _("%(count)s 项指标亮红灯") % {"count": lit} if lit is not None else "",
        _("%(count)s 行待审核") % {"count": waiting},
    ]
    return Todo(str(programme.district), _("，").join(filter(None, parts)), _dashboard(programme), "draft")


def _dashboard(programme: Programme) -> str:
    return reverse("dashboard", args=[programme.slug])
