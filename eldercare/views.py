"""Pages of no domain: health, and the page that shows all components."""

import datetime as dt
import sys
from types import SimpleNamespace

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import server_error

from tasks.lights import Light

# The sign-in page has the language switch, too.
set_language = login_not_required(i18n.set_language)


@never_cache
@login_not_required
@require_safe
def healthz(request):
    """200 when the database answers, else 503; needs no session."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok"})


def failed(request):
    """The page of an exception: 500; 503 where the database is away or locked, so that scripts ask again by themselves."""
    if not _is_away(sys.exc_info()[1]):
        return server_error(request)
    response = server_error(request, template_name="503.html")
    response.status_code, response.headers["Retry-After"] = 503, "5"
    return response


def _is_away(error: BaseException | None) -> bool:
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    try:
        connection.ensure_connection()
    except DatabaseError:
        return True
    return "locked" in str(error) or not connection.is_usable()


@require_safe
def alive(_request):
    """204: whoever asks is signed in. Pages ask before they send what was typed."""
    return HttpResponse(status=204)


@require_safe
def components(request):
    """Every component with made-up content, to look at and to test."""
    return render(request, "eldercare/components.html", _examples())


A_FILE = {"get_absolute_url": "#", "size": 482_133, "sha256": "9f86d081884c7d65" * 4}


def _examples() -> dict:
    return {
        "lights": list(Light),
        "statuses": [
            SimpleNamespace(value="draft", label=_("草稿")),
            SimpleNamespace(value="waiting", label=_("待审核")),
            SimpleNamespace(value="accepted", label=_("已通过")),
            SimpleNamespace(value="returned", label=_("已退回")),
        ],
        "sheet": [
            SimpleNamespace(value="changed", label=_("未保存"), typed="80"),
            SimpleNamespace(value="saved", label=_("已保存"), typed="75"),
            SimpleNamespace(value="warning", label=_("比上次少，请核对"), typed="60"),
            SimpleNamespace(value="error", label=_("不是数字"), typed="8o"),
        ],
        "as_of": dt.date(2024, 9, 30),
        "known_on": dt.date(2024, 10, 20),
        "quarters": [
            SimpleNamespace(label=f"2024Q{number}", ends_on=end)
            for number, end in enumerate(
                (dt.date(2024, 3, 31), dt.date(2024, 6, 30), dt.date(2024, 9, 30), dt.date(2024, 12, 31)), start=1
            )
        ],
        "segments": [
            SimpleNamespace(offset=0, width=12, title=_("保障工作"), text="12.00 / 15"),
            SimpleNamespace(offset=12, width=30, title=_("设施建设"), text="30.00 / 39"),
            SimpleNamespace(offset=42, width=28, title=_("服务管理"), text="28.00 / 36"),
        ],
        "shares": [10, 35, 62, None],
        "planned": [25, 50, 75, 100],
        "files": [SimpleNamespace(name=_("竣工验收单.pdf"), **A_FILE)],
        "events": [
            SimpleNamespace(
                when=dt.datetime(2024, 10, 8, 9, 20, tzinfo=dt.UTC),
                who="庙行镇",
                what=_("报送"),
                reason="",
                tone="waiting",
            ),
            SimpleNamespace(
                when=dt.datetime(2024, 10, 9, 3, 5, tzinfo=dt.UTC),
                who=_("民政局工作人员"),
                what=_("退回"),
                reason=_("与清单中的点位数不一致，请核对。"),
                tone="returned",
            ),
        ],
        "page": Paginator(range(230), 20).page(3),
    }
