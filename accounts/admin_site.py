from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission


class PortalAdmin(admin.AdminSite):
    """Reference data for administrators; signing in goes through the portal's own page, with its lockout."""

    site_header = site_title = _("养老服务重点任务跟踪与考核平台")
    index_title = _("管理")

    def has_permission(self, request):
        user = request.user
        return user.is_active and (user.is_superuser or (user.is_authenticated and user.may(Permission.MANAGE)))

    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        return redirect(f"{reverse('account_login')}?{urlencode({'next': reverse('admin:index')})}")
