from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "quality"
    verbose_name = _("服务质量")

    def ready(self):
        from quality import figure_work, inspection_audit, inspection_work, plan_work, year_work
        from quality.finding_life import register_findings
        from quality.finding_notices import register_reminders
        from quality.finding_work import register_work
        from quality.inspection_life import register_inspections
        from quality.lives import register_lives
        from quality.notice_words import register_words
        from quality.plan_life import register_plans
        from quality.posting import register_daily
        from quality.reporting import register_audited
        from quality.rolling import register_rolling
        from quality.rollup import register_known
        from quality.scope_life import register_scope
        from quality.year_audit import register_audited as register_year_audited
        from quality.year_notices import register_year

        inspection_audit.register_audited()
        register_inspections()
        register_lives()
        inspection_work.register_work()
        register_audited()
        register_known()
        register_daily()
        register_rolling()
        register_scope()
        register_words()
        register_findings()
        register_reminders()
        register_work()
        register_plans()
        plan_work.register_work()
        figure_work.register_work()
        register_year_audited()
        register_year()
        year_work.register_work()
