"""38,700 towns × 23 lines scored from the database with full traces, a district at a time, against a raw cursor's reading
of the same facts and the plain rules in memory; the memory; and the processor time of one district's 12 towns.
"""

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from _copies import copy_district
from _support import prepare, seconds, verdict, workspace

TOWNS, DISTRICT, LINES = 38_700, 12, 23
RATIO, MEMORY, MILLISECONDS = 2.0, 500, 30
AS_OF = dt.date(2024, 12, 31)
FIGURES = """
    SELECT r.indicator_id, r.town_id, r.id, p.starts_on, p.ends_on, r.value, r.as_at, r.as_at_stated, r.numerator,
           r.denominator
      FROM tasks_report r JOIN tasks_decision d ON d.report_id = r.id JOIN tasks_period p ON p.id = r.period_id
     WHERE r.district_id = %s AND p.programme_id = %s AND r.indicator_id IS NOT NULL
       AND d.outcome = 'accepted' AND r.as_at <= %s
     ORDER BY r.as_at, p.ends_on, r.revision"""
TARGETS = """
    SELECT t.indicator_id, t.town_id, t.comparator, t.value, t.text
      FROM tasks_target t JOIN tasks_indicator i ON i.id = t.indicator_id
     WHERE i.programme_id = %s AND t.comparator != ''
     ORDER BY t.revision"""
NOTHING = (None,) * 8
MARKS = """
    SELECT c.key, m.town_id, m.points, m.reason, m.document, m.grade, m.id, m.level, m.given_on, m.by_id
      FROM scoring_mark m JOIN scoring_criterion c ON c.id = m.criterion_id
     WHERE m.district_id = %s AND m.given_on <= %s
     ORDER BY m.given_on, m.id"""
LINES_IN_FORCE = """
    SELECT s.number, s.title, s.weight, c.key, c.title, c.weight, c.rule, c.pending
      FROM scoring_criterion c JOIN scoring_section s ON s.id = c.section_id JOIN scoring_rubric b ON b.id = s.rubric_id
     WHERE b.programme_id = %s AND b.state = 'in_force'
     ORDER BY s.number, c."order" """
LINKS = """
    SELECT c.key, l.part, i.id, i.name, i.unit, i.direction
      FROM scoring_criterionlink l JOIN tasks_indicator i ON i.id = l.indicator_id
      JOIN scoring_criterion c ON c.id = l.criterion_id JOIN scoring_section s ON s.id = c.section_id
      JOIN scoring_rubric b ON b.id = s.rubric_id
     WHERE b.programme_id = %s AND b.state = 'in_force'"""


def main() -> None:
    with workspace() as folder:
        prepare(folder)
        _make_country()
        scored, by_rules = _taken(_score_all), _taken(_rules_alone)
        print(f"{TOWNS} towns: scored in {scored:.1f} s, raw cursor and plain rules {by_rules:.1f} s")
        verdict("scoring from the database / raw cursor and plain rules", scored / by_rules, RATIO)
        verdict("scoring from the database, memory in MB", _peak(), MEMORY)
        (alone,) = seconds(_score_district, rounds=30)
        verdict(f"one district's {DISTRICT} towns, milliseconds of processor time", alone * 1000, MILLISECONDS)


