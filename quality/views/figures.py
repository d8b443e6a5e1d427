"""A facility's figures of one quarter: the page on which its director, the town or the bureau enters them."""

from itertools import groupby

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from quality import quarters
from quality.figures import read
from quality.measures import COMPUTED, TYPED
from quality.models import FacilityReport
from quality.reporting import FigureError, refusal, submit
from quality.standings import standing_of
from quality.taken_over import taken_over
from quality.views.common import allowed, facility_or_404
from tasks.entry import read_whole
from tasks.models import Submission
from tasks.reporting import new_key

INVALID = 422
KEY_LENGTH = Submission._meta.get_field("key").max_length


@allowed(see=Permission.SEE_PLAN, do=Permission.FIGURES)
def figure_page(request, pk, quarter):
    """The form with what was sent last filled in, beside the quarter before."""
    facility = facility_or_404(request, pk)
    if (asked := quarters.read(quarter)) is None:
        raise Http404
    typed, errors = None, {}
    if request.method == "POST":
        typed = {measure.value: request.POST.get(measure, "") for measure in TYPED}
        values, errors = read(typed)
        if not errors and _sent(request, facility, asked, values):
            return redirect("facility", facility.pk)
        if errors:
            told = _("有 %(count)s 处需要修改，尚未提交。") % {"count": len(errors)}
            messages.error(request, told)
    return _page(request, facility, asked, typed, errors)


def _sent(request, facility, quarter, values) -> bool:
    try:
        submit(
            facility=facility,
            quarter=quarter,
            values=values,
            words=request.POST.get("words", "").strip(),
            by=request.user,
            key=request.POST.get("key", "")[:KEY_LENGTH] or new_key(),
            seen=max(0, read_whole(request.POST.get("seen", ""))),
        )
    except FigureError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, _("%(quarter)s数据已提交，等待区民政局审核。") % {"quarter": quarter.name})
    return True


def _page(request, facility, quarter, typed, errors):
    reports = FacilityReport.objects.filter(facility=facility).prefetch_related("figures")
    last = reports.of_quarter(quarter).latest_revisions().select_related("decision__by", "by").first()
    before = reports.of_quarter(quarter.before).standing().first()
    sent = last.values if last else {}
    taken = taken_over(facility, quarter)
    begun = sent if last else {measure: one.value for measure, one in taken.items()}
    shown = {measure.value: _typed(measure, begun.get(measure)) for measure in TYPED} if typed is None else typed
    refused = refusal(facility, quarter, timezone.localdate())
    context = {
        "facility": facility,
        "quarter": quarter,
        "last": last,
        "standing": standing_of(last),
        "groups": _groups(shown, errors, sent, before.values if before else {}, taken),
        "sums": _sums(sent),
        "words": request.POST.get("words", last.words if last else ""),
        "refused": refused,
        "may_enter": request.user.may(Permission.FIGURES) and not refused,
        "key": new_key(),
        "seen": last.revision if last else 0,
    }
    return render(request, "quality/figures.html", context, status=INVALID if request.method == "POST" else 200)


def _typed(measure, value) -> str:
    """A figure as its field has it: a grade by its rank."""
    if value is None:
        return ""
    return str(value if measure.grades else measure.shown(value))


def _groups(shown, errors, sent, before, taken):
    """The fields under the titles of their groups: all that the template shows of each."""
    fields = [
        {
            "measure": measure,
            "value": shown[measure.value],
            "error": errors.get(measure.value, ""),
            "sent": sent.get(measure),
            "before": measure.shown(before.get(measure)),
            "source": taken[measure].source if measure in taken else "",
            "grades": [(str(rank), word) for rank, word in measure.grades.items()],
        }
        for measure in TYPED
    ]
    return [(title, list(group)) for title, group in groupby(fields, key=lambda field: field["measure"].group)]


def _sums(values):
    """What follows from the figures that were sent, for people."""
    return [(measure, values[measure]) for measure in COMPUTED if measure in values]
