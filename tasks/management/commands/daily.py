import datetime as dt
import json
import sys

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from tasks import daily


class Command(BaseCommand):
    help = "Do what is done once a day: tell of due days, make digests and summaries. May be run as often as you like."

    def add_arguments(self, parser):
        parser.add_argument("--on", type=dt.date.fromisoformat, metavar="DATE", help="the day, by default today")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options):
        on = options["on"] or timezone.localdate()
        done = daily.run(on)
        failed = [name for name, count in done.items() if count is None]
        if options["json"]:
            self.stdout.write(json.dumps({"on": on.isoformat(), "done": done, "failed": failed}, indent=2))
        elif options["verbosity"]:
            for name, count in done.items():
                told = _("失败，详见日志") if count is None else count
                self.stdout.write(f"{name}: {told}")
        if failed:
            sys.exit(1)
