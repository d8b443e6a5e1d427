"""The plan's reference data; figures and decisions are not here: the ledger is never edited."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from accounts.admin import ExportAdmin, ScopedAdmin
from tasks.check_rules import begin_check_rules
from tasks.models import Indicator, Programme, Task
from tasks.programmes import add_quarters


@admin.register(Programme)
class ProgrammeAdmin(ScopedAdmin, ExportAdmin, SimpleHistoryAdmin):
    list_display = ["title", "slug", "year", "district", "document_number"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            add_quarters(obj)
            begin_check_rules(obj)


@admin.register(Indicator)
class IndicatorAdmin(ScopedAdmin, ExportAdmin, SimpleHistoryAdmin):
    list_display = ["name", "code", "programme", "unit", "kind", "direction", "aggregation"]
    list_filter = ["programme"]
    search_fields = ["name"]
    readonly_fields = ["frequency"]  # set on the indicator's page, which makes the months
    scope = "programme__district__in"


@admin.register(Task)
class TaskAdmin(ScopedAdmin, ExportAdmin, SimpleHistoryAdmin):
    list_display = ["number", "title", "category", "due_on", "programme"]
    list_filter = ["programme"]
    search_fields = ["title"]
    filter_horizontal = ["indicators"]
    scope = "programme__district__in"
