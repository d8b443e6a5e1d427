"""What was said on a line, back and forth: each revision with its words, each decision with its reason, oldest first."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from tasks.models import Report, Submission

Place = tuple[int, int, int]  # period, town (0: the district) and line


class Turn(NamedTuple):
    """One thing said on a line; `tone` as in components/status.html."""

    when: dt.datetime
    who: str
    what: str
    words: str
    tone: str
    revision: int


def place_of(report: Report) -> Place:
    return report.period_id, report.town_key, report.line


def conversations(reports: Iterable[Report]) -> dict[Place, list[Turn]]:
    """The conversation on each line that the reports stand on (1 query)."""
    places = {place_of(report) for report in reports}
    periods, towns, lines = (set(part) for part in zip(*places, strict=True)) if places else ((), (), ())
    rows = Report.objects.filter(period__in=periods, town_key__in=towns, line__in=lines).order_by("revision")
    found: dict[Place, list[Turn]] = {place: [] for place in places}
    for report in rows.select_related("submission__by", "decision__by", "indicator", "task"):
        if (place := place_of(report)) in found:
            found[place] += _turns(report)
    return found


def _turns(report: Report) -> list[Turn]:
    submission, decision = report.submission, getattr(report, "decision", None)
    what = _("%(source)s 第%(revision)s版：%(told)s") % {
        "source": submission.get_source_display(),
        "revision": report.revision,
        "told": report.told,
    }
    words = "\n".join(filter(None, [report.words, _("提示说明：%(reason)s") % vars(report) if report.reason else ""]))
    tone = "draft" if submission.source == Submission.Source.DEMO else "waiting"
    turns = [Turn(submission.at, _who(submission.by), what, words, tone, report.revision)]
    if decision:
        turns.append(
            Turn(decision.at, _who(decision.by), decision.told, decision.reason, decision.outcome, report.revision)
        )
    return turns


def _who(user) -> str:
    return str(user) if user else _("系统")
