"""The import wizard: upload, see what was understood and what would change, confirm."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.cache import caches
from django.core.paginator import Paginator
from django.http import FileResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from tasks import imports, listing, lists
from tasks.findings import KINDS
from tasks.forms import ImportForm
from tasks.models import ImportRecord
from tasks.progress import Phase, Progress
from tasks.recognised import choices, recognised
from tasks.views.common import allowed, programme_or_404

A_PAGE = 100
LONG = 50_000  # rows: more are not put into a workbook, but sent line by line
WATCHED_FOR = 600  # seconds without news, after which nobody waits any more
_WATCH = re.compile(r"[\w-]{8,40}", re.ASCII)


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def import_list(request, slug):
    """All imports of a programme, and the form that begins one."""
    programme = programme_or_404(request, slug)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    oversized = getattr(request, "oversized_files", []) if data else []
    form = ImportForm(*data, programme=programme, oversized=oversized)
    if data and form.is_valid():
        with _watched(request) as progress:
            record = imports.upload(programme=programme, by=request.user, progress=progress, **form.cleaned_data)
        return redirect("import", slug, record.pk)
    records = ImportRecord.objects.visible_to(request.user).filter(programme=programme).select_related("by", "period")
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("导入记录"), programme), *lists.imports(records), fmt)
    page = Paginator(records, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "tasks/imports.html", {"programme": programme, "form": form, "page": page})


@allowed(see=Permission.MANAGE)
def import_page(request, slug, pk):
    """One import: what was understood, every problem and every change, and the form that confirms it."""
    programme, record = _record(request, slug, pk)
    findings = imports.findings_of(record)
    kind, sheet = _one_of(KINDS, request.GET.get("show")), _one_of(findings.names, request.GET.get("sheet"))
    kinds, sheets = findings.counts("kind", sheet=sheet), findings.counts("sheet", kind=kind)
    rows = findings.rows(kind=kind, sheet=sheet)
    if fmt := listing.wanted(request):
        name, table = listing.named(_("问题与变更"), record.name), lists.findings(rows)
        return listing.streamed(name, *table) if len(rows) > LONG else listing.export(name, *table, fmt)
    context = {
        "programme": programme,
        "record": record,
        "outcome": record.outcome,
        "kinds": [(name, kinds[name]) for name in KINDS if kinds[name] or name == kind],
        "sheets": [(name, sheets[name]) for name in findings.names],
        "kind": kind,
        "sheet": sheet,
        "long": len(rows) > LONG,
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "recognised": recognised(record, findings),
    }
    return render(request, "tasks/import.html", context)


@require_POST
@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def confirm_import(request, slug, pk):
    _programme, record = _record(request, slug, pk)
    document, reason = request.POST.get("document", "")[:200], request.POST.get("reason", "")[:500]
    try:
        with _watched(request) as progress:
            done = imports.confirm(record=record, document=document, reason=reason, by=request.user, progress=progress)
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
        chosen = choices(programme, answers)
        with _watched(request) as progress:
            imports.preview_again(record=record, choices=chosen, by=request.user, progress=progress)
    return redirect("import", slug, pk)


@never_cache
@allowed(see=Permission.MANAGE)
def import_progress(request, slug):
    """How far the import is that a page of this user waits for; nothing once it is done."""
    programme_or_404(request, slug)
    key = _watch(request.user, request.GET.get("watch", ""))
    told = caches["progress"].get(key) if key else None
    return JsonResponse({"words": Phase(told[0]).label, "share": round(told[1], 3)} if told else {})


@allowed(see=Permission.MANAGE)
def import_file(request, slug, pk):
    _programme, record = _record(request, slug, pk)
    return FileResponse(record.file.open(), as_attachment=True, filename=record.name)


@contextmanager
def _watched(request) -> Iterator[Progress]:
    """Progress that the page can ask for by the name it chose. Not in the database: there the import isn't seen before
    its end.
    """
    key = _watch(request.user, request.POST.get("watch", ""))
    cache = caches["progress"]
    try:
        yield Progress(lambda phase, share: cache.set(key, (phase.value, share), WATCHED_FOR)) if key else Progress()
    finally:
        cache.delete(key)


def _watch(user, name: str) -> str:
    return f"{user.pk}:{name}" if _WATCH.fullmatch(name) else ""


def _one_of(names, asked: str | None) -> str | None:
    return asked if asked in names else None


def _record(request, slug, pk):
    programme = programme_or_404(request, slug)
    records = ImportRecord.objects.visible_to(request.user).select_related("by", "applied_by", "period", "programme")
    return programme, get_object_or_404(records, programme=programme, pk=pk)
