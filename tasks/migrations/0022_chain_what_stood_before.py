"""Supervision sheets, reminders and acts on periods are held by the audit chain: those that stood before go in, too."""

from django.db import migrations

from tasks.audit import linked
from tasks.audited import digest

KINDS = ("PeriodAct", "Reminder", "Supervision", "SupervisionAct")


def chain(apps, schema_editor):
    """To each chain that was begun; one that is begun later takes in what stands by itself."""
    entry_model = apps.get_model("tasks", "AuditEntry")
    for head in apps.get_model("tasks", "AuditHead").objects.select_for_update().order_by("pk"):
        for kind in KINDS:
            model = apps.get_model("tasks", kind)
            names = [field.attname for field in model._meta.concrete_fields]
            for row in model.objects.filter(district=head.district_id).order_by("pk").values(*names):
                head.number += 1
                label = model._meta.label_lower
                facts = {"number": head.number, "kind": label, "row": row["id"], "digest": digest(row)}
                entry = entry_model(district_id=head.district_id, **facts)
                entry.hash = head.hash = linked(head.hash, entry)
                entry.save()
        head.save()


class Migration(migrations.Migration):
    dependencies = [("tasks", "0021_periods_given_other_days")]

    operations = [migrations.RunPython(chain, migrations.RunPython.noop)]
