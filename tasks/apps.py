from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = _("任务与指标")

    def ready(self):
        from tasks.audited import register_audited
        from tasks.exports.annexes import register_exports
        from tasks.histories import register_kinds
        from tasks.resources import register_annexes

        register_annexes()
        register_exports()
        register_audited()
        register_kinds()
