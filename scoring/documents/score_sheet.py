"""One town's score sheet (得分表): every line with its points and how they came about."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from scoring.assessment_rows import LineRow
from scoring.documents.bulletin import issuer_of
from scoring.models import Assessment
from tasks.documents.letter import Letter, day
from tasks.formats import number, points

WIDTHS = (26, 34, 13, 15, 68)


def score_sheet(assessment: Assessment, facts: dict) -> bytes:
    """`facts`: what the town's page shows (`scoring.views.appeals`): its row, whether with its rank, its lines by section."""
    with override(settings.LANGUAGE_CODE):
        row = facts["row"]
        title, demo = f"{row.name}{assessment.title}得分表", assessment.programme.demo
        letter = Letter(title, issuer_of(assessment), demo=demo)
        letter.title(f"{assessment.title}得分表")
        place = f"；名次：第{row.rank}名（共{facts['towns']}个街镇）" if facts["ranks"] else ""
        letter.text(f"街镇：{row.name}；总分：{points(row.total)}分；等次：{row.grade}{place}。")
        said = f"数据截至{day(assessment.as_of)}，按评分细则第{assessment.rubric.version}版计算；{assessment.state.label}。"
        letter.text(said + (f"裁定前总分{points(row.frozen)}分。" if row.frozen is not None else ""))
        rows = [[section["title"], *_line(line)] for section, lines in facts["groups"] for line in lines]
        letter.table(WIDTHS, ["考核内容", "评分项", "权重", "得分", "计算"], rows, left=(0, 1, 4))
        letter.text(f"{day(timezone.localdate())}生成。")
        return letter.content()


def _line(row: LineRow) -> list[str]:
    told = [row.line.explanation]
    if row.points != row.line.points:
        told.append(f"裁定由{points(row.line.points)}分调整为{points(row.points)}分")
    return [row.line.title, number(row.line.weight), points(row.points), "；".join(told)]
