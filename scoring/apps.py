from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = _("考核评分")

    def ready(self):
        from scoring.annex import register_annexes
        from scoring.assessment_audit import register_assessments
        from scoring.exporting import register_exports
        from scoring.histories import register_kinds
        from scoring.marking import register_audited
        from scoring.rolling import register_rolling

        register_annexes()
        register_exports()
        register_audited()
        register_assessments()
        register_rolling()
        register_kinds()
