"""Who has reported what: towns × periods, and the button that reminds those who owe."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks import listing
from tasks.board import Moment
from tasks.completeness import Completeness
from tasks.models import Reminder
from tasks.periods import Term
from tasks.reminding import remind
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

LATEST = 100  # reminders on the page; the file has them all


@allowed(see=Permission.SEE_DISTRICT, do=Permission.REVIEW)
def completeness(request, slug):
    """Towns × periods at a date; a post reminds one town, or all that owe, of one period as it stands today."""
    programme = programme_or_404(request, slug)
    if request.method == "POST":
        return _remind(request, programme)
    moment = moment_of(request)
    found = Completeness(programme, moment)
    reminders = Reminder.objects.filter(district=programme.district, period__programme=programme)
    if moment.known_on:
        reminders = reminders.filter(on__lte=moment.known_on)
    reminders = reminders.filter(on__lte=moment.as_of).select_related("period", "town", "by").order_by("-at", "-pk")
    tables = {
        "cells": (_("填报情况"), lambda: _by_cell(found)),
        "reminders": (_("催办记录"), lambda: _by_reminder(reminders)),
    }
    if file := listing.one_of(tables, request, programme, moment):
        return file
    context = {"programme": programme, "reminders": reminders[:LATEST], **_matrix(request, found, moment, reminders)}
    return render(request, "tasks/completeness.html", context | dates_context(programme, moment))


def _matrix(request, found: Completeness, moment: Moment, reminders) -> dict:
    """What the table shows: a column for each period, a row for each town."""
    today = timezone.localdate()
    may_remind = request.user.may(Permission.REVIEW) and moment == Moment(today)
    reminded = set(reminders.filter(on=today).order_by().values_list("period", "town")) if may_remind else set()
    columns = [
        {
            "period": period,
            "term": Term(period, moment.as_of),
            "counts": found.counts(period),
            "owing": sum(cell.owes for cell in found.of_period(period)) if may_remind else 0,
        }
        for period in found.periods
    ]
    rows = [
        (town, [{"cell": cell, "reminded": (cell.term.period.pk, town.pk) in reminded} for cell in found.of_town(town)])
        for town in found.towns
    ]
    return {"columns": columns, "rows": rows, "may_remind": may_remind}


def _remind(request, programme):
    periods = programme.periods.select_related("programme__district")
    period = periods.filter(label=request.POST.get("period", "")).first()
    if period is None:
        messages.error(request, _("请选择要催办的填报期。"))
        return redirect("completeness", programme.slug)
    found = Completeness(programme, Moment(timezone.localdate()))
    cells = found.of_period(period)
    if code := request.POST.get("town"):
        cells = [cell for cell in cells if cell.town.code == code]
    done = remind(period=period, cells=cells, by=request.user)
    if done.now:
        told = {"period": period.name, "towns": _names(done.now)}
        messages.success(request, _("已就%(period)s催办：%(towns)s。") % told)
    if done.before:
        messages.info(request, _("今天已经催办过，每天至多一次：%(towns)s。") % {"towns": _names(done.before)})
    if not (done.now or done.before):
        messages.info(request, _("%(period)s没有可以催办的欠报。") % {"period": period.name})
    return redirect("completeness", programme.slug)


def _names(cells) -> str:
    return _("、").join(cell.town.name for cell in cells)


def _by_cell(found: Completeness):
    head = [
        *(_("街镇"), _("填报期"), _("状态"), _("应报行数"), _("已报行数"), _("待审核"), _("已退回"), _("已通过")),
        *(_("已填未提交"), _("逾期报送行数"), _("截止日")),
    ]
    cells = [cell for town in found.towns for cell in found.of_town(town)]
    return head, [
        [
            *(cell.town, cell.term.period.name, cell.standing.label, len(cell.owed), cell.reported),
            *(len(cell.waiting), len(cell.returned), len(cell.accepted), len(cell.typed), len(cell.late)),
            cell.term.due_on,
        ]
        for cell in cells
    ]


def _by_reminder(reminders):
    head = [_("时间"), _("填报期"), _("街镇"), _("欠报行数"), _("催办人")]
    return head, [[timezone.localtime(one.at), one.period.name, one.town, one.owed, one.by] for one in reminders]
