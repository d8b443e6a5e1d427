"""From the scores of a moment to rows that stay, and back from the rows to what the engine reads."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from districts.models import Town
from scoring import engine
from scoring.awarding import Given
from scoring.facts import AWAITING
from scoring.grading import decides, grade
from scoring.models import Assessment, Criterion, Mark, Result, ResultLine, Ties
from scoring.models.files import LedgerFile
from scoring.rule_json import dump
from scoring.rules import Award, Figure, Inputs, load_rule
from scoring.scores import Ranked, Scores
from scoring.sealing import line_digest, result_digest
from tasks.board import Moment
from tasks.models import Report

BATCH = 1000


class Placed(NamedTuple):
    """A town's score with the place and the grade that the assessment gives it."""

    town: Town
    score: engine.TownScore
    rank: int
    grade: str


class Waiting(NamedTuple):
    """A line that waits for a report or a mark, and the towns where it does."""

    title: str
    towns: list[str]


class Sources(NamedTuple):
    """What stands behind the figures and the marks: reports and lists of files, by primary key."""

    reports: Mapping[int, dict]
    papers: Mapping[int, list[LedgerFile]]


def scores_of(assessment: Assessment, known_at: dt.datetime | None = None) -> Scores:
    """The assessment's scores from the ledger: by its own rubric, as of its day, as known at a moment (None: by now)."""
    moment = Moment(assessment.as_of, known_at)
    return Scores(assessment.programme, moment, no_target=assessment.no_target, rubric=assessment.rubric)


def placed(assessment: Assessment, scored: Sequence[tuple[Town, engine.TownScore]]) -> list[Placed]:
    """Places and grades by the assessment's own rules, in the order given."""
    ranks = engine.rank([_place(assessment, score) for _town, score in scored])
    return [
        Placed(town, score, rank, grade(score.total, assessment.grading, barred=score.barred))
        for (town, score), rank in zip(scored, ranks, strict=True)
    ]


def _place(assessment: Assessment, score: engine.TownScore) -> Decimal | tuple[Decimal, ...]:
    """What decides a place: the total, and where the assessment says so each section's points in the rubric's order."""
    return decides(score, by_sections=assessment.ties == Ties.BY_SECTIONS)


def waiting(rows: Sequence[Placed | Ranked]) -> list[Waiting]:
    """The lines that wait in some town, in the rubric's order."""
    found = []
    for lines in zip(*(row.score.criteria for row in rows), strict=True):
        towns = [row.town.name for row, line in zip(rows, lines, strict=True) if line.result.status == AWAITING]
        if towns:
            found.append(Waiting(lines[0].title, towns))
    return found


def write(assessment: Assessment, scores: Scores, rows: Sequence[Placed]) -> list[tuple[Result, list[ResultLine]]]:
    """Store the results and their lines (2 inserts and 5 queries, however many towns there are)."""
    places = {row.town.code: row for row in rows}
    results = Result.objects.bulk_create([_result(assessment, places[code]) for code in sorted(places)], BATCH)
    sources = Sources(_reports(scores), _papers(scores))
    written = [(result, _lines(scores, places[result.code], result, sources)) for result in results]
    ResultLine.objects.bulk_create([line for _result, lines in written for line in lines], BATCH)
    return written


def _result(assessment: Assessment, row: Placed) -> Result:
    result = Result(
        district_id=assessment.district_id,
        assessment=assessment,
        town=row.town,
        code=row.town.code,
        name=row.town.name,
        total=row.score.total,
        earned=row.score.earned,
        attainable=row.score.attainable,
        rank=row.rank,
        grade=row.grade,
        sections=sections_json(row.score),
    )
    result.digest = result_digest(result)
    return result


def sections_json(score: engine.TownScore) -> list[dict]:
    return [
        {"number": number, "title": part.title, "weight": dump(part.weight), "points": str(part.points)}
        for number, part in enumerate(score.sections, 1)
    ]


