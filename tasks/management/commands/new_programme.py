import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from districts.models import District
from tasks.annexes.files import read_paragraphs
from tasks.annexes.grid import GridError
from tasks.annexes.notice import read_notice
from tasks.importing import Context, import_annex
from tasks.models import Programme
from tasks.programme_form import ProgrammeForm, RollForm
from tasks.programmes import begin_programme, facts_of, has_annexes
from tasks.rolling import next_year, roll_forward


class Command(BaseCommand):
    help = "Make a programme from a notice with its annexes, or from last year's (--from): all of it, or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?", help="the notice (.docx)")
        parser.add_argument("--from", dest="source", metavar="SLUG", help="roll this programme forward instead")
        parser.add_argument("--tasks", action="store_true", help="with --from: bring the list of tasks along")
        parser.add_argument("--district", metavar="CODE", help="whose notice it is")
        parser.add_argument("--slug", help="with --from: the source's for that year, when not given")
        parser.add_argument("--title", help="the programme's name, instead of the one that the notice tells")
        parser.add_argument("--year", type=int, help="the programme's year, instead of the one that the notice tells")
        parser.add_argument("--dry-run", action="store_true", help="show what would happen, write nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, file, source, dry_run, **options):
        if (file is None) == (source is None):
            raise CommandError(_("请给出通知文件，或用 --from 指明由哪个方案结转。"), returncode=2)
        given = {name: options[name] for name in ("title", "year", "slug") if options[name]}
        answer = {"programme": given.get("slug", ""), "applied": False, "errors": [], "import": None}
        if source:
            self._roll(answer, self._source(source), given, options["tasks"], dry_run)
        else:
            self._make(answer, self._home(file, options["district"], given), file, given, dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, default=str))
        else:
            self._tell(answer, dry_run)
        if _failed(answer):
            raise SystemExit(1)

    def _source(self, slug):
        source = Programme.objects.select_related("district").filter(slug=slug).first()
        if source is None:
            raise CommandError(_("没有年度方案 %(slug)s") % {"slug": slug}, returncode=2)
        return source

    def _home(self, file, district, given):
        if not district or "slug" not in given:
            raise CommandError(_("由通知新建方案须给出 --district 和 --slug。"), returncode=2)
        home = District.objects.filter(code=district).first()
        if home is None:
            raise CommandError(_("没有区 %(code)s") % {"code": district}, returncode=2)
        if not file.is_file():
            raise CommandError(_("没有文件 %(file)s") % {"file": file}, returncode=2)
        return home

    @transaction.atomic
    def _roll(self, answer, source, given, with_tasks, dry_run):
        """Fill the answer, and write next year's programme unless something is wrong."""
        facts = next_year(source, given.get("year")) | given
        form = RollForm(facts, source=source)
        answer |= {"programme": facts["slug"], "from": source.slug, "title": facts["title"], "year": facts["year"]}
        answer["errors"] = _errors(form)
        if answer["errors"]:
            return
        roll_forward(source=source, facts=form.facts, with_tasks=with_tasks, by=None)
        answer["applied"] = not dry_run
        transaction.set_rollback(dry_run)

    @transaction.atomic
    def _make(self, answer, home, file, given, dry_run):
        """Fill the answer, and write the programme with its annexes unless something is wrong."""
        try:
            facts = facts_of(read_notice(read_paragraphs(file))) | given
        except GridError as refused:
            answer["errors"] = [refused.message]
            return
        answer |= {name: facts[name] for name in facts if name != "notice_text"}
        form = ProgrammeForm(facts | {"kept": file.name})
        answer["errors"] = _errors(form)
        if answer["errors"]:
            return
        programme = begin_programme(district=home, facts=facts)
        if has_annexes(file.read_bytes(), programme):
            answer["import"] = import_annex(file, Context(programme)).as_json()
        answer["applied"] = not (dry_run or _failed(answer))
        if not answer["applied"]:
            transaction.set_rollback(True)
        if answer["import"]:
            answer["import"]["applied"] = answer["applied"]

    def _tell(self, answer, dry_run):
        for message in answer["errors"]:
            self.stderr.write(f"error {message}")
        annexes = answer["import"] or {"errors": [], "warnings": []}
        for level in ("error", "warning"):
            for problem in annexes[f"{level}s"]:
                place = " ".join(part for part in (problem["sheet"], problem["cell"]) if part)
                self.stderr.write(f"{level} {place}: {problem['message']}")
        dry = dry_run and not _failed(answer)
        state = _("已写入") if answer["applied"] else _("预演，未写入") if dry else _("未写入")
        self.stdout.write(f"{answer['programme']} {answer.get('title', '')}（{state}）")


def _errors(form) -> list[str]:
    return [f"{form[name].label}：{message}" for name, messages in form.errors.items() for message in messages]


def _failed(answer) -> bool:
    return bool(answer["errors"] or (answer["import"] or {}).get("errors"))
