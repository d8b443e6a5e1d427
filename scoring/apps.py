from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = _("考核评分")

    def ready(self):
        from scoring import assessors, claiming, line_settings, monitoring_table
        from scoring.annex import register_annexes
        from scoring.assessment_audit import register_assessments
        from scoring.exporting import register_exports
        from scoring.histories import register_kinds
        from scoring.marking import register_audited
        from scoring.rolling import register_rolling
        from tasks.work import register_of_programme

        register_annexes()
        register_exports()
        register_audited()
        line_settings.register_audited()
        claiming.register_audited()
        monitoring_table.register_annex()
        register_assessments()
        register_rolling()
        register_kinds()
        register_of_programme(assessors.todos)
