import json

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from scoring.models import Assessment
from scoring.verifying import Verdict, verify
from tasks.formats import points


class Command(BaseCommand):
    help = "Prove that a frozen assessment was not changed, and that the ledger still gives the same points."

    def add_arguments(self, parser):
        parser.add_argument("id", nargs="?", type=int, help="the assessment's number, as in its address")
        parser.add_argument("--all", action="store_true", help="every assessment that was frozen")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, id, **options):
        if (id is None) != options["all"]:
            raise CommandError(_("请给出考核编号，或使用 --all"), returncode=2)
        found = Assessment.objects.standing().order_by("pk")
        found = [one for one in (found if options["all"] else found.filter(pk=id)) if one.acts.filter(kind="frozen")]
        if not found and id is not None:
            raise CommandError(_("没有编号为 %(id)s 的已冻结考核") % {"id": id}, returncode=2)
        verdicts = [verify(one) for one in found]
        if options["json"]:
            answer = {"verified": _verified(verdicts), "assessments": [verdict.as_json() for verdict in verdicts]}
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            for line in (line for verdict in verdicts for line in _told(verdict)):
                self.stdout.write(line)
        if not _verified(verdicts):
            raise SystemExit(1)


def _verified(verdicts: list[Verdict]) -> bool:
    return all(verdict.intact and verdict.equal for verdict in verdicts)


def _told(verdict: Verdict):
    """The verdict in a line, and one for each thing that is wrong."""
    sign = "✓" if verdict.intact and verdict.equal else "✗"
    yield f"{verdict.assessment.pk}  {sign} {verdict.assessment.title}  {verdict.sha256}"
    for fault in verdict.faults:
        yield f"   {fault.message}"
    for town in verdict.differences:
        before, after = (f"{points(total)} #{rank} {grade}" for total, rank, grade in (town.before, town.after))
        yield f"   {town.name}  {before} → {after}"
        for line in town.lines:
            changes = "".join(f"  {change.label} {change.before} → {change.after}" for change in line.changes)
            yield f"      {line.title}  {points(line.before)} → {points(line.after)}{changes}"
