"""The rubric's settings and links; clauses and rules come from the official table, marks from their own page."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from accounts.admin import ExportAdmin, ScopedAdmin
from scoring.models import Criterion, CriterionLink, Rubric


@admin.register(Rubric)
class RubricAdmin(ScopedAdmin, ExportAdmin, SimpleHistoryAdmin):
    list_display = ["programme", "version", "state", "no_target"]
    fields = ["programme", "version", "state", "no_target", "notes"]
    readonly_fields = ["programme", "version", "state"]
    scope = "programme__district__in"

    def has_add_permission(self, request):
        return False


class CriterionLinkInline(ScopedAdmin, admin.TabularInline):
    model = CriterionLink
    scope = "criterion__section__rubric__programme__district__in"
    extra = 0

    def has_delete_permission(self, request, obj=None):
        return self._may(request)


@admin.register(Criterion)
class CriterionAdmin(ScopedAdmin, ExportAdmin, SimpleHistoryAdmin):
    list_display = ["title", "key", "weight", "pending", "section"]
    fields = ["section", "title", "clause", "weight", "rule", "pending"]
    readonly_fields = ["section", "title", "clause", "weight", "rule"]
    inlines = [CriterionLinkInline]
    scope = "section__rubric__programme__district__in"

    def has_add_permission(self, request):
        return False