def _lines(scores: Scores, row: Placed, result: Result, sources: Sources) -> list[ResultLine]:
    numbers = {c.key: number for number, section in enumerate(scores.sections, 1) for c in section.criteria.all()}
    lines = []
    for order, scored in enumerate(row.score.criteria, 1):
        criterion = scores.criteria[scored.key]
        line = ResultLine(
            district_id=result.district_id,
            result=result,
            order=order,
            key=scored.key,
            section=numbers[scored.key],
            title=scored.title,
            clause=criterion.clause,
            weight=scored.weight,
            points=scored.points,
            status=scored.result.status,
            pending=criterion.pending,
            rule=criterion.rule,
            inputs=inputs_json(scores, criterion, row.town, scored.inputs, sources),
            explanation=scored.explanation,
        )
        line.digest = line_digest(line)
        lines.append(line)
    return lines


def inputs_json(scores: Scores, criterion: Criterion, town: Town, inputs: Inputs, sources: Sources) -> dict:
    """What the rule saw, each figure with the report that it stands in, each award with its mark."""
    figures = {}
    for part, indicator in scores.links[criterion.key]:
        standings = scores.board.figures.get((indicator, town.pk))
        source = {"indicator": scores.indicators[indicator].code}
        source["report"] = sources.reports.get(standings[-1].report) if standings else None
        figures[part] = dump(inputs.figures[part]._asdict()) | source
    given = scores.given(criterion, town).given
    return {"figures": figures, "awards": [_award_json(one, sources) for one in given]}


def _award_json(given: Given, sources: Sources) -> dict:
    """An award with the marks that it was made of: what, who, by which paper, with which files."""
    marks = [
        {
            "mark": mark.pk,
            "points": dump(mark.points),
            "by": mark.by,
            "reason": mark.reason,
            "document": mark.document,
            "given_on": mark.given_on.isoformat(),
            "level": mark.level,
            "matter": mark.matter or "",
            "facility": mark.facility or "",
            "files": [{"name": file.name, "sha256": file.sha256} for file in sources.papers[mark.pk]],
        }
        for mark in given.marks
    ]
    given_on = max(mark["given_on"] for mark in marks)
    return dump(given.award._asdict()) | {"given_on": given_on, "marks": marks}


def _reports(scores: Scores) -> dict[int, dict]:
    """Of each report that stands: which one it is (1 query)."""
    keys = {lines[-1].report for lines in scores.board.figures.values()}
    rows = Report.objects.filter(district=scores.programme.district_id, pk__in=keys)
    return {
        key: {"id": key, "period": period, "revision": revision, "as_at": as_at.isoformat()}
        for key, period, revision, as_at in rows.values_list("pk", "period__label", "revision", "as_at")
    }


def _papers(scores: Scores) -> dict[int, list[LedgerFile]]:
    """The files that back each mark (3 queries for every so many marks: a database takes so many keys in one question)."""
    keys = [mark.pk for one in scores.marks.values() for mark in one.marks]
    found: dict[int, list[LedgerFile]] = {}
    for start in range(0, len(keys), BATCH):
        marks = Mark.objects.filter(district=scores.programme.district_id, pk__in=keys[start : start + BATCH])
        found |= {mark.pk: mark.papers for mark in marks.with_papers()}
    return found


def scored_again(
    assessment: Assessment, result: Result, lines: Sequence[ResultLine], ruled: Mapping[str, Decimal]
) -> engine.TownScore:
    """A town's score from its stored lines alone, with the points that were ruled on by the line's key."""
    inputs = {line.key: stored_inputs(line) for line in lines}
    return engine.score(_rubric(result, lines), inputs, assessment.no_target, ruled)


def stored_inputs(line: ResultLine) -> Inputs:
    """What the rule of a stored line saw."""
    figures = {part: _read(Figure, found) for part, found in line.inputs["figures"].items()}
    return Inputs(figures, tuple(_read(Award, found) for found in line.inputs["awards"]))


NUMBERS = {"value", "target", "points"}


def _read(kind: type[Figure] | type[Award], found: Mapping):
    values = {name: found[name] for name in kind._fields}
    return kind(**{n: Decimal(v) if n in NUMBERS and v is not None else v for n, v in values.items()})


def _rubric(result: Result, lines: Sequence[ResultLine]) -> engine.Rubric:
    return engine.Rubric(tuple(_section(section, lines) for section in result.sections))


def _section(section: Mapping, lines: Sequence[ResultLine]) -> engine.Section:
    number, title = section["number"], section["title"]
    criteria = tuple(
        engine.Criterion(line.key, title, line.title, line.weight, load_rule(line.rule), line.pending)
        for line in lines
        if line.section == number
    )
    return engine.Section(str(number), title, Decimal(section["weight"]), criteria)
