"""The tables and charts that stand in several papers."""

from scoring.documents.results import LineResult, Results
from tasks.documents.letter import Letter
from tasks.documents.pictures import Bar, bars
from tasks.formats import number, points

PLACES, LINES = "各街镇得分和名次", "各评分项得分情况"
WIDE = 156  # millimetres of the text
RANK, TOTAL, GRADE, TOWN = 13, 16, 16, 26
LINE_WIDTHS = (28, 48, 14, 16, 16, 16, 18)


def places(letter: Letter, results: Results) -> None:
    """Rank, town, points of each section, total, grade."""
    sections = results.sections
    room = WIDE - RANK - TOWN - TOTAL - GRADE
    widths = [RANK, TOWN, *[room / max(len(sections), 1)] * len(sections), TOTAL, GRADE]
    head = ["名次", "街镇", *(f"{one['title']}\n{one['weight']}分" for one in sections), "总分", "等次"]
    rows = [
        [str(town.rank), town.name, *(one["points"] for one in town.sections), points(town.total), town.grade]
        for town in results.towns
    ]
    letter.table(widths, head, rows)


def lines(letter: Letter, found: list[LineResult], sections: list[dict]) -> None:
    """Each line over all towns."""
    titles = {one["number"]: one["title"] for one in sections}
    head = ["考核内容", "评分项", "权重", "平均", "最高", "最低", "满分街镇"]
    rows = [
        [
            *(titles[one.line.section], one.line.title, number(one.line.weight), points(one.mean)),
            *(
                points(one.spread.highest),
                points(one.spread.lowest),
                "—" if one.spread.full is None else str(one.spread.full),
            ),
        ]
        for one in found
    ]
    letter.table(LINE_WIDTHS, head, rows, left=(0, 1))


def totals_chart(results: Results) -> bytes:
    """Every town's total from the highest down, with the median across."""
    rows = [Bar(town.name, town.total, points(town.total)) for town in results.towns]
    return bars(rows, mark=(f"中位数 {points(results.median)}", results.median))
