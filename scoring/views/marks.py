from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from districts.models import Town
from scoring.forms import MarkForm
from scoring.marking import MarkingError, give, revoke
from scoring.models import Mark, Rubric
from tasks import listing
from tasks.reporting import new_key
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

A_PAGE = 50


@allowed(see=Permission.SEE_DISTRICT, do=Permission.MARK)
def marks_page(request, slug):
    """Marks, external scores, bonuses and penalties: all that was given, and the form that gives one."""
    programme = programme_or_404(request, slug)
    rubric = Rubric.objects.filter(programme=programme).in_force().first()
    form = _form(request, programme, rubric) if rubric and request.user.may(Permission.MARK) else None
    if request.method == "POST" and form and form.is_valid():
        try:
            mark = give(by=request.user, **form.cleaned_data)
        except MarkingError as error:
            form.add_error(None, str(error))
        else:
            told = {"town": mark.town, "criterion": mark.criterion}
            messages.success(request, _("已记录 %(town)s 的“%(criterion)s”。") % told)
            return redirect("marks", slug)
    moment = moment_of(request)
    marks = Mark.objects.visible_to(request.user).filter(criterion__section__rubric__programme=programme)
    rows = marks.written(**moment._asdict()).select_related("criterion__section", "town", "by", "revocation__by")
    rows = rows.order_by("-at", "-pk")
    if fmt := listing.wanted(request):
        return _export(programme, _as_known(rows, moment), moment, fmt)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    page.object_list = _as_known(page.object_list, moment)
    context = {"programme": programme, "form": form, "page": page}
    return render(request, "scoring/marks.html", context | dates_context(programme, moment))


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
        *(_("街镇"), _("考核内容"), _("评分项"), _("分值"), _("等次"), _("事由"), _("依据文件"), _("日期")),
        *(_("记录人"), _("记录时间"), _("撤销人"), _("撤销原因")),
    ]
    return listing.export(listing.named(_("评分与加减分"), programme, moment), head, map(_line, marks), fmt)


def _line(mark) -> list:
    revocation = mark.taken_back
    return [
        mark.town,
        mark.criterion.section.title,
        mark.criterion.title,
        None if mark.grade else mark.points,
        mark.grade,
        mark.reason,
        mark.document,
        mark.given_on,
        mark.by,
        timezone.localtime(mark.at),
        revocation and revocation.by,
        revocation and revocation.reason,
    ]


def _form(request, programme, rubric):
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    data = request.POST if request.method == "POST" else None
    initial = {"given_on": timezone.localdate(), "key": new_key()}
    return MarkForm(data, rubric=rubric, towns=towns, initial=initial)


@require_POST
@allowed(see=Permission.SEE_DISTRICT, do=Permission.MARK)
def revoke_mark(request, slug, pk):
    programme = programme_or_404(request, slug)
    marks = Mark.objects.visible_to(request.user).filter(criterion__section__rubric__programme=programme, revokes=None)
    mark = get_object_or_404(marks.select_related("district", "criterion", "town"), pk=pk)
    try:
        revoke(mark=mark, reason=request.POST.get("reason", ""), by=request.user)
    except MarkingError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已撤销。"))
    return redirect("marks", slug)
