import json

from django.core.management import call_command
from django.core.management.base import BaseCommand

from eldercare.demo import PROGRAMMES, DemoError, make_demo


class Command(BaseCommand):
    help = "Fill an empty database with both notices, demo accounts and synthetic progress."

    def add_arguments(self, parser):
        parser.add_argument("--no-progress", action="store_true", help="the plans only, nothing reported")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, no_progress, **options):
        call_command("migrate", verbosity=0, interactive=False)
        try:
            users = make_demo(progress=not no_progress)
        except DemoError as error:
            self.stderr.write(str(error))
            raise SystemExit(1) from error
        accounts = [user.username for user in users]
        if options["json"]:
            self.stdout.write(json.dumps({"programmes": list(PROGRAMMES), "accounts": accounts}, ensure_ascii=False))
        else:
            self.stdout.write(f"已写入 {', '.join(PROGRAMMES)}；演示账号 {len(accounts)} 个")
