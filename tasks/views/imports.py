"""The import wizard: upload, see what was understood and what would change, confirm."""

from collections import Counter

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from tasks import imports
from tasks.forms import ImportForm
from tasks.models import ImportRecord
from tasks.recognised import choices, recognised
from tasks.views.common import allowed, programme_or_404

A_PAGE = 100
SHOWN = ("error", "warning", "new", "update", "removed", "skip")


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def import_list(request, slug):
    """All imports of a programme, and the form that begins one."""
    programme = programme_or_404(request, slug)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    oversized = getattr(request, "oversized_files", []) if data else []
    form = ImportForm(*data, programme=programme, oversized=oversized)
    if data and form.is_valid():
        record = imports.upload(programme=programme, by=request.user, **form.cleaned_data)
        return redirect("import", slug, record.pk)
    records = ImportRecord.objects.visible_to(request.user).filter(programme=programme).select_related("by", "period")
    page = Paginator(records, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "tasks/imports.html", {"programme": programme, "form": form, "page": page})


@allowed(see=Permission.MANAGE)
def import_page(request, slug, pk):
    """One import: what was understood, every problem and every change, and the form that confirms it."""
    programme, record = _record(request, slug, pk)
    outcome = record.outcome
    rows = [{"kind": level, **problem} for level in ("error", "warning") for problem in outcome.get(f"{level}s", [])]
    rows += outcome.get("changes", [])
    told = Counter(row["kind"] for row in rows)
    told["skip"] = outcome.get("unchanged", 0)  # not every same row is listed
    counts = [(kind, told[kind]) for kind in SHOWN]
    wanted = request.GET.get("show", "")
    shown = [row for row in rows if row["kind"] == wanted] if wanted in SHOWN else rows
    context = {
        "programme": programme,
        "record": record,
        "outcome": outcome,
        "counts": counts,
        "wanted": wanted,
        "page": Paginator(shown, A_PAGE).get_page(request.GET.get("page")),
        "recognised": recognised(record),
        "needs_reason": imports.changes_targets(record),
    }
    return render(request, "tasks/import.html", context)


@require_POST
@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def confirm_import(request, slug, pk):
    _programme, record = _record(request, slug, pk)
    try:
        done = imports.confirm(
            record=record,
            document=request.POST.get("document", "")[:200],
            reason=request.POST.get("reason", "")[:500],
            by=request.user,
        )
    except imports.ImportRefused as refused:
        messages.error(request, str(refused))
    else:
        if done:
            messages.success(request, _("已写入。"))
        else:
            messages.warning(
                request, _("方案在预览之后有变化，尚未写入。下面是按现在的方案重新比对的结果，请核对后再确认。")
            )
    return redirect("import", slug, pk)


@require_POST
@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def preview_import(request, slug, pk):
    """Preview again, with what was answered about the columns that the plan does not know."""
    programme, record = _record(request, slug, pk)
    if record.state == ImportRecord.State.PREVIEW:
        answers = zip(request.POST.getlist("column"), request.POST.getlist("choice"), strict=False)
        imports.preview_again(record=record, choices=choices(programme, answers), by=request.user)
    return redirect("import", slug, pk)


@allowed(see=Permission.MANAGE)
def import_file(request, slug, pk):
    _programme, record = _record(request, slug, pk)
    return FileResponse(record.file.open(), as_attachment=True, filename=record.name)


def _record(request, slug, pk):
    programme = programme_or_404(request, slug)
    records = ImportRecord.objects.visible_to(request.user).select_related("by", "applied_by", "period", "programme")
    return programme, get_object_or_404(records, programme=programme, pk=pk)
