from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps, schema_editor):
    """The cache that counts failed sign-ins lives in the database, so that all processes share it."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_initial")]
    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop)]
