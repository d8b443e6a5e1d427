"""The plan's reference data; figures and decisions are not here: the ledger is never edited."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from accounts.admin import ExportAdmin, ScopedAdmin
from tasks.models import Indicator, Period, Programme, Task
from tasks.programmes import add_quarters


class PeriodInline(ScopedAdmin, admin.TabularInline):
    model = Period
    scope = "programme__district__in"
    extra = 0


@admin.register(Programme)
class ProgrammeAdmin(ScopedAdmin, ExportAdmin, SimpleHistoryAdmin):
    list_display = ["title", "slug", "year", "district", "document_number"]
    inlines = [PeriodInline]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            add_quarters(obj)

    def get_inlines(self, request, obj):
        return self.inlines if obj else []


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
