"""A new programme from its notice: upload, correct what was read, create; its annexes go on in the import wizard."""

import hashlib

from django.contrib import messages
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks.models import Programme
from tasks.programme_form import NoticeForm, ProgrammeForm, RollForm
from tasks.programmes import create_from_notice, facts_of, suggested_slug
from tasks.rolling import next_year, roll_forward
from tasks.views.common import allowed, programme_or_404, saved

KEPT_FOR = 24 * 60 * 60
INVALID = 422


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def new_programme(request):
    if request.method == "POST":
        return _create(request) if "kept" in request.POST else _read(request)
    return _page(request, NoticeForm())


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def roll(request, slug):
    """Next year's programme from this one."""
    source = programme_or_404(request, slug)
    form = RollForm(request.POST if request.method == "POST" else None, source=source, initial=next_year(source))
    if form.is_valid() and (programme := saved(form, lambda: _rolled(form, source, request.user))):
        messages.success(request, _("已由 %(source)s 结转。请上传新年度的指标分解表。") % {"source": source})
        return redirect("imports", programme.slug)
    context = {"form": form, "source": source}
    return render(request, "tasks/roll.html", context, status=INVALID if form.errors else 200)


def _rolled(form: RollForm, source: Programme, by) -> Programme:
    return roll_forward(source=source, facts=form.facts, with_tasks=form.cleaned_data["with_tasks"], by=by)


def _read(request):
    """Show what the notice tells; its file is kept for the next step."""
    form = NoticeForm(request.POST, request.FILES, oversized=getattr(request, "oversized_files", []))
    if not form.is_valid():
        return _page(request, form, status=INVALID)
    file = form.cleaned_data["file"]
    data = file.read()
    name = hashlib.sha256(data).hexdigest()
    cache.set(_key(request, name), (file.name, data), KEPT_FOR)
    facts = facts_of(form.notice)
    slug = suggested_slug(request.user.district, form.notice.year)
    return _page(request, ProgrammeForm(initial=facts | {"slug": slug, "kept": name}))


def _create(request):
    form = ProgrammeForm(request.POST)
    kept = cache.get(_key(request, request.POST["kept"][:64]))
    if kept is None:
        messages.error(request, _("通知文件已过期，请重新上传。"))
        return redirect("new-programme")
    if not form.is_valid():
        return _page(request, form, status=INVALID)
    if not (created := saved(form, lambda: _created(form, kept, request.user))):
        return _page(request, form, status=INVALID)
    programme, record = created
    cache.delete(_key(request, form.cleaned_data["kept"]))
    if record is None:
        messages.success(request, _("方案已建立。通知中没有附件表格，可在此上传。"))
        return redirect("imports", programme.slug)
    messages.success(request, _("方案已建立。请核对附件内容，再确认写入。"))
    return redirect("import", programme.slug, record.pk)


def _created(form: ProgrammeForm, kept: tuple, by):
    facts = {name: form.cleaned_data[name] for name in form.Meta.fields}
    return create_from_notice(district=by.district, facts=facts, file=SimpleUploadedFile(*kept), by=by)


def _page(request, form, *, status=200):
    sources = Programme.objects.visible_to(request.user)
    reading = isinstance(form, NoticeForm)
    context = {"form": form, "reading": reading, "district": request.user.district, "sources": sources}
    return render(request, "tasks/programme_new.html", context, status=status)


def _key(request, name: str) -> str:
    return f"notice:{request.user.pk}:{name}"
