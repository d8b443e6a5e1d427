"""The rubric, read only: its versions are drafted, changed and brought into force on their own pages."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from accounts.admin import ExportAdmin, ScopedAdmin
from scoring.models import Criterion, CriterionLink, Rubric


class ReadOnly:
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(Rubric)
class RubricAdmin(ReadOnly, ScopedAdmin, ExportAdmin, SimpleHistoryAdmin):
    list_display = ["programme", "version", "state", "no_target"]
    fields = ["programme", "version", "state", "full", "no_target", "notes"]
    scope = "programme__district__in"


class CriterionLinkInline(ReadOnly, ScopedAdmin, admin.TabularInline):
    model = CriterionLink
    scope = "criterion__section__rubric__programme__district__in"
    extra = 0


@admin.register(Criterion)
class CriterionAdmin(ReadOnly, ScopedAdmin, ExportAdmin, SimpleHistoryAdmin):
    list_display = ["title", "key", "weight", "pending", "section"]
    fields = ["section", "title", "clause", "weight", "rule", "pending"]
    inlines = [CriterionLinkInline]
    scope = "section__rubric__programme__district__in"
