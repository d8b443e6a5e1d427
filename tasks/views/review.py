"""The bureau's queue: what waits, what changed since last time; accept or return one or many."""

from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from tasks import entry, listing, reporting
from tasks.models import Decision, Report
from tasks.views.common import allowed, programme_or_404

A_PAGE = 200  # lines: several towns' sheets


@allowed(see=Permission.SEE_DISTRICT, do=Permission.REVIEW)
def review(request, slug):
    programme = programme_or_404(request, slug)
    waiting = Report.objects.visible_to(request.user).filter(period__programme=programme).waiting()
    typed = {"reason": "", "chosen": set()}
    if request.method == "POST":
        typed = {"reason": request.POST.get("reason", ""), "chosen": set(request.POST.getlist("report"))}
        if _decide(request, programme, typed):
            return redirect(_address(request, programme))
    code = request.GET.get("town", "")
    shown = waiting.filter(town__code=code) if code else waiting
    shown = shown.order_by("town__order", "town", "period__starts_on", "-line")
    if fmt := listing.wanted(request):
        return _export(programme, _rows(shown, set()), fmt)
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    rows = _rows(page.object_list, typed["chosen"])
    context = {
        "programme": programme,
        "groups": [(town, list(group)) for town, group in groupby(rows, key=lambda row: row["report"].town)],
        "towns": Town.objects.visible_to(request.user).filter(district=programme.district),
        "page": page,
        "code": code,
        "typed": typed,
        "may_review": request.user.may(Permission.REVIEW),
    }
    return render(request, "tasks/review.html", context)


def _export(programme, rows, fmt):
    head = [
        *(_("街镇"), _("指标或任务"), _("填报期"), _("上次通过"), _("本次填报"), _("情况说明"), _("数据日期")),
        *(_("上次退回原因"), _("佐证材料"), _("报送人"), _("报送时间"), _("版次"), _("来源")),
    ]
    return listing.export(listing.named(_("待审核"), programme), head, map(_line, rows), fmt)


def _line(row) -> list:
    report, submission = row["report"], row["report"].submission
    return [
        report.town or submission.district,
        report.subject,
        report.period.label,
        listing.told(row["accepted"].told) if "accepted" in row else None,
        listing.told(report.told),
        report.words,
        report.as_at if report.as_at_stated else None,
        row["returned"].decision.reason if "returned" in row else None,
        "\n".join(file.name for file in report.evidence.all()),
        submission.by,
        timezone.localtime(submission.at),
        report.revision,
        submission.get_source_display(),
    ]


def _decide(request, programme, typed) -> bool:
    """Accept or return what was ticked; False where the page is to be shown again."""
    numbers = [entry.read_whole(pk) for pk in typed["chosen"]]
    visible = Report.objects.visible_to(request.user).filter(period__programme=programme, pk__in=numbers)
    reports = list(visible)
    if not reports:
        messages.error(request, _("请先勾选要审核的行。"))
        return False
    try:
        match request.POST.get("action"):
            case "return":
                reporting.return_(reports=reports, by=request.user, reason=typed["reason"])
                done = _("已退回 %(count)s 行。")
            case "accept":
                reporting.accept(reports=reports, by=request.user)
                done = _("已通过 %(count)s 行。")
            case _unknown:
                raise reporting.ReportingError(_("请选择通过或退回。"))
    except reporting.ReportingError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done % {"count": len(reports)})
    return True


def _rows(waiting, chosen) -> list[dict]:
    """Each waiting report beside the last accepted revision of the same line and the last reason it was returned for."""
    related = ("period", "town", "indicator", "task", "submission__by")
    reports = list(waiting.select_related(*related).prefetch_related("evidence"))
    earlier = _earlier(reports)
    return [{"report": report, "chosen": str(report.pk) in chosen, **_before(report, earlier)} for report in reports]


def _earlier(reports) -> dict:
    """All decided reports of the lines, oldest first, by town and line (one query)."""
    decided = (
        Report.objects.filter(town__in={r.town_id for r in reports}, line__in={r.line for r in reports})
        .filter(decision__isnull=False)
        .select_related("decision", "period", "indicator", "task")
        .order_by("period__starts_on", "revision")
    )
    found: dict = {}
    for report in decided:
        found.setdefault((report.town_id, report.line), []).append(report)
    return found


def _before(report, earlier) -> dict:
    """What was accepted last for this quarter or one before it, and what of this quarter was returned since then."""
    found: dict = {}
    for other in earlier.get((report.town_id, report.line), []):
        if other.period.starts_on > report.period.starts_on:
            break
        if other.decision.outcome == Decision.Outcome.ACCEPTED:
            found = {"accepted": other}
        elif other.period_id == report.period_id:
            found["returned"] = other
    return found


def _address(request, programme):
    address = reverse("review", args=[programme.slug])
    return f"{address}?{request.GET.urlencode()}" if request.GET else address
