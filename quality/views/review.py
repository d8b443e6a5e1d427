"""What facilities have sent and the bureau has not decided: accept or return one or several."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from quality import lists, reporting
from quality.models import FacilityReport
from quality.refusals import is_own
from quality.reviewing import with_changes
from quality.views.common import allowed
from tasks import listing
from tasks.entry import read_whole

A_PAGE = 50


@allowed(see=Permission.SEE_DISTRICT, do=Permission.REVIEW)
def figure_review(request):
    """The waiting figures, each with what it changes, the oldest first."""
    if request.method == "POST":
        _decide(request)
        return redirect("facility-review")
    waiting = FacilityReport.objects.visible_to(request.user).waiting().order_by("at", "pk")
    waiting = waiting.select_related("facility__town", "district", "by").prefetch_related("figures")
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("待审核的机构数据")), *lists.waiting(with_changes(waiting)), fmt)
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "report": report,
            "changes": changes,
            "own": is_own(report, request.user) and not report.district.reviews_own,
        }
        for report, changes in with_changes(page.object_list)
    ]
    context = {"page": page, "rows": rows, "may_review": request.user.may(Permission.REVIEW)}
    return render(request, "quality/review.html", context)


def _decide(request) -> None:
    """A line's own button, else the lines that are ticked."""
    for action in ("accept", "return"):
        if key := request.POST.get(action):
            return _act(request, action, [key])
    return _act(request, request.POST.get("action", ""), request.POST.getlist("report"))


def _act(request, action: str, keys: list[str]) -> None:
    numbers = [read_whole(key) for key in keys]
    reports = list(FacilityReport.objects.visible_to(request.user).filter(pk__in=numbers))
    if not reports:
        messages.error(request, _("请先勾选要审核的行。"))
        return
    try:
        if action == "accept":
            reporting.accept(reports=reports, by=request.user)
        elif action == "return":
            reporting.return_(reports=reports, by=request.user, reason=request.POST.get("reason", ""))
        else:
            raise reporting.FigureError(_("请选择通过或退回。"))
    except reporting.FigureError as error:
        messages.error(request, str(error))
        return
    done = _("已退回 %(count)s 行。") if action == "return" else _("已通过 %(count)s 行。")
    messages.success(request, done % {"count": len(reports)})
