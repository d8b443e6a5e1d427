"""A new programme from its notice: upload, correct what was read, create; its annexes go on in the import wizard."""

import hashlib

from django.contrib import messages
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks.programme_form import NoticeForm, ProgrammeForm
from tasks.programmes import create_from_notice, facts_of, suggested_slug
from tasks.views.common import allowed

KEPT_FOR = 24 * 60 * 60
INVALID = 422


@allowed(see=Permission.MANAGE, do=Permission.MANAGE)
def new_programme(request):
    if request.method == "POST":
        return _create(request) if "kept" in request.POST else _read(request)
    return _page(request, NoticeForm())


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
    facts = {name: form.cleaned_data[name] for name in form.Meta.fields}
    programme, record = create_from_notice(
        district=request.user.district, facts=facts, file=SimpleUploadedFile(*kept), by=request.user
    )
    cache.delete(_key(request, form.cleaned_data["kept"]))
    if record is None:
        messages.success(request, _("方案已建立。通知中没有附件表格，可在此上传。"))
        return redirect("imports", programme.slug)
    messages.success(request, _("方案已建立。请核对附件内容，再确认写入。"))
    return redirect("import", programme.slug, record.pk)


def _page(request, form, *, status=200):
    context = {"form": form, "reading": isinstance(form, NoticeForm), "district": request.user.district}
    return render(request, "tasks/programme_new.html", context, status=status)


def _key(request, name: str) -> str:
    return f"notice:{request.user.pk}:{name}"
