"""The life of one record: who, when, what was and is, why."""

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from tasks import listing
from tasks.histories import KINDS
from tasks.history import Event, newest_first
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

A_PAGE = 50
MAX_NAME = 40  # of a title in a file's name


@allowed(see=Permission.SEE_PLAN)
def history_page(request, slug, kind, key):
    """What happened to one record up to the dates asked for, the newest first."""
    programme = programme_or_404(request, slug)
    if kind not in KINDS or not request.user.may(KINDS[kind].see):
        raise Http404
    if not (life := KINDS[kind].life(request.user, programme, key)):
        raise Http404
    moment = moment_of(request)
    events = newest_first(life.events, min(moment.as_of, moment.known_on or moment.as_of))
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("沿革"), life.title[:MAX_NAME], moment), *table(events), fmt)
    page = Paginator(events, A_PAGE).get_page(request.GET.get("page"))
    context = {"programme": programme, "kind": KINDS[kind], "life": life, "page": page}
    return render(request, "tasks/history.html", context | dates_context(programme, moment))


def table(events: Iterable[Event]) -> listing.Table:
    """One row for each field that changed, or for the event itself."""
    head = [_("时间"), _("经办人"), _("事项"), _("内容"), _("原值"), _("现值"), _("说明"), _("佐证材料")]
    rows = []
    for event in events:
        files = "\n".join(file.name for file in event.files)
        for change in event.changes or [("", "", "")]:
            rows.append([timezone.localtime(event.when), event.who, event.what, *change, event.reason, files])
    return head, rows
