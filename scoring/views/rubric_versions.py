"""The rubric's versions: drafted, checked, compared with the one in force, and brought into force."""

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring import versions
from scoring.models import Rubric, Section
from scoring.rubric_checks import check
from scoring.rubric_forms import ReasonForm, SectionForm, TermsForm
from scoring.version_effects import Effects, by_line, table
from scoring.views.rubric import groups_of
from tasks import listing
from tasks.models import Programme
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

MAX_DIGITS = 4  # of a number in an address or a form
manage = allowed(see=Permission.MANAGE, do=Permission.MANAGE)


@manage
def versions_page(request, slug):
    """Every version; a draft is begun here."""
    programme = programme_or_404(request, slug)
    rubrics = Rubric.objects.filter(programme=programme)
    if request.method == "POST":
        try:
            draft = versions.begin(programme=programme, by=request.user)
        except versions.VersionError as error:
            messages.error(request, str(error))
            return redirect("rubric-versions", slug)
        messages.success(request, _("已建立第 %(version)s 版草案。") % {"version": draft.version})
        return redirect("rubric-version", slug, draft.version)
    draft = rubrics.drafts().first()
    return render(request, "scoring/rubric_versions.html", {"programme": programme, "rubrics": rubrics, "draft": draft})


@manage
def version_page(request, slug, version):
    """One version: its checks, sections and lines; of a draft everything can be changed."""
    programme = programme_or_404(request, slug)
    rubric = version_or_404(programme, version)
    forms = {"terms": TermsForm(instance=rubric, prefix="terms"), "section": SectionForm(prefix="new")}
    if request.method == "POST":
        try:
            done = _ACTS.get(request.POST.get("act", ""), _unknown)(request, rubric, forms)
        except versions.VersionError as error:
            messages.error(request, str(error))
            done = True
        if done:
            return redirect(done if isinstance(done, str) else rubric.get_absolute_url())
    faults = check(rubric) if rubric.is_draft else []
    context = {"programme": programme, "rubric": rubric, "groups": groups_of(rubric), "faults": faults, "forms": forms}
    return render(request, "scoring/rubric_version.html", context, status=422 if request.method == "POST" else 200)


@manage
def compare_page(request, slug, version):
    """Each town's points and place under the draft and under the version in force; here the draft comes into force."""
    programme = programme_or_404(request, slug)
    draft = draft_or_404(programme, version)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            versions.bring_into_force(rubric=draft, reason=form.cleaned_data["reason"], by=request.user)
        except versions.VersionError as error:
            messages.error(request, str(error))
            return redirect("rubric-version", slug, version)
        messages.success(request, _("第 %(version)s 版评分细则已执行。") % {"version": version})
        return redirect("rubric", slug)
    moment = moment_of(request)
    rows = Effects(programme, draft, moment, request.user).of_towns()
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("新旧细则得分对比"), programme, moment), *table(rows), fmt)
    errors = [fault for fault in check(draft) if fault.is_error]
    context = {"programme": programme, "rubric": draft, "rows": rows, "lines": by_line(rows), "errors": errors}
    context |= {"form": form} | dates_context(programme, moment)
    return render(request, "scoring/rubric_compare.html", context, status=422 if form.errors else 200)


def version_or_404(programme: Programme, version: int) -> Rubric:
    return get_object_or_404(Rubric.objects.select_related("programme"), programme=programme, version=version)


def draft_or_404(programme: Programme, version: int) -> Rubric:
    rubric = version_or_404(programme, version)
    if not rubric.is_draft:
        raise Http404
    return rubric


def _terms(request: HttpRequest, rubric: Rubric, forms: dict) -> bool:
    form = forms["terms"] = TermsForm(
        request.POST, instance=version_or_404(rubric.programme, rubric.version), prefix="terms"
    )
    if form.is_valid():
        versions.change_terms(rubric=rubric, **form.cleaned_data, by=request.user)
        messages.success(request, _("已保存。"))
    return form.is_valid()


def _new_section(request: HttpRequest, rubric: Rubric, forms: dict) -> bool:
    form = forms["section"] = SectionForm(request.POST, prefix="new")
    if form.is_valid():
        versions.add_section(rubric=rubric, **form.cleaned_data, by=request.user)
        messages.success(request, _("已增加考核内容“%(section)s”。") % {"section": form.cleaned_data["title"]})
    return form.is_valid()


def _section(request: HttpRequest, rubric: Rubric, forms: dict) -> bool:
    section = _section_of(request, rubric)
    form = SectionForm(request.POST)
    if not form.is_valid():
        raise versions.VersionError(
            _("；").join(f"{form[name].label}：{error}" for name, found in form.errors.items() for error in found)
        )
    versions.change_section(section=section, **form.cleaned_data, by=request.user)
    messages.success(request, _("已保存。"))
    return True


def _remove_section(request: HttpRequest, rubric: Rubric, forms: dict) -> bool:
    versions.remove_section(section=_section_of(request, rubric), by=request.user)
    messages.success(request, _("已删除。"))
    return True


def _discard(request: HttpRequest, rubric: Rubric, forms: dict) -> str:
    versions.discard(rubric=rubric, by=request.user)
    messages.success(request, _("已放弃草案。"))
    return reverse("rubric-versions", args=[rubric.programme.slug])


def _unknown(request: HttpRequest, rubric: Rubric, forms: dict) -> bool:
    raise versions.VersionError(_("没有这项操作。"))


def _section_of(request: HttpRequest, rubric: Rubric) -> Section:
    number = request.POST.get("number", "")
    is_number = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
    found = rubric.sections.filter(number=int(number)).first() if is_number else None
    if found is None:
        raise versions.VersionError(_("没有第“%(number)s”项考核内容。") % {"number": number[:10]})
    return found


_ACTS = {
    "terms": _terms,
    "new-section": _new_section,
    "section": _section,
    "remove-section": _remove_section,
    "discard": _discard,
}
