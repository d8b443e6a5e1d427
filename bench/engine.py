"""Scoring 12 towns by the 23 lines of the 2024 rubric, against as many bare multiplications and roundings."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from _support import prepare, seconds, verdict, workspace

LIMIT = 12.0
ROUNDS = 200
TOWNS = 12
RUBRIC = Path(__file__).parents[1] / "fixtures" / "baoshan-2024" / "annex3_rubric.xlsx"
CENT = Decimal("0.01")


def main() -> None:
    with workspace() as folder:
        prepare(folder)
        from scoring import engine

        rubric = _rubric()
        towns = [_inputs(rubric, town) for town in range(TOWNS)]
        lines = sum(len(section.criteria) for section in rubric.sections)

        def score():
            return engine.rank([engine.score(rubric, inputs).total for inputs in towns])

        def yardstick():
            for number in range(1, TOWNS * lines + 1):
                (Decimal(number) * 5 / 7).quantize(CENT, ROUND_HALF_UP)

        scoring, bare = seconds(score, yardstick, rounds=ROUNDS)
        print(f"{TOWNS} towns × {lines} lines: {scoring * 1000:.2f} ms, bare arithmetic {bare * 1000:.2f} ms")
        verdict("scoring / bare arithmetic", scoring / bare, LIMIT)


def _rubric():
    """The notice's clauses, compiled."""
    from scoring.clauses import compile_clause
    from scoring.engine import Criterion, Rubric, Section
    from tasks.annexes.files import read_grids
    from tasks.annexes.rubric import read_rubric

    sections: dict[str, list] = {}
    for number, row in enumerate(read_rubric(read_grids(RUBRIC)).rows):
        rule = compile_clause(row.clause, row.weight, section_title=row.section_title).rule
        line = Criterion(str(number), row.section_title, row.clause, row.weight, rule)
        sections.setdefault(row.section_title, []).append(line)
    return Rubric(tuple(Section(title, title, None, tuple(lines)) for title, lines in sections.items()))


def _inputs(rubric, town: int) -> dict:
    from scoring.rules import Award, Figure, Inputs

    figure = Figure("指标", "个", value=Decimal(3 * town + 1), target=Decimal(20))
    award = Award(Decimal(80 + town), "测试")
    return {
        line.key: Inputs(dict.fromkeys(line.rule.parts, figure), (award,))
        for section in rubric.sections
        for line in section.criteria
    }


if __name__ == "__main__":
    main()
