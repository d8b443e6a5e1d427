import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tasks.exports.annexes import EXPORTS, PROGRESS, ExportError, export_annex
from tasks.models import Programme


class Command(BaseCommand):
    help = "Write one of a programme's tables in the official layout; importing the file again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("programme", metavar="SLUG")
        parser.add_argument("file", type=Path)
        parser.add_argument("--kind", required=True, choices=sorted(EXPORTS))
        parser.add_argument("--quarter", metavar="2024Q3", help="the period of a progress table")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, programme, file, kind, quarter, **options):
        programme, period = self._find(programme, kind, quarter)
        errors = []
        try:
            content = export_annex(programme, kind, period)
        except ExportError as error:
            errors.append({"code": "nothing", "message": str(error)})
        else:
            self._write(file, content)
        if options["json"]:
            told = {"programme": programme.slug, "kind": kind, "file": str(file), "errors": errors}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        elif errors:
            self.stderr.write(errors[0]["message"])
        else:
            self.stdout.write(_("已写入 %(file)s") % {"file": file})
        if errors:
            raise SystemExit(1)

    def _find(self, slug, kind, quarter):
        programme = Programme.objects.select_related("district").filter(slug=slug).first()
        if programme is None:
            raise CommandError(_("没有年度方案 %(slug)s") % {"slug": slug}, returncode=2)
        if kind != PROGRESS:
            return programme, None
        period = programme.periods.quarters().filter(label=quarter).first()
        if quarter and period is None:
            raise CommandError(_("%(slug)s 没有填报期 %(quarter)s") % {"slug": slug, "quarter": quarter}, returncode=2)
        if period is None:
            raise CommandError(_("导出进展表须用 --quarter 指明填报期，如 2024Q3"), returncode=2)
        return programme, period

    def _write(self, file, content):
        try:
            file.write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("无法写入 %(file)s：%(reason)s") % {"file": file, "reason": error.strerror}, returncode=2
            ) from error
