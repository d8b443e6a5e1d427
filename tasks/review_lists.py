"""The lists of the review as rows of a file: heads, and values with numbers as numbers."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from tasks import listing
from tasks.listing import Table
from tasks.models import Programme
from tasks.reviewing import ReviewLine, Waiting


def queue(places: Iterable[Waiting], programme: Programme) -> Table:
    """Who waits for review, and with what."""
    head = [_("街镇"), _("待审核行数"), _("最早报送"), _("有提示"), _("逾期报送"), _("更正"), _("本人填报")]
    return head, [_place(place, programme) for place in places]


def _place(place: Waiting, programme: Programme) -> list:
    where, sent = place.town or programme.district, timezone.localtime(place.oldest)
    return [where, place.count, sent, place.warned, place.late, place.corrected, place.own]


def lines(rows: Iterable[ReviewLine]) -> Table:
    """One town's waiting lines beside what was accepted last."""
    head = [
        *(_("街镇"), _("指标或任务"), _("填报期"), _("上次通过"), _("本次填报"), _("差额")),
        *(_("情况说明"), _("提示"), _("提示说明"), _("数据日期"), _("上次退回原因"), _("佐证材料")),
        *(_("报送人"), _("报送时间"), _("逾期报送"), _("版次"), _("来源")),
    ]
    return head, map(_line, rows)


def _line(line: ReviewLine) -> list:
    report, submission = line.report, line.report.submission
    returned = [turn.words for turn in line.turns if turn.tone == "returned"]
    figures = [listing.told(line.accepted.told) if line.accepted else None, listing.told(report.told)]
    said = [report.words, "\n".join(line.warnings), report.reason, report.as_at if report.as_at_stated else None]
    return [
        *(report.town or report.district, report.subject, report.period.label, *figures, listing.shown(line.change)),
        *(*said, returned[-1] if returned else None, "\n".join(file.name for file in report.evidence.all())),
        *(submission.by, timezone.localtime(submission.at), _("是") if line.late else None),
        *(report.revision, submission.get_source_display()),
    ]
