"""The items of a visit as its page shows them: what is typed, by whom, and the photos."""

from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from quality.models import Inspection, InspectionItem, Severity, Verdict, VisitLine


def rows_of(inspection: Inspection) -> list[tuple[str, list[dict]]]:
    """The items under the titles of their groups, each with its line and photos (3 queries)."""
    lines = {line.item_id: line for line in inspection.lines.select_related("by")}
    photos: dict[int, list] = {}
    for photo in inspection.photos.all():
        photos.setdefault(photo.item_id, []).append(photo)
    rows = [_row(item, lines.get(item.pk), photos.get(item.pk, [])) for item in inspection.item_list.items.all()]
    return [(title, list(group)) for title, group in groupby(rows, key=lambda row: row["item"].group)]


def other_words(line: VisitLine) -> str:
    """`第 3 项已由 王一 于 10:20 填为：不合格，通道堵塞`."""
    told = {
        "number": line.item.number,
        "who": line.by,
        "at": f"{timezone.localtime(line.at):%H:%M}",
        "what": _("，").join(filter(None, [_said(line.typed), line.typed.get("words", "")])) or _("空"),
    }
    return _("第 %(number)s 项已由 %(who)s 于 %(at)s 填为：%(what)s") % told


def _said(typed: dict) -> str:
    if typed.get("points"):
        return _("%(points)s 分") % typed
    return str(Verdict(typed["verdict"]).label) if typed.get("verdict") in Verdict.values else ""


def _row(item: InspectionItem, line: VisitLine | None, photos: list) -> dict:
    typed = line.typed if line else {}
    is_score = item.judged == InspectionItem.Judged.SCORE
    choices = (Verdict.NOT_APPLICABLE,) if is_score else (Verdict.MET, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)
    return {
        "item": item,
        "typed": typed,
        "is_score": is_score,
        "choices": choices,
        "severity": typed.get("severity") or Severity.ORDINARY,
        "version": line.version if line else 0,
        "photos": photos,
        "is_open": bool(photos or typed.get("words") or typed.get("verdict") == Verdict.NOT_MET),
    }
