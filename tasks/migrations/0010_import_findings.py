from django.db import migrations, models

import tasks.models.imports


def count_problems(apps, schema_editor):
    """An outcome held its problems and changes; now it counts them. An import that waits is compared again at its confirmation."""
    records = apps.get_model("tasks", "ImportRecord").objects.all()
    for record in records:
        problems = {level: len(record.outcome.get(level, [])) for level in ("errors", "warnings")}
        told = {
            name: value for name, value in record.outcome.items() if name not in ("changes", "applied", "programme")
        }
        record.outcome = told | problems
        record.save()


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0009_reporting_and_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrecord",
            name="findings",
            field=models.FileField(blank=True, max_length=200, upload_to=tasks.models.imports.findings_path),
        ),
        migrations.RunPython(count_problems, migrations.RunPython.noop),
    ]
