from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring.linking import confirm, criterion_rows, task_rows
from tasks.models import Indicator
from tasks.views.common import allowed, programme_or_404


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def links_page(request, slug):
    """Tasks and rubric lines beside the indicators that they mean: suggested by likeness, confirmed here."""
    programme = programme_or_404(request, slug)
    if request.method == "POST":
        try:
            changed = confirm(programme=programme, chosen=_chosen(request))
        except ValueError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("对应关系已保存，%(count)s 项有变化。") % {"count": changed})
        return redirect("links", slug=slug)
    indicators = list(Indicator.objects.filter(programme=programme))
    context = {
        "programme": programme,
        "indicators": indicators,
        "tasks": task_rows(programme, indicators),
        "lines": criterion_rows(programme, indicators),
    }
    return render(request, "scoring/links.html", context)


def _chosen(request: HttpRequest) -> dict[str, list[int]]:
    """The boxes ticked and the one picked from the list, for each row; ValueError for what is no number."""
    chosen = {}
    for key in request.POST:
        if key.startswith(("task-", "line-")):
            found = [value for value in request.POST.getlist(key) if value]
            if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in found):
                raise ValueError(_("“%(found)s”不是指标。") % {"found": "、".join(found)[:80]})
            chosen[key] = [int(value) for value in found]
    return chosen
