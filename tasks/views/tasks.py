"""The task list and one task: its quarters, its towns, its history, and the form that logs a quarter."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from tasks import listing, lists
from tasks.as_known import as_known
from tasks.board import Board, Moment, Plan, district_actual, task_entries, task_entry
from tasks.figures import standing_states
from tasks.forms import LogForm, TaskFilter
from tasks.history import history
from tasks.models import Report
from tasks.reporting import Conflict, Entry, ReportingError, log_task, new_key
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404


@allowed(see=Permission.SEE_PLAN)
def task_list(request, slug):
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    entries = task_entries(Plan(programme, moment.known_on), moment)
    wanted = TaskFilter(request.GET, entries=entries)
    found = wanted.narrow(entries)
    if fmt := listing.wanted(request):
        return _export(programme, moment, found, fmt)
    context = {
        "programme": programme,
        "entries": found,
        "total": len(entries),
        "filter": wanted,
        "see_district": request.user.may(Permission.SEE_DISTRICT),
    }
    return render(request, "tasks/task_list.html", context | dates_context(programme, moment))


def _export(programme, moment: Moment, entries, fmt):
    head = [_("序号"), _("任务名称"), _("项目类别"), _("工作要求"), _("完成比例（%）"), _("计划进度（%）"), _("亮灯")]
    rows = [
        [
            entry.task.number,
            entry.task.title,
            entry.task.category,
            entry.task.deadline_text,
            listing.shown(entry.percent),
            listing.shown(entry.planned_percent),
            entry.light.label,
        ]
        for entry in entries
    ]
    return listing.export(listing.named(_("重点任务"), programme, moment), head, rows, fmt)


@allowed(see=Permission.SEE_PLAN, do=Permission.LOG)
def task_page(request, slug, number):
    programme = programme_or_404(request, slug)
    task = get_object_or_404(programme.tasks, number=number)
    moment = moment_of(request)
    form = None
    if request.user.may(Permission.LOG):
        form = _log_form(request, programme, task)
        if request.method == "POST" and form.is_valid() and _log(request, task, form):
            return redirect(task)
    progress = _progress(request, programme, task, moment)
    tables = {
        "quarters": (_("进度安排"), lambda: lists.quarters(progress["quarters"])),
        "indicators": (_("对应指标"), lambda: lists.linked(progress["indicators"])),
        "towns": (_("各街镇进展"), lambda: lists.town_entries(progress["town_entries"])),
        "history": (_("填报与审核记录"), lambda: lists.events(progress["events"])),
    }
    if file := listing.one_of(tables, request, f"{programme} {_('任务 %(number)s') % {'number': number}}", moment):
        return file
    context = {"programme": programme, "task": task, "form": form, **progress}
    return render(request, "tasks/task.html", context | dates_context(programme, moment))


def _log_form(request, programme, task):
    periods = list(programme.periods.quarters())
    today = timezone.localdate()
    wanted = request.GET.get("period")
    started = [period for period in periods if period.opens_on <= today] or periods[:1]
    period = next((p for p in periods if p.label == wanted), started[-1] if started else None)
    reports = Report.objects.filter(task=task, town=None).latest_revisions()
    seen = dict(reports.values_list("period__label", "revision"))
    initial = {"period": period.label if period else "", "key": new_key()}
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    oversized = getattr(request, "oversized_files", []) if data else []
    return LogForm(*data, initial=initial, periods=periods, seen=seen, oversized=oversized)


def _log(request, task, form):
    """Write the log; False where the page is to be shown again, with what was typed and why."""
    values = form.cleaned_data
    entry = Entry(task, state=values["state"], percent=values["percent"], words=values["words"], as_at=values["as_at"])
    try:
        log_task(
            period=values["period"],
            entry=entry,
            by=request.user,
            key=values["key"],
            seen=values["seen"],
            files=values["files"],
        )
    except Conflict as conflict:
        newer = conflict.reports[0]
        form.see(newer)
        words = _("%(who)s 刚记录了本季度进展：%(told)s（第%(revision)s版）。您填的内容仍在下方，再次保存即记为新版。")
        messages.error(request, words % {"who": newer.submission.by, "told": newer.told, "revision": newer.revision})
    except ReportingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已记录 %(period)s 进展。") % {"period": values["period"].name})
        return True
    return False


def _progress(request, programme, task, moment: Moment) -> dict:
    """The task at the date: the district's light, its quarters, its towns', its indicators', its history."""
    plan = Plan(programme, moment.known_on)
    as_known([task], ["due_on", "deadline_text"], moment.known_on)
    states = standing_states(programme, **moment._asdict(), user=request.user, task=task)
    towns = Town.objects.visible_to(request.user).filter(district=programme.district) if task.town_wide else []
    reports = Report.objects.filter(task=task).visible_to(request.user)
    return {
        "entry": task_entry(plan, task, states.get((task.pk, None), []), moment),
        "quarters": _quarters(programme, task, plan.of_task(task), states.get((task.pk, None), [])),
        "town_entries": [(town, task_entry(plan, task, states.get((task.pk, town.pk), []), moment)) for town in towns],
        "indicators": _indicators(request, programme, task, moment),
        "events": history(reports, moment.known_on),
    }


def _quarters(programme, task, schedule, standings) -> list[dict]:
    """Each milestone with the planned share of its last day and what stood for the quarter it ends in."""
    by_end = {standing.period_end: standing for standing in standings}
    periods = list(programme.periods.quarters())
    rows = []
    for milestone in task.milestones.all():
        period = next((p for p in periods if p.starts_on <= milestone.due_on <= p.ends_on), None)
        standing = by_end.get(period.ends_on) if period else None
        planned = schedule.planned(programme, milestone.due_on) * 100
        state = Report.State(standing.state).label if standing else ""
        rows.append(
            {"milestone": milestone, "period": period, "planned": planned, "standing": standing, "state": state}
        )
    return rows


def _indicators(request, programme, task, moment: Moment) -> list[dict]:
    """The linked indicators: the towns' figures added up beside what the towns owe (only for who sees all towns)."""
    if not request.user.may(Permission.SEE_DISTRICT):
        return [{"indicator": indicator} for indicator in task.indicators.all()]
    linked = set(task.indicators.values_list("pk", flat=True))
    if not linked:
        return []
    board = Board(programme, moment, user=request.user)
    rows = []
    for indicator in board.indicators:
        if indicator.pk in linked:
            latest = [s[-1] for (pk, town), s in board.figures.items() if pk == indicator.pk and town]
            owed = [o.value for (pk, town), o in board.targets.items() if pk == indicator.pk and town and o.value]
            total = sum(owed) if owed and indicator.aggregation == indicator.Aggregation.SUM else None
            rows.append({"indicator": indicator, "actual": district_actual(indicator, latest), "owed": total})
    return rows
