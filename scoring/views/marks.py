from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from districts.models import Town
from scoring.assessors import waiting_for
from scoring.claiming import matters_of
from scoring.forms import MarkForm
from scoring.line_settings import settings_of
from scoring.marking import MarkingError, give, matter_called, revoke, sealed
from scoring.models import Mark, MarkFile, Rubric
from tasks import listing
from tasks.reporting import new_key
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

A_PAGE = 50


@allowed(see=Permission.SEE_DISTRICT, do=Permission.MARK)
def marks_page(request, slug):
    """Marks, external scores, bonuses and penalties: all that was given, and the form that gives one."""
    programme = programme_or_404(request, slug)
    rubric = Rubric.objects.filter(programme=programme).in_force().first()
    settings = {one.title: one for one in settings_of(programme)}
    form = _form(request, programme, rubric, settings) if rubric and request.user.may(Permission.MARK) else None
    if request.method == "POST" and form and form.is_valid():
        try:
            mark = _given(request, programme, form)
        except MarkingError as error:
            form.add_error(None, str(error))
        else:
            told = {"town": mark.town, "criterion": mark.criterion}
            messages.success(request, _("已记录 %(town)s 的“%(criterion)s”。") % told)
            return redirect("marks", slug)
    moment = moment_of(request)
    marks = Mark.objects.visible_to(request.user).filter(criterion__section__rubric__programme=programme)
    rows = marks.written(**moment._asdict()).exclude(pk__in=sealed(programme, request.user)).order_by("-at", "-pk")
    rows = rows.select_related("criterion__section", "town", "facility", "matter", "by", "revocation__by", "decision")
    rows = rows.prefetch_related("files")
    if fmt := listing.wanted(request):
        return _export(programme, _as_known(rows, moment), moment, fmt)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = _as_known(page.object_list, moment)
    context = {
        "programme": programme,
        "form": form,
        "page": page,
        "matters": matters_of(programme) if form else [],
        "waiting": waiting_for(request.user, programme),
        "levels": [(title, list(one.points.items())) for title, one in settings.items() if one.levels],
    }
    return render(request, "scoring/marks.html", context | dates_context(programme, moment))


@transaction.atomic
def _given(request, programme, form) -> Mark:
    said = dict(form.cleaned_data)
    matter = matter_called(programme=programme, name=said.pop("matter", ""), by=request.user)
    return give(by=request.user, matter=matter, **said)


def _as_known(marks, moment) -> list[Mark]:
    """Each mark with what was known of it: `taken_back` is its revocation, None where that came later."""
    found = list(marks)
    for mark in found:
        revocation = getattr(mark, "revocation", None)
        later = revocation and moment.known_on and timezone.localdate(revocation.at) > moment.known_on
        mark.taken_back = None if later else revocation
    return found


def _export(programme, marks, moment, fmt):
    head = [
        *(_("街镇"), _("机构"), _("考核内容"), _("评分项"), _("分值"), _("等次"), _("级别"), _("事由"), _("依据文件")),
        *(_("加分事项"), _("日期")),
        *(_("记录人"), _("记录时间"), _("撤销人"), _("撤销原因")),
    ]
    return listing.export(listing.named(_("评分与加减分"), programme, moment), head, map(_line, marks), fmt)


def _line(mark) -> list:
    revocation = mark.taken_back
    return [
        mark.town,
        mark.facility,
        mark.criterion.section.title,
        mark.criterion.title,
        None if mark.grade else mark.points,
        mark.grade,
        mark.level,
        mark.reason,
        mark.document,
        mark.matter,
        mark.given_on,
        mark.by,
        timezone.localtime(mark.at),
        revocation and revocation.by,
        revocation and revocation.reason,
    ]


def _form(request, programme, rubric, settings):
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    oversized = getattr(request, "oversized_files", []) if data else []
    asked = {name: request.GET.get(name) for name in ("criterion", "town")}
    initial = asked | {"given_on": timezone.localdate(), "key": new_key()}
    return MarkForm(*data, rubric=rubric, towns=towns, settings=settings, initial=initial, oversized=oversized)


@require_POST
@allowed(see=Permission.SEE_DISTRICT, do=Permission.MARK)
def revoke_mark(request, slug, pk):
    programme = programme_or_404(request, slug)
    marks = Mark.objects.visible_to(request.user).filter(criterion__section__rubric__programme=programme, revokes=None)
    marks = marks.exclude(pk__in=sealed(programme, request.user))
    mark = get_object_or_404(marks.select_related("district", "criterion__section__rubric__programme", "town"), pk=pk)
    try:
        revoke(mark=mark, reason=request.POST.get("reason", ""), by=request.user)
    except MarkingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已撤销。"))
    return redirect("monitoring" if request.POST.get("next") == "monitoring" else "marks", slug)


@allowed(see=Permission.SEE_TOWN)
def mark_file(request, file):
    """The file itself, always as a download."""
    files = MarkFile.objects.filter(mark__in=Mark.objects.visible_to(request.user))
    row = get_object_or_404(files.select_related("mark__criterion__section__rubric__programme"), pk=file)
    if row.mark_id in sealed(row.mark.criterion.section.rubric.programme, request.user):
        raise Http404
    return FileResponse(row.file.open(), as_attachment=True, filename=row.name)
