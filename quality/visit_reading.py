"""What was typed of an item during a visit, read and checked: a verdict with points and words, or what to mend."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from quality.grading import Answered, Bound, Outcome, Part, grade
from quality.inspection_rules import InspectionError
from quality.models import Inspection, InspectionAnswer, InspectionItem, ItemList, Severity, Verdict
from tasks.formats import number

FIELDS = ("verdict", "points", "words", "severity")
MAX_WORDS = InspectionAnswer._meta.get_field("words").max_length
FULL_TO_HALF = str.maketrans("０１２３４５６７８９．", "0123456789.")
SHOWN = 40
_POINTS = re.compile(r"[0-9]{1,4}(\.[0-9]{1,2})?")


class Reading(NamedTuple):
    """One item as found; `severity` is set where it is a finding."""

    item: InspectionItem
    verdict: str
    points: Decimal
    words: str = ""
    severity: str = ""


def read(item: InspectionItem, typed: Mapping[str, str]) -> tuple[Reading | None, str]:
    """The reading, None where nothing was decided yet; and the message where something can't be read."""
    words = typed.get("words", "").strip()
    if len(words) > MAX_WORDS:
        return None, _("文字不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_WORDS, "found": len(words)}
    try:
        found = _verdict(item, typed)
    except ValueError as error:
        return None, str(error)
    if found is None:
        return None, _("请先给出结论。") if words else ""
    verdict, points = found
    severity = typed.get("severity", "") or Severity.ORDINARY
    if severity not in Severity.values:
        return None, _("程度应为“一般”或“重大”，不是“%(found)s”。") % {"found": severity[:SHOWN]}
    if verdict == Verdict.NOT_MET and not words:
        return None, _("不合格的请写明发现的问题。")
    is_finding = verdict in (Verdict.NOT_MET, Verdict.PARTLY) and bool(words)
    return Reading(item, verdict, points, words, severity if is_finding else ""), ""


def read_all(inspection: Inspection) -> list[Reading]:
    """The visit's lines, read. Raises InspectionError naming every item that is missing or at fault."""
    typed = {line.item_id: line.typed for line in inspection.lines.all()}
    readings, missing, faults = [], [], []
    for item in inspection.item_list.items.all():
        reading, fault = read(item, typed.get(item.pk, {}))
        if fault:
            faults.append(_("第 %(number)s 项：%(fault)s") % {"number": item.number, "fault": fault})
        elif reading is None:
            missing.append(str(item.number))
        else:
            readings.append(reading)
    if missing:
        faults.insert(0, _("还有 %(count)s 项没有结论：第 %(items)s 项。") % _listed(missing))
    if faults:
        raise InspectionError(" ".join(faults))
    return readings


def outcome_of(item_list: ItemList, readings: Iterable[Reading]) -> Outcome:
    """What the readings come to by the list's own grades."""
    answered = [
        Answered(
            one.item.group,
            one.item.points,
            None if one.verdict == Verdict.NOT_APPLICABLE else one.points,
            one.item.veto and one.verdict == Verdict.NOT_MET,
        )
        for one in readings
    ]
    bounds = [Bound(one.code, one.name, one.minimum, one.part_minimum) for one in item_list.grades.all()]
    return grade(answered, bounds, in_points=item_list.scale == ItemList.Scale.POINTS)


def parts_of(answers: Iterable[InspectionAnswer]) -> list[Part]:
    """What a submitted result came to in each group of items."""
    answered = [
        Answered(one.item.group, one.item.points, None if one.verdict == Verdict.NOT_APPLICABLE else one.points)
        for one in answers
    ]
    return grade(answered, [], in_points=False).parts


def _verdict(item: InspectionItem, typed: Mapping[str, str]) -> tuple[Verdict, Decimal] | None:
    said = typed.get("verdict", "")
    if said == Verdict.NOT_APPLICABLE:
        return Verdict.NOT_APPLICABLE, Decimal(0)
    if item.judged == InspectionItem.Judged.SCORE:
        points = _points(item, typed.get("points", ""))
        if points is None:
            return None
        if points == item.points:
            return Verdict.MET, points
        return (Verdict.PARTLY if points else Verdict.NOT_MET), points
    if not said:
        return None
    if said not in (Verdict.MET, Verdict.NOT_MET):
        raise ValueError(_("结论应为合格、不合格或不适用，不是“%(found)s”。") % {"found": said[:SHOWN]})
    return Verdict(said), item.points if said == Verdict.MET else Decimal(0)


def _points(item: InspectionItem, text: str) -> Decimal | None:
    """Points with up to two decimals; None where nothing was typed. ValueError: what is no such number."""
    text = text.strip().translate(FULL_TO_HALF)
    if not text:
        return None
    told = {"found": text[:SHOWN], "most": number(item.points)}
    if not _POINTS.fullmatch(text) or Decimal(text) > item.points:
        raise ValueError(_("得分应为 0 至 %(most)s 的数，最多两位小数，不是“%(found)s”。") % told)
    return Decimal(text)


def _listed(numbers: Sequence[str]) -> dict:
    shown = _("、").join(numbers[:10])
    return {"count": len(numbers), "items": _("%(shown)s等") % {"shown": shown} if len(numbers) > 10 else shown}
