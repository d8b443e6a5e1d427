"""The bureau's queue, and one town's waiting lines: accept or return one, several, or all without warnings."""

from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from tasks import entry, listing, reporting, review_lists
from tasks.models import Programme, Report
from tasks.periods import with_due
from tasks.reviewing import queue, review_lines
from tasks.views.common import allowed, programme_or_404

A_PAGE = 200  # lines: several sheets of one town
ORDER = ("period__starts_on", "period", F("indicator__order").asc(nulls_last=True), "task__number", "pk")


@dataclass
class Typed:
    """What the reviewer ticked and wrote: shown again when nothing could be decided."""

    chosen: set[str] = field(default_factory=set)
    reason: str = ""
    problems: list[str] = field(default_factory=list)  # of lines that could not be decided


@allowed(see=Permission.SEE_DISTRICT)
def review(request, slug):
    """Who waits, the longest first. The queue is of now: what waited on another day is in each line's history."""
    programme = programme_or_404(request, slug)
    places = queue(_waiting(request, programme), request.user)
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("审核"), programme.title), *review_lists.queue(places, programme), fmt)
    context = {"programme": programme, "places": places, "count": sum(place.count for place in places)}
    return render(request, "tasks/review.html", context)


@allowed(see=Permission.SEE_DISTRICT, do=Permission.REVIEW)
def review_town(request, slug, code):
    """One town's waiting lines, or the district's own under the district's code."""
    programme = programme_or_404(request, slug)
    town = _town_or_404(request, programme, code)
    waiting = _waiting(request, programme).filter(town=town).order_by(*ORDER)
    typed = Typed(set(request.GET.getlist("report")))
    if request.method == "POST":
        typed = Typed(set(request.POST.getlist("report")), request.POST.get("reason", ""))
        others = waiting if programme.district.reviews_own else waiting.exclude(submission__by=request.user)
        order = [str(pk) for pk in others.values_list("pk", flat=True)]
        if done := _decide(request, programme, town, typed):
            return redirect(_next(request, programme, town, order, done, typed.chosen))
    if fmt := listing.wanted(request):
        name = listing.named(_("待审核"), f"{programme.title} {town or programme.district}")
        return listing.export(name, *review_lists.lines(review_lines(_whole(waiting), request.user)), fmt)
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    lines = review_lines(_whole(page.object_list), request.user, chosen=typed.chosen)
    context = {
        "programme": programme,
        "town": town,
        "code": code,
        "groups": [(period, list(group)) for period, group in groupby(lines, key=lambda line: line.report.period)],
        "clean": [line for line in lines if line.is_clean],
        "page": page,
        "typed": typed,
        "may_review": request.user.may(Permission.REVIEW),
    }
    return render(request, "tasks/review_town.html", context)


def _waiting(request, programme: Programme) -> QuerySet[Report]:
    return Report.objects.visible_to(request.user).filter(period__programme=programme).waiting()


def _whole(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports with all that a line shows (3 queries)."""
    related = ("district", "period", "town", "indicator", "task", "submission__by")
    return with_due(reports).select_related(*related).prefetch_related("evidence", "sites__facility")


def _town_or_404(request, programme: Programme, code: str) -> Town | None:
    """None for the district's own lines."""
    if code == programme.district.code:
        return None
    if town := Town.objects.visible_to(request.user).filter(district=programme.district_id, code=code).first():
        return town
    raise Http404


def _decide(request, programme: Programme, town: Town | None, typed: Typed) -> set[str]:
    """Decide what was asked for: the keys of those reports; none where the page is to be shown again with its messages."""
    action, keys = _asked(request, typed)
    numbers = [entry.read_whole(key) for key in keys]
    reports = Report.objects.visible_to(request.user).filter(period__programme=programme, town=town, pk__in=numbers)
    if action == "accept-clean":
        reports = reports.filter(warnings=[])
    if not (reports := list(reports)):
        messages.error(request, _("请先勾选要审核的行。"))
        return set()
    try:
        _act(action, reports, request.user, typed.reason)
    except reporting.Refused as refused:
        typed.problems = list(refused.problems.values())
        typed.chosen -= set(map(str, refused.problems))
    except reporting.ReportingError as error:
        messages.error(request, str(error))
    else:
        done = _("已退回 %(count)s 行。") if action == "return" else _("已通过 %(count)s 行。")
        messages.success(request, done % {"count": len(reports)})
        return {str(report.pk) for report in reports}
    return set()


def _asked(request, typed: Typed) -> tuple[str, set[str]]:
    """What is to be done with which lines: a line's own button, all without warnings, or what is ticked."""
    for action in ("accept", "return"):
        if key := request.POST.get(action):
            typed.chosen.add(key)
            return action, {key}
    action = request.POST.get("action", "")
    return action, set(request.POST.getlist("clean")) if action == "accept-clean" else typed.chosen


def _act(action: str, reports: list[Report], by, reason: str) -> None:
    match action:
        case "return":
            reporting.return_(reports=reports, by=by, reason=reason)
        case "accept" | "accept-clean":
            reporting.accept(reports=reports, by=by)
        case _unknown:
            raise reporting.ReportingError(_("请选择通过或退回。"))


def _next(request, programme: Programme, town: Town | None, order: list[str], done: set[str], chosen: set[str]) -> str:
    """The address of the next line of the town with the other ticks kept, else of the next town, else of the queue."""
    last = max(index for index, key in enumerate(order) if key in done)
    if left := [key for key in [*order[last:], *order[:last]] if key not in done]:
        ticks = urlencode({"report": [key for key in order if key in chosen - done]}, doseq=True)
        return f"{_address(programme, town)}{'?' * bool(ticks)}{ticks}#report-{left[0]}"
    places = [place for place in queue(_waiting(request, programme), request.user) if place.own < place.count]
    return _address(programme, places[0].town) if places else reverse("review", args=[programme.slug])


def _address(programme: Programme, town: Town | None) -> str:
    return reverse("review-town", args=[programme.slug, town.code if town else programme.district.code])
