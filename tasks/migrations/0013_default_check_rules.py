"""The programmes that stand get the rules that a new one begins with."""

from decimal import Decimal

from django.db import migrations

DEFAULTS = {
    "decrease": None,
    "over_target": Decimal(150),
    "jump": Decimal(3),
    "over_rate": Decimal(100),
    "done_without_words": None,
}


def add_rules(apps, schema_editor):
    Programme, CheckRule = apps.get_model("tasks", "Programme"), apps.get_model("tasks", "CheckRule")
    for programme in Programme.objects.filter(check_rules__isnull=True):
        CheckRule.objects.bulk_create(
            CheckRule(programme=programme, kind=kind, limit=limit) for kind, limit in DEFAULTS.items()
        )


class Migration(migrations.Migration):
    dependencies = [("tasks", "0012_monthly_from")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
