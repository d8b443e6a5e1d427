import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tasks.models import Programme
from tasks.reconciling import reconcile


class Command(BaseCommand):
    help = "Show every difference between a notice's text, its list, its table and its totals. Writes nothing."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, slug, **options):
        programme = Programme.objects.filter(slug=slug).first()
        if programme is None:
            raise CommandError(_("没有年度方案 %(slug)s") % {"slug": slug}, returncode=2)
        found, unlinked = reconcile(programme)
        if options["json"]:
            answer = {"programme": slug, "differences": [difference.as_json() for difference in found]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        for one in found:
            place = f"{one.subject} {one.town}".strip()
            left, right = one.left, one.right
            self.stdout.write(f"{place}: {left.source} {left.value} ≠ {right.source} {right.value}")
        if unlinked:
            message = _("清单第 %(numbers)s 项有数字而没有选定对应指标，未与指标分解表比对")
            self.stderr.write(message % {"numbers": "、".join(map(str, unlinked))})
