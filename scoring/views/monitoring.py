"""Monitoring scores: what stands for each line and place, with the mean of each town; and the form that records one."""

from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Facility, Town
from scoring.facts import round_points
from scoring.line_settings import lines_by_people
from scoring.marking import MarkingError
from scoring.models import Mark
from scoring.monitoring import record
from scoring.people_forms import MonitoringForm
from tasks import listing
from tasks.board import Moment
from tasks.reporting import new_key
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

A_PAGE = 100
INVALID = 422


@allowed(see=Permission.SEE_DISTRICT, do=Permission.MARK)
def monitoring_page(request, slug):
    """The external scores that stand at a date, the means of the towns, and the form for one more."""
    programme = programme_or_404(request, slug)
    lines = lines_by_people(programme).filter(rule__kind="average")
    form = _form(request, programme, lines) if request.user.may(Permission.MARK) else None
    if request.method == "POST" and form.is_valid() and _recorded(request, form):
        return redirect("monitoring", slug)
    moment = moment_of(request)
    scores = list(_scores(request, programme, moment))
    tables = {
        "scores": (_("监测得分"), lambda: _table(scores)),
        "means": (_("监测平均分"), lambda: _means_table(scores)),
    }
    if file := listing.one_of(tables, request, programme, moment):
        return file
    context = {
        "programme": programme,
        "form": form,
        "page": Paginator(scores, A_PAGE).get_page(request.GET.get("page")),
        "means": _means(scores),
        "manage": request.user.may(Permission.MANAGE),
    }
    status = INVALID if request.method == "POST" else 200
    return render(request, "scoring/monitoring.html", context | dates_context(programme, moment), status=status)


def _scores(request, programme, moment: Moment):
    marks = Mark.objects.visible_to(request.user).standing(**moment._asdict())
    marks = marks.filter(criterion__section__rubric__programme=programme, criterion__rule__kind="average")
    marks = marks.select_related("criterion", "town", "facility", "by").prefetch_related("files")
    return marks.order_by("criterion__order", "town__order", "town__code", "facility__name", "given_on", "pk")


def _means(scores: list[Mark]) -> list[tuple[str, Town, int, Decimal]]:
    """Of each line and town how many scores there are and their mean."""
    found: dict[tuple[str, Town], list[Decimal]] = {}
    for mark in scores:
        found.setdefault((mark.criterion.title, mark.town), []).append(mark.points)
    return [(line, town, len(all_), round_points(sum(all_) / len(all_))) for (line, town), all_ in found.items()]


def _form(request, programme, lines) -> MonitoringForm:
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    oversized = getattr(request, "oversized_files", []) if data else []
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    facilities = Facility.objects.visible_to(request.user).filter(town__district=programme.district_id)
    choices = {"lines": lines, "towns": towns, "facilities": facilities}
    return MonitoringForm(*data, **choices, initial={"key": new_key(), "on": timezone.localdate()}, oversized=oversized)


def _recorded(request, form: MonitoringForm) -> bool:
    try:
        mark = record(by=request.user, **form.cleaned_data)
    except MarkingError as error:
        form.add_error(None, str(error))
        return False
    told = {"place": mark.facility or mark.town, "points": mark.points}
    messages.success(request, _("已记录 %(place)s 监测得分 %(points)s。") % told)
    return True


def _table(scores: list[Mark]) -> listing.Table:
    head = [
        *(_("评分项"), _("街镇"), _("机构"), _("得分"), _("监测日期"), _("批次或说明"), _("依据文件"), _("记录人")),
        _("记录时间"),
    ]
    return head, [
        [
            *(mark.criterion, mark.town, mark.facility, mark.points, mark.given_on, mark.reason, mark.document),
            *(mark.by, timezone.localtime(mark.at)),
        ]
        for mark in scores
    ]


def _means_table(scores: list[Mark]) -> listing.Table:
    return [_("评分项"), _("街镇"), _("次数"), _("平均分")], [list(row) for row in _means(scores)]
