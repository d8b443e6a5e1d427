import json
from dataclasses import replace
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from tasks.annexes.names import indicator_key
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
        parser.add_argument(
            "--alias",
            action="append",
            default=[],
            dest="aliases",
            metavar="NAME=INDICATOR",
            help="a column's name and the plan's indicator that it means; kept as that indicator's other name",
        )
        parser.add_argument("--document", default="", help="the document that changed targets stand in")
        parser.add_argument("--reason", default="", help="why targets change")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(
        self, *, file, programme, kind, quarter, create_indicators, aliases, document, reason, dry_run, **options
    ):
        context = self._context(programme, kind, quarter)
        context = replace(
            context,
            create_indicators=create_indicators,
            aliases=self._aliases(aliases, context),
            document=document,
            reason=reason,
        )
        if not file.is_file():
            raise CommandError(_("没有文件 %(file)s") % {"file": file}, returncode=2)
        outcome = import_annex(file, context, kind=kind, dry_run=dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, indent=2))
        else:
            self._tell(outcome, dry_run)
        if outcome.errors:
            raise SystemExit(1)

    def _aliases(self, typed, context):
        """The table's names with the plan's that they mean."""
        aliases = dict(alias.rpartition("=")[::2] for alias in typed)
        known = {indicator_key(name) for name in context.programme.indicators.values_list("name", flat=True)}
        for name, own in aliases.items():
            if not name or indicator_key(own) not in known:
                message = _("--alias 须写作“表中名称=方案名称”，且方案中有这一指标：%(alias)s")
                raise CommandError(message % {"alias": f"{name}={own}"}, returncode=2)
        return aliases

    def _context(self, slug, kind, quarter):
        programme = Programme.objects.select_related("district").filter(slug=slug).first()
        if programme is None:
            raise CommandError(_("没有年度方案 %(slug)s") % {"slug": slug}, returncode=2)
        period = programme.periods.quarters().filter(label=quarter).first() if quarter else None
        if quarter and period is None:
            raise CommandError(_("%(slug)s 没有填报期 %(quarter)s") % {"slug": slug, "quarter": quarter}, returncode=2)
        if kind == "progress" and period is None:
            raise CommandError(_("导入进展表须用 --quarter 指明填报期，如 2024Q3"), returncode=2)
        return Context(programme, period=period)

    def _tell(self, outcome, dry_run):
        for problem in outcome.problems:
            place = " ".join(part for part in (problem.sheet, problem.cell) if part)
            self.stderr.write(f"{problem.level} {place}: {problem.message}")
        counts = _("新增 %(created)s，变更 %(updated)s，不变 %(unchanged)s") % vars(outcome)
        state = _("已写入") if outcome.applied else _("预演，未写入") if dry_run and not outcome.errors else _("未写入")
        self.stdout.write(f"{outcome.programme} {outcome.kind or '?'}: {counts}（{state}）")
