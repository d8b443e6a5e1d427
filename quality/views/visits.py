"""The visit on a phone: the page, the lines and photos that it sends as they are typed, and submitting them."""

import re

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from quality import visiting
from quality.inspecting import submit
from quality.inspection_forms import SubmitForm
from quality.inspection_rules import InspectionError, may_visit, refusal
from quality.models import InspectionPhoto, Severity, VisitLine
from quality.views.inspections import INVALID, allowed, inspection_or_404
from quality.visit_lines import other_words, rows_of
from quality.visit_reading import FIELDS
from tasks import evidence
from tasks.entry import read_whole
from tasks.reporting import new_key

GONE = 409


@allowed(see=Permission.INSPECT, do=Permission.INSPECT)
def visit_page(request, pk):
    """The items with what is typed of them; a post keeps the lines that it brings and submits them all.

    The page's script asks with `X-Visit` and gets JSON: where to go on, or what to mend.
    """
    inspection = _mine(request, pk)
    form = SubmitForm(
        request.POST if request.method == "POST" else None,
        kind=inspection.kind,
        initial={"key": new_key(), "visited_on": timezone.localdate()},
    )
    by_script = "X-Visit" in request.headers
    if request.method == "POST":
        faults = _submitted(request, inspection, form)
        if not faults:
            messages.success(request, _("检查结果已提交，并通知机构和街镇。"))
            return JsonResponse({"url": inspection.get_absolute_url()}) if by_script else redirect(inspection)
        if by_script:
            return JsonResponse({"faults": faults}, status=INVALID)
        for fault in faults:
            messages.error(request, fault)
    elif refused := refusal(inspection):
        messages.info(request, refused)
        return redirect(inspection)
    context = {
        "inspection": inspection,
        "groups": rows_of(inspection),
        "form": form,
        "severities": Severity.choices,
        "photo_kinds": ",".join(f".{kind}" for kind in visiting.PHOTO_KINDS.split()),
        "photo_limit": evidence.settings.EVIDENCE_MAX_BYTES,
    }
    return render(request, "quality/inspection_visit.html", context, status=INVALID if form.is_bound else 200)


def _submitted(request, inspection, form: SubmitForm) -> list[str]:
    """What keeps the visit from being submitted; nothing where it was."""
    if not form.is_valid():
        return [
            _("%(label)s：%(fault)s") % {"label": form.fields[n].label, "fault": e[0]} for n, e in form.errors.items()
        ]
    try:
        if not refusal(inspection):  # sent twice, it is found below by its key
            kept = visiting.keep(inspection=inspection, lines=_lines(request), by=request.user)
            if others := [one.line for one in kept.values() if one.is_other]:
                return [other_words(line) for line in others]
        submit(inspection=inspection, by=request.user, **form.cleaned_data)
    except InspectionError as error:
        return [str(error)]
    return []


@require_POST
@allowed(see=Permission.INSPECT, do=Permission.INSPECT)
def visit_lines(request, pk):
    """Keep the lines that were typed; each is answered with its version, or with what somebody else typed."""
    inspection = _mine(request, pk)
    try:
        kept = visiting.keep(inspection=inspection, lines=_lines(request), by=request.user)
    except InspectionError as error:
        return JsonResponse({"fault": str(error), "url": inspection.get_absolute_url()}, status=GONE)
    return JsonResponse({"lines": {key: _answer(one) for key, one in kept.items()}})


@require_POST
@allowed(see=Permission.INSPECT, do=Permission.INSPECT)
def visit_photos(request, pk):
    """Keep a photo of an item; the same key brings the same photo."""
    inspection = _mine(request, pk)
    item = inspection.item_list.items.filter(pk=read_whole(request.POST.get("item", ""))).first()
    file, key = request.FILES.get("file"), request.POST.get("key", "")
    oversized = getattr(request, "oversized_files", [])
    try:
        if oversized:
            raise evidence.EvidenceError(evidence.too_large(oversized[0]))
        if item is None or file is None or not re.fullmatch("[0-9a-zA-Z-]{8,64}", key):
            raise evidence.EvidenceError(_("没有收到照片，请重新选择。"))
        photo = visiting.attach(inspection=inspection, item=item, file=file, key=key, by=request.user)
    except (evidence.EvidenceError, InspectionError) as error:
        return JsonResponse({"fault": str(error)}, status=INVALID)
    return JsonResponse({"key": photo.key, "name": photo.name, "url": _photo_url(photo)})


@allowed(see=Permission.SEE_PLAN, do=Permission.INSPECT)
def visit_photo(request, pk, photo):
    """The photo, always as a download; a post takes it back while the visit goes on."""
    inspection = inspection_or_404(request, pk)
    found = get_object_or_404(InspectionPhoto, inspection=inspection, pk=photo)
    if request.method != "POST":
        return FileResponse(found.file.open(), as_attachment=True, filename=found.name)
    if not may_visit(request.user, inspection):
        raise PermissionDenied
    try:
        visiting.remove(photo=found)
    except InspectionError as error:
        messages.error(request, str(error))
        return redirect(inspection)
    return redirect(f"{reverse('inspection-visit', args=[pk])}#item-{found.item_id}")


def _mine(request, pk: int):
    """The inspection that the user records; 403 for one that others do."""
    inspection = inspection_or_404(request, pk)
    if not may_visit(request.user, inspection):
        raise PermissionDenied
    return inspection


def _lines(request) -> dict[int, tuple[dict[str, str], int]]:
    """What a request brings of items, by their keys, with the versions that it knew."""
    return {
        read_whole(key): (
            {name: request.POST.get(f"{key}.{name}", "") for name in FIELDS},
            read_whole(request.POST.get(f"{key}.version", "")),
        )
        for key in request.POST.getlist("line")
    }


def _answer(kept: visiting.Kept) -> dict:
    line: VisitLine = kept.line
    other = {"typed": line.typed, "words": other_words(line)} if kept.is_other else {}
    return {"version": line.version} | other


def _photo_url(photo: InspectionPhoto) -> str:
    return reverse("inspection-photo", args=[photo.inspection_id, photo.pk])
