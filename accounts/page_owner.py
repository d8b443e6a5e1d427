"""A page belongs to whom it was made for: the browser keeps no copy of it, and nobody else's session is used by it."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

HEADER = "X-User"  # a script of a page sends whose page it is


class PageOwnerMiddleware(MiddlewareMixin):
    def process_request(self, request):
        """401 with the reason in words, where the session behind a page has ended or has become another person's."""
        owner = request.headers.get(HEADER)
        if owner is None or (request.user.is_authenticated and owner == str(request.user.pk)):
            return None
        words = _("登录已过期，刚才的内容没有发送，仍在本页。请在新窗口登录，再回到本页重试。")
        if request.user.is_authenticated:
            words = _(
                "此浏览器现由%(who)s登录，刚才的内容没有发送，仍在本页。请在新窗口换回原账号，再回到本页重试。"
            ) % {"who": request.user}
        return HttpResponse(words, status=401, content_type="text/plain; charset=utf-8")

    def process_response(self, request, response):
        """What came with a session is not stored: after signing out, going back shows nothing."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response
