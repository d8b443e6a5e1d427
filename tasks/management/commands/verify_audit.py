import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from districts.models import District
from tasks import audit
from tasks.verifying import verify


class Command(BaseCommand):
    help = "Prove that no accepted report, decision or mark was changed or removed behind the portal's back."

    def add_arguments(self, parser):
        parser.add_argument("--district", metavar="CODE", help="default: every district")
        parser.add_argument("--expect", metavar="HASH", default="", help="a head's hash noted earlier; with --district")
        parser.add_argument("--begin", action="store_true", help="first begin the chain where there is none yet")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, district, expect, begin, **options):
        districts = District.objects.filter(code=district) if district else District.objects.all()
        if district and not districts:
            raise CommandError(_("没有代码为 %(code)s 的区") % {"code": district}, returncode=2)
        if expect and not district:
            raise CommandError(_("--expect 须与 --district 一起使用"), returncode=2)
        if begin:
            for one in districts:
                audit.begin(one.pk)
        verdicts = [verify(one, expect=expect) for one in districts.order_by("code")]
        intact = all(verdict.intact for verdict in verdicts)
        if options["json"]:
            answer = {"intact": intact, "districts": [verdict.as_json() for verdict in verdicts]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            for verdict in verdicts:
                self.stdout.write(_told(verdict))
        if not intact:
            raise SystemExit(1)


def _told(verdict) -> str:
    if verdict.broken:
        return f"{verdict.district}  ✗ {verdict.broken.message}"
    return f"{verdict.district}  ✓ {verdict.number}  {verdict.hash or '—'}"