def _make_country() -> None:
    """The 2024 district with the demo's reports of the fourth quarter and its marks, as often as makes so many towns."""
    from django.core.management import call_command
    from django.db import transaction

    from accounts.models import User
    from accounts.permissions import Role
    from eldercare.demo import FIXTURES, load_programme
    from eldercare.demo_progress import add_progress

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        programme = load_programme(FIXTURES / "baoshan-2024")
        assert programme.district.towns.count() == DISTRICT
        staff = User.objects.create(username="staff", role=Role.STAFF, district=programme.district)
        programme.periods.exclude(ends_on=programme.ends_on).delete()
        add_progress(programme, {"staff": staff})
        copy_district(TOWNS // DISTRICT - 1)


def _programmes() -> Iterator:
    """One district's programme after the other; none is kept."""
    from tasks.models import Programme

    return Programme.objects.select_related("district").order_by("pk").iterator(chunk_size=100)


def _score_all() -> None:
    """As `manage.py score --json` does: every town's lines, each with its inputs and its explanation."""
    from scoring.together import scores_of_all
    from tasks.board import Moment

    lines = sum(map(_traces, scores_of_all(_programmes(), Moment(AS_OF))))
    assert lines == TOWNS * LINES, lines


def _traces(scores) -> int:
    ranked = scores.ranked(scores.towns)
    return sum(len(row.score.to_dict()["criteria"]) for row in ranked)


def _score_district() -> None:
    from scoring.scores import Scores
    from tasks.board import Moment

    _traces(Scores(next(_programmes()), Moment(AS_OF)))


def _rules_alone() -> None:
    """The same traces by the plain rules, of rows from a raw cursor, a district at a time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, district_id FROM tasks_programme ORDER BY id")
        lines = sum(_plain_traces(cursor, programme, district) for programme, district in cursor.fetchall())
    assert lines == TOWNS * LINES, lines


def _plain_traces(cursor, programme: int, district: int) -> int:
    from scoring import engine

    def rows(statement: str, *values) -> list[tuple]:
        cursor.execute(statement, values)
        return cursor.fetchall()

    rubric, links = _rubric(rows(LINES_IN_FORCE, programme)), {}
    for key, part, *indicator in rows(LINKS, programme):
        links.setdefault(key, []).append((part, *indicator))
    figures = {(indicator, town): row for indicator, town, *row in rows(FIGURES, district, programme, AS_OF)}
    targets = {(indicator, town): row for indicator, town, *row in rows(TARGETS, programme)}
    awards: dict[tuple, list] = {}
    for key, town, *award in rows(MARKS, district, AS_OF):
        awards.setdefault((key, town), []).append(award)
    scored = []
    for town, _code, _name in rows("SELECT id, code, name FROM districts_town WHERE district_id = %s", district):
        seen = {
            line.key: _inputs(town, links.get(line.key, ()), figures, targets, awards.get((line.key, town), ()))
            for section in rubric.sections
            for line in section.criteria
        }
        scored.append(engine.score(rubric, seen))
    engine.rank([score.total for score in scored])
    return sum(len(score.to_dict()["criteria"]) for score in scored)


def _rubric(rows: list[tuple]):
    from scoring.engine import Criterion, Rubric, Section
    from scoring.rules import load_rule

    sections: dict[tuple, list] = {}
    for number, title, section_weight, key, line, weight, rule, pending in rows:
        criterion = Criterion(key, title, line, _decimal(weight), load_rule(json.loads(rule)), bool(pending))
        sections.setdefault((number, title, section_weight), []).append(criterion)
    return Rubric(tuple(Section(str(n), title, _decimal(w), tuple(lines)) for (n, title, w), lines in sections.items()))


def _inputs(town: int, links, figures, targets, awards):
    from scoring.rules import Award, Figure, Inputs

    seen = {}
    for part, indicator, name, unit, direction in links:
        *_report, value, _as_at, _stated, numerator, denominator = figures.get((indicator, town), NOTHING)
        if denominator:
            value = _decimal(numerator) * 100 / _decimal(denominator)
        comparator, target, text = targets.get((indicator, town), ("ge", None, ""))
        comparator = "le" if direction == "lower" or comparator == "le" else "ge"
        text = text if target is None else ""
        seen[part] = Figure(name, unit, _decimal(value), _decimal(target), comparator, text)
    given = (Award(_decimal(points), reason, source, grade) for points, reason, source, grade, *_mark in awards)
    return Inputs(seen, tuple(given))


def _decimal(number) -> Decimal | None:
    return number if number is None or isinstance(number, Decimal) else Decimal(str(number))


def _taken(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _peak() -> float:
    """The most memory of this process so far, in MB."""
    return int(re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024


if __name__ == "__main__":
    main()
