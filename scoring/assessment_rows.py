"""An assessment as its pages show it: texts, classes and addresses, and what each reader may see of the others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring.appealing import is_full
from scoring.assessments import live, ruled, ruled_points
from scoring.facts import AWAITING, HUNDRED, round_points
from scoring.freezing import Placed, Waiting, sections_json, waiting
from scoring.models import Assessment, AssessmentAct, AssessmentState, FinalResult, Result, ResultLine, Visibility
from scoring.overview import Segment
from scoring.rule_json import plain
from scoring.rule_text import kind_label, rule_lines
from scoring.rules import load_rule
from scoring.trace import STATUS_LABELS
from tasks.formats import number


@dataclass(frozen=True)
class Row:
    """One town's place; `frozen` is its total before the rulings where they changed it."""

    town: int
    name: str
    code: str
    total: Decimal
    rank: int
    grade: str
    share: str
    segments: list[Segment]
    text: str
    url: str
    frozen: Decimal | None = None


@dataclass(frozen=True)
class Sight:
    """What a reader sees: rows in full, whether with ranks, and else which towns have which grade."""

    rows: list[Row]
    ranks: bool = True
    bands: Sequence[tuple[str, list[str]]] = ()


def rows_of(assessment: Assessment) -> tuple[list[Row], list[Waiting]]:
    """The towns from first to last as the assessment stands, and the lines that wait."""
    if assessment.state == AssessmentState.DRAFT:
        placed = live(assessment)
        return sorted((_live_row(assessment, one) for one in placed), key=_in_order), waiting(placed)
    results = list(Result.objects.filter(district=assessment.district_id, assessment=assessment))
    standing = standing_results(assessment)
    rows = [_row(assessment, result, standing.get(result.town_id)) for result in results]
    return sorted(rows, key=_in_order), _stored_waiting(assessment)


def standing_results(assessment: Assessment) -> dict[int, tuple[Decimal, int, str, list[dict]]]:
    """Totals, ranks, grades and sections by town where rulings stand over the frozen ones; none without rulings."""
    finals = FinalResult.objects.filter(result__assessment=assessment).select_related("result")
    if found := {one.result.town_id: (one.total, one.rank, one.grade, one.sections) for one in finals}:
        return found
    if not ruled_points(assessment):
        return {}
    return {one.town.pk: (one.score.total, one.rank, one.grade, sections_json(one.score)) for one in ruled(assessment)}


def sight(user, assessment: Assessment, rows: list[Row], published: AssessmentAct | None) -> Sight:
    """What the bureau's publication lets this user see; those who read the district see all."""
    if user.may(Permission.SEE_DISTRICT):
        return Sight(rows)
    own = [row for row in rows if row.town == user.town_id]
    if published is None or published.visibility == Visibility.OWN_RANK:
        return Sight(own)
    if published.visibility == Visibility.FULL:
        return Sight(rows)
    listed = sorted(rows, key=lambda row: row.code)  # their order from first to last would tell the ranks
    grades = [band.name for band in assessment.grading]
    return Sight(own, False, [(name, [row.name for row in listed if row.grade == name]) for name in grades])


def _live_row(assessment: Assessment, one: Placed) -> Row:
    share = "—" if one.score.share is None else number(one.score.share, 1)
    segments = _segments(sections_json(one.score))
    address = reverse("town", args=[assessment.programme.slug, one.town.code])
    place = (one.score.total, one.rank, one.grade)
    return Row(one.town.pk, one.town.name, one.town.code, *place, share, segments, _text(segments), address)


def _row(assessment: Assessment, result: Result, now) -> Row:
    total, rank, grade, sections = now or (result.total, result.rank, result.grade, result.sections)
    share = number(result.earned * HUNDRED / result.attainable, 1) if result.attainable else "—"
    segments = _segments(sections)
    address = reverse("assessment-town", args=[assessment.programme.slug, assessment.pk, result.code])
    before = result.total if total != result.total else None
    place = (total, rank, grade)
    return Row(result.town_id, result.name, result.code, *place, share, segments, _text(segments), address, before)


def _in_order(row: Row) -> tuple:
    return row.rank, row.code


def _segments(sections: Iterable[Mapping]) -> list[Segment]:
    """The sections as parts of a bar that is 100 wide."""
    segments, offset = [], Decimal(0)
    for section in sections:
        gained = Decimal(section["points"])
        text = f"{section['points']} / {number(Decimal(section['weight']))}"
        segments.append(Segment(str(offset), str(max(gained, Decimal(0))), section["title"], text))
        offset += max(gained, Decimal(0))
    return segments


def _text(segments: Iterable[Segment]) -> str:
    return _("，").join(f"{segment.title} {segment.text}" for segment in segments)


def _stored_waiting(assessment: Assessment) -> list[Waiting]:
    lines = ResultLine.objects.filter(result__assessment=assessment, status=AWAITING)
    found: dict[str, Waiting] = {}
    for key, title, town in lines.order_by("order", "result__code").values_list("key", "title", "result__name"):
        found.setdefault(key, Waiting(title, [])).towns.append(town)
    return list(found.values())


@dataclass(frozen=True)
class LineRow:
    """One stored line as a town's page shows it; `points` are the ruled ones where an appeal was upheld."""

    line: ResultLine
    points: Decimal
    status: str
    kind: str
    rule: list[str]
    figures: list[dict]
    awards: list[dict]

    @property
    def appeal(self):
        return getattr(self.line, "appeal", None)

    @property
    def is_full(self) -> bool:
        return is_full(self.line)


def line_rows(result: Result, lines: Iterable[ResultLine]) -> list[tuple[dict, list[LineRow]]]:
    """The lines under their sections, everything as it was frozen."""
    rows = [_line(line) for line in lines]
    return [(section, [row for row in rows if row.line.section == section["number"]]) for section in result.sections]


def _line(line: ResultLine) -> LineRow:
    rule = load_rule(line.rule)
    label = STATUS_LABELS["pending" if line.pending else line.status]
    ruling = getattr(getattr(line, "appeal", None), "ruling", None)
    points = ruling.points if ruling and ruling.points is not None else line.points
    figures = [_figure(found) for found in line.inputs["figures"].values()]
    status = _(label) if label else ""
    awards = [{**found, "shown": plain(round_points(Decimal(found["points"])))} for found in line.inputs["awards"]]
    return LineRow(line, points, status, kind_label(rule), rule_lines(rule, line.weight), figures, awards)


def _figure(found: Mapping) -> dict:
    unit = found["unit"]
    value = number(Decimal(found["value"])) + unit if found["value"] is not None else "—"
    target = number(Decimal(found["target"])) + unit if found["target"] is not None else found["text_target"] or "—"
    return {**found, "value": value, "target": target}
