"""What a person was told: the list, one notice, and what comes by mail."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from tasks import listing
from tasks.entry import read_whole
from tasks.models import Notification
from tasks.notification_form import NoticeSettingsForm
from tasks.notification_words import words
from tasks.notifying import is_local

A_PAGE = 30


def notice_list(request):
    """The user's own notices; a POST marks the one named, or all, as read."""
    mine = Notification.objects.visible_to(request.user)
    if request.method == "POST":
        return _read(request, mine)
    only_unread = "unread" in request.GET
    notices = (mine.unread() if only_unread else mine).select_related("programme")
    if fmt := listing.wanted(request):
        return _export(notices, fmt)
    page = Paginator(notices, A_PAGE).get_page(request.GET.get("page"))
    rows = [{"notice": notice, "words": words(notice)} for notice in page.object_list]
    return render(request, "tasks/notices.html", {"page": page, "rows": rows, "only_unread": only_unread})


def _read(request, mine):
    """Mark them, and show the same page again."""
    chosen = request.POST.get("notice")
    if chosen is not None:
        mine = mine.filter(pk=read_whole(chosen))
    mine.unread().update(read_at=timezone.now())
    return redirect(request.get_full_path())


def _export(notices, fmt):
    head = [_("时间"), _("类型"), _("年度方案"), _("通知"), _("内容"), _("阅读时间")]
    return listing.export(listing.named(_("通知")), head, map(_line, notices), fmt)


def _line(notice: Notification) -> list:
    read_at = notice.read_at and timezone.localtime(notice.read_at)
    return [timezone.localtime(notice.at), notice.get_kind_display(), notice.programme, *words(notice), read_at]


@require_safe
def open_notice(request, pk):
    """Where the notice leads; it is read then."""
    notice = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    Notification.objects.filter(pk=notice.pk).unread().update(read_at=timezone.now())
    return redirect(notice.url if is_local(notice.url) else "notices")


def notice_settings(request):
    """Whether a daily mail comes, and of what."""
    form = NoticeSettingsForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("通知设置已保存。"))
        return redirect("notice-settings")
    manage = request.user.may(Permission.MANAGE)
    return render(request, "tasks/notice_settings.html", {"form": form, "manage": manage})
