"""Users and reference data, each administrator within their own district."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from accounts.models import User
from accounts.permissions import Permission
from districts.models import District, Facility, Town


class ScopedAdmin:
    """Rows and choices start from what the administrator may see; a superuser sees everything."""

    def _may(self, request):
        return request.user.is_superuser or request.user.may(Permission.MANAGE)

    def has_module_permission(self, request):
        return self._may(request)

    def has_view_permission(self, request, obj=None):
        return self._may(request)

    def has_change_permission(self, request, obj=None):
        return self._may(request)

    def has_add_permission(self, request):
        return self._may(request)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.visible_to(request.user)

    def _narrow(self, db_field, request, kwargs):
        choices = db_field.remote_field.model._default_manager
        if not request.user.is_superuser and hasattr(choices.all(), "visible_to"):
            kwargs["queryset"] = choices.visible_to(request.user)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        self._narrow(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        self._narrow(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(User)
class PortalUserAdmin(ScopedAdmin, UserAdmin):
    list_display = ["username", "name", "role", "district", "town", "is_active"]
    list_filter = ["role", "is_active"]
    fieldsets = [
        (None, {"fields": ["username", "password", "name", "email"]}),
        (_("角色"), {"fields": ["role", "district", "town", "facility", "districts"]}),
        (_("状态"), {"fields": ["is_active", "is_staff"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "name", "role", "district", "town", "facility"]}),
        (_("密码"), {"fields": ["usable_password", "password1", "password2"]}),
    ]
    filter_horizontal = ["districts"]


@admin.register(District)
class DistrictAdmin(ScopedAdmin, SimpleHistoryAdmin):
    list_display = ["name", "code"]

    def has_add_permission(self, request):
        return request.user.is_superuser


@admin.register(Town)
class TownAdmin(ScopedAdmin, SimpleHistoryAdmin):
    list_display = ["name", "code", "district", "order"]
    search_fields = ["name", "code"]


@admin.register(Facility)
class FacilityAdmin(ScopedAdmin, SimpleHistoryAdmin):
    list_display = ["name", "town"]
    search_fields = ["name"]
