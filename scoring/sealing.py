"""What the hash of a frozen assessment is taken over: its stored rows as one document."""

from collections.abc import Sequence

from scoring import canonical
from scoring.models import AppealRuling, Assessment, AssessmentAct, FinalResult, Result, ResultLine

FORMAT = 1  # of the document; a later one keeps reading this one
LINE = ("key", "section", "title", "clause", "weight", "points", "status", "pending", "rule", "inputs", "explanation")
RESULT = ("code", "name", "total", "earned", "attainable", "rank", "grade", "sections")


def line_digest(line: ResultLine) -> str:
    """The hash of one line, by which a changed one is named."""
    return canonical.digest(_fields(line, LINE))


def result_digest(result: Result) -> str:
    """The hash of a town's own row, short of its lines."""
    return canonical.digest(_fields(result, RESULT))


def document(assessment: Assessment, frozen: AssessmentAct, results: Sequence[tuple[Result, Sequence[ResultLine]]]):
    """Everything that was frozen: by which rules, as of and as known on which day, every input, rule, mark and point."""
    return {
        "format": FORMAT,
        "assessment": {
            "id": assessment.pk,
            "programme": assessment.programme_id,
            "kind": assessment.kind,
            "period": assessment.period_id,
            "title": assessment.title,
            "as_of": assessment.as_of,
            "known_on": frozen.known_on,
            "rubric": assessment.rubric_id,
            "no_target": assessment.no_target,
            "bands": assessment.bands,
            "ties": assessment.ties,
        },
        "results": [
            _fields(result, RESULT) | {"lines": [_fields(line, LINE) for line in lines]} for result, lines in results
        ],
    }


def stored(assessment: Assessment) -> list[tuple[Result, list[ResultLine]]]:
    """The stored results with their lines, in the order in which they are sealed (2 queries)."""
    results = Result.objects.filter(district=assessment.district_id, assessment=assessment).order_by("code")
    results = results.select_related("town").prefetch_related("lines")
    return [(result, list(result.lines.all())) for result in results]


def seal_of(assessment: Assessment, frozen: AssessmentAct) -> str:
    """The hash over what is stored now; the same as `frozen.sha256` as long as nothing was changed."""
    return canonical.digest(document(assessment, frozen, stored(assessment)))


def final_document(frozen: AssessmentAct) -> dict:
    """What was sealed at the end: the frozen results by their hash, every ruling, and what came of it (2 queries)."""
    rulings = AppealRuling.objects.filter(appeal__line__result__assessment=frozen.assessment_id)
    finals = FinalResult.objects.filter(result__assessment=frozen.assessment_id)
    return {
        "format": FORMAT,
        "frozen": frozen.sha256,
        "rulings": [
            {"code": code, "key": key, "outcome": outcome, "points": points, "reason": reason}
            for code, key, outcome, points, reason in rulings.order_by(
                "appeal__line__result__code", "appeal__line__order"
            ).values_list("appeal__line__result__code", "appeal__line__key", "outcome", "points", "reason")
        ],
        "results": list(finals.order_by("result__code").values("result__code", "total", "rank", "grade", "sections")),
    }


def _fields(row, names: Sequence[str]) -> dict:
    return {name: getattr(row, name) for name in names}
