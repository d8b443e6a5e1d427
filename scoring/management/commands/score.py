import datetime as dt
import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.models import NoTarget
from scoring.scores import Scores
from scoring.together import scores_of_all
from tasks.board import Moment
from tasks.models import Programme


class Command(BaseCommand):
    help = "Score every town of a programme, with the trace of every point. Writes nothing."

    def add_arguments(self, parser):
        parser.add_argument("slug", nargs="+", help="of several programmes each one's JSON is a line of its own")
        parser.add_argument("--as-of", type=dt.date.fromisoformat, metavar="DATE", help="default: today")
        parser.add_argument("--known-on", type=dt.date.fromisoformat, metavar="DATE", help="default: now")
        parser.add_argument("--no-target", choices=NoTarget.values, help="default: as the rubric says")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, slug, as_of, known_on, no_target, **options):
        programmes = [self._programme(one, known_on) for one in dict.fromkeys(slug)]
        moment = Moment(as_of or timezone.localdate(), known_on)
        for scores in scores_of_all(programmes, moment, no_target=no_target or ""):
            ranked = scores.ranked(scores.towns)
            if options["json"]:
                indent = 2 if len(programmes) == 1 else None
                self.stdout.write(json.dumps(_as_json(scores, ranked), ensure_ascii=False, indent=indent))
                continue
            for row in sorted(ranked, key=lambda row: row.rank):
                self.stdout.write(f"{row.rank:>3}  {row.score.total:>6}  {row.town}")

    def _programme(self, slug: str, known_on: dt.date | None) -> Programme:
        programme = Programme.objects.select_related("district").filter(slug=slug).first()
        if programme is None:
            raise CommandError(_("没有年度方案 %(slug)s") % {"slug": slug}, returncode=2)
        if not programme.rubrics.known(known_on).exists():
            raise CommandError(_("%(slug)s 没有评分细则") % {"slug": slug}, returncode=2)
        return programme


def _as_json(scores: Scores, ranked) -> dict:
    """The JSON of `score` (design, section 5)."""
    return {
        "programme": scores.programme.slug,
        "as_of": scores.moment.as_of.isoformat(),
        "rubric_version": scores.rubric.version,
        "towns": [
            {"town": row.town.name, "code": row.town.code, "rank": row.rank, **row.score.to_dict()} for row in ranked
        ],
    }
