import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tasks.importing import KINDS, Context, import_annex
from tasks.models import Programme


class Command(BaseCommand):
    help = "Read an official table into a programme: all of it, or nothing when it has errors."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--programme", required=True, metavar="SLUG")
        parser.add_argument("--kind", choices=sorted(KINDS))
        parser.add_argument("--quarter", metavar="2024Q3", help="the period of a progress table")
        parser.add_argument("--create-indicators", action="store_true", help="unknown columns become new indicators")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, file, programme, kind, quarter, create_indicators, dry_run, **options):
        context = self._context(programme, kind, quarter, create_indicators)
        if not file.is_file():
            raise CommandError(_("没有文件 %(file)s") % {"file": file}, returncode=2)
        outcome = import_annex(file, context, kind=kind, dry_run=dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, indent=2))
        else:
            self._tell(outcome, dry_run)
        if outcome.errors:
            raise SystemExit(1)

    def _context(self, slug, kind, quarter, create_indicators):
        programme = Programme.objects.select_related("district").filter(slug=slug).first()
        if programme is None:
            raise CommandError(_("没有年度方案 %(slug)s") % {"slug": slug}, returncode=2)
        period = programme.periods.filter(label=quarter).first() if quarter else None
        if quarter and period is None:
            raise CommandError(_("%(slug)s 没有填报期 %(quarter)s") % {"slug": slug, "quarter": quarter}, returncode=2)
        if kind == "progress" and period is None:
            raise CommandError(_("导入进展表须用 --quarter 指明填报期，如 2024Q3"), returncode=2)
        return Context(programme, period=period, create_indicators=create_indicators)

    def _tell(self, outcome, dry_run):
        for problem in outcome.problems:
            place = " ".join(part for part in (problem.sheet, problem.cell) if part)
            self.stderr.write(f"{problem.level} {place}: {problem.message}")
        counts = _("新增 %(created)s，变更 %(updated)s，不变 %(unchanged)s") % vars(outcome)
        state = _("已写入") if outcome.applied else _("预演，未写入") if dry_run and not outcome.errors else _("未写入")
        self.stdout.write(f"{outcome.programme} {outcome.kind or '?'}: {counts}（{state}）")
