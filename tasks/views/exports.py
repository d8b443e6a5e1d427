"""The plan's tables as official workbooks to download."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from accounts.permissions import Permission
from tasks.exports.annexes import EXPORTS, PROGRESS, ExportError, export_annex
from tasks.listing import download
from tasks.views.common import allowed, programme_or_404


@allowed(see=Permission.SEE_DISTRICT)
def annex(request, slug, kind):
    """One kind of table in the official layout; progress is of the quarter asked for (`?quarter=2024Q3`)."""
    programme = programme_or_404(request, slug)
    if kind not in EXPORTS:
        raise Http404
    period = None
    if kind == PROGRESS:
        period = get_object_or_404(programme.periods.quarters(), label=request.GET.get("quarter", ""))
    try:
        content = export_annex(programme, kind, period)
    except ExportError as error:
        messages.error(request, str(error))
        return redirect("task-list", slug)
    return download(f"{slug}-{kind}{f'-{period}' if period else ''}", content)
