"""Users and reference data, each administrator within their own district."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import URLField
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin, ImportExportMixin
from import_export.forms import ExportForm
from simple_history.admin import SimpleHistoryAdmin

from accounts.list_columns import as_shown
from accounts.list_files import CommaFile, Kept, Workbook
from accounts.lists import FacilityResource, TownResource, UserResource
from accounts.models import User
from accounts.permissions import Permission
from districts.models import District, Facility, Town


class ScopedAdmin:
    """Rows and choices start from what the administrator may see; a superuser sees everything.

    `scope` is the look-up to the district, for models that have no `visible_to` of their own.
    """

    scope = ""
    object_history_list_template = "admin/record_history.html"

    def _may(self, request):
        return request.user.is_superuser or request.user.may(Permission.MANAGE)

    def has_module_permission(self, request):
        return self._may(request)

    def has_view_permission(self, request, obj=None):
        return self._may(request)

    def has_change_permission(self, request, obj=None):
        return self._may(request)

    def has_add_permission(self, request, obj=None):
        return self._may(request)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.user.is_superuser:
            return rows
        return rows.filter(**{self.scope: request.user.district_ids}) if self.scope else rows.visible_to(request.user)

    def history_view(self, request, object_id, extra_context=None):
        self._in_scope_or_404(request, object_id)
        return super().history_view(request, object_id, extra_context)

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An earlier record to read; a row is changed on its own form only, with that form's checks."""
        self._in_scope_or_404(request, object_id)
        if request.method == "POST":
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)

    def revert_disabled(self, request, obj=None):
        return True

    def _in_scope_or_404(self, request, object_id):
        """simple_history looks records up by their key alone: another district's would be shown, and put back."""
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404

    def _narrow(self, db_field, request, kwargs):
        choices = db_field.remote_field.model._default_manager.all()
        if request.user.is_superuser:
            return
        if hasattr(choices, "visible_to"):
            kwargs["queryset"] = choices.visible_to(request.user)
        elif admin_of_choices := self.admin_site._registry.get(choices.model):
            kwargs["queryset"] = admin_of_choices.get_queryset(request)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        self._narrow(db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        self._narrow(db_field, request, kwargs)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ExportAdmin(ExportMixin):
    """What the list shows goes out as a file: the same columns, search and filters."""

    export_formats = [Workbook, CommaFile]
    export_form_class = ExportForm  # the one that chooses columns has inline scripts

    def has_export_permission(self, request):
        return self._may(request)

    def get_export_resource_classes(self, request):
        return self.resource_classes or [as_shown(self, self.get_list_display(request))]

    def export_action(self, request):
        """The file has the list's name in the user's language, which a plain header can't hold."""
        response = super().export_action(request)
        if response.has_header("Content-Disposition"):
            extension = self.export_formats[int(request.POST["format"])]().get_extension()
            name = f"{self.opts.verbose_name_plural}_{timezone.localdate()}.{extension}"
            response["Content-Disposition"] = content_disposition_header(True, name)
        return response


class ListAdmin(ExportAdmin, ImportExportMixin):
    """Rows in and out as a plain list: what comes in is previewed and written whole or not."""

    import_formats = [Workbook, CommaFile]
    tmp_storage_class = Kept

    def has_import_permission(self, request):
        return self._may(request)

    def get_resource_kwargs(self, request, **kwargs):
        return {"by": request.user}

    def get_import_data_kwargs(self, **kwargs):
        return super().get_import_data_kwargs(**kwargs) | {"rollback_on_validation_errors": True}

    def process_result(self, result, request):
        """What went wrong since the preview is told, and nothing is written."""
        if result.has_errors() or result.has_validation_errors():
            messages.error(request, _("预览之后数据有变化，未写入任何内容，请重新上传。"))
            return redirect("..")
        return super().process_result(result, request)


@admin.register(User)
class PortalUserAdmin(ScopedAdmin, ListAdmin, SimpleHistoryAdmin, UserAdmin):
    resource_classes = [UserResource]
    list_display = ["username", "name", "role", "district", "town", "is_active"]
    list_select_related = ["district", "town"]
    list_filter = ["role", "is_active"]
    fieldsets = [
        (None, {"fields": ["username", "password", "name", "email"]}),
        (_("角色"), {"fields": ["role", "district", "town", "facility", "districts"]}),
        (_("状态"), {"fields": ["is_active"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "name", "role", "district", "town", "facility"]}),
        (_("密码"), {"fields": ["usable_password", "password1", "password2"]}),
    ]
    filter_horizontal = ["districts"]

    def get_queryset(self, request):
        """A superuser's account is out of a district administrator's reach."""
        users = super().get_queryset(request)
        return users if request.user.is_superuser else users.filter(is_superuser=False)


@admin.register(District)
class DistrictAdmin(ScopedAdmin, ExportAdmin, SimpleHistoryAdmin):
    list_display = ["name", "code", "reviews_own"]
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request):
        return request.user.is_superuser


@admin.register(Town)
class TownAdmin(ScopedAdmin, ListAdmin, SimpleHistoryAdmin):
    resource_classes = [TownResource]
    list_display = ["name", "code", "district", "order"]
    search_fields = ["name", "code"]


@admin.register(Facility)
class FacilityAdmin(ScopedAdmin, ListAdmin, SimpleHistoryAdmin):
    resource_classes = [FacilityResource]
    list_display = ["name", "town", "kind", "operation"]
    list_filter = ["kind", "operation"]
    search_fields = ["name"]
