"""The rubric of another office, of 200 points: tiers, less is better, a control target of 0, steps, and vetoes.

Clauses as they are printed elsewhere (tiers ≥75% full, ≥70% 3, ≥65% 1; 控制指标 0; 扣完为止; 一票否决), and three towns
whose points were worked out by hand.
"""

from decimal import Decimal

from openpyxl import Workbook

from scoring.marking import give
from tests.factories import IndicatorFactory, PeriodFactory, ProgrammeFactory, TargetFactory, accepted

D = Decimal
CERTIFIED = "养老护理员持证率（达85%以上得满分，每低1个百分点扣0.5分，不足1个百分点的按1个百分点计，扣完为止）"
DEATHS = "事故死亡人数（不超过控制目标得满分，每超过控制目标1人扣10分，扣完为止）"
# Section, clause, weight as printed, the indicator that it reads, and the rule that it becomes.
LINES = [
    (
        "服务供给（80分）",
        "护理型床位占比（≥75%得满分；≥70%得3分；≥65%得1分；其余不得分）",
        5,
        "护理型床位占比",
        "bands",
    ),
    ("服务供给（80分）", "新建社区长者食堂", 15, "社区长者食堂", "completion"),
    ("服务供给（80分）", "平均等候天数", 10, "平均等候天数", "completion"),
    ("服务供给（80分）", "新建家门口养老服务站", 30, "家门口养老服务站", "completion"),
    ("服务供给（80分）", CERTIFIED, 20, "持证率", "deduct"),
    ("服务质量（70分）", "养老机构服务质量监测情况", 30, None, "average"),
    ("服务质量（70分）", "投诉办理（优秀得20分，良好得15分，合格得10分，不合格不得分）", 20, None, "graded"),
    ("服务质量（70分）", "服务投诉（控制在5件以内得满分，每超1件扣2分，扣完为止）", 20, "投诉", "deduct"),
    ("安全生产（50分）", "安全责任事故（每发生1起扣10分，扣完为止）", 30, "事故", "deduct"),
    ("安全生产（50分）", DEATHS, 20, "死亡", "deduct"),
    ("加分项（10分）", "创新举措", 10, None, "bonus"),
    ("扣分项（-10分）", "被通报批评", -10, None, "penalty"),
    ("一票否决", "发生欺老虐老事件（一票否决，总分计0分）", "—", None, "veto"),
    ("一票否决", "瞒报漏报（一票否决，不得评为优秀）", "一票否决", None, "veto"),
]
UNITS = {"护理型床位占比": "%", "持证率": "%", "平均等候天数": "天", "投诉": "件", "事故": "起", "死亡": "人"}
TARGETS = {"社区长者食堂": 4, "平均等候天数": D("4.17"), "家门口养老服务站": 8, "死亡": 0}
LOWER = ("平均等候天数", "投诉", "事故", "死亡")
FIGURES = {
    "护理型床位占比": ("75", "74.99", "64.99"),
    "社区长者食堂": ("4", "3", "0"),
    "平均等候天数": ("4.17", "4.3", "8.34"),
    "家门口养老服务站": ("9", "5", "1"),
    "持证率": ("85", "84.5", "40"),
    "投诉": ("5", "7", "20"),
    "事故": ("0", "1", "4"),
    "死亡": ("0", "1", "3"),
}
MARKS = {
    "养老机构服务质量监测情况": ("100", "80.5", "60"),
    "创新举措": ("12", "0", "3"),
    "被通报批评": ("0", "2.5", "12"),
}
GRADES = ("优秀", "良好", "不合格")
# By line: 4.17 ÷ 4.3 × 10 = 9.70; 84.5% is one step begun below 85%; 45 steps cost 20 points and no more.
POINTS = [
    ("5.00", "15.00", "10.00", "30.00", "20.00", "30.00", "20.00", "20.00", "30.00", "20.00", "10.00", "0.00"),
    ("3.00", "11.25", "9.70", "18.75", "19.50", "24.15", "15.00", "16.00", "20.00", "10.00", "0.00", "-2.50"),
    ("0.00", "0.00", "5.00", "3.75", "0.00", "18.00", "0.00", "0.00", "0.00", "0.00", "3.00", "-10.00"),
]
TOTALS = ("210.00", "144.85", "19.75")


def a_plan(towns, staff):
    """A programme with the indicators, the targets and the accepted figures of three towns; no rubric yet."""
    programme = ProgrammeFactory(slug="other", district=towns[0].district)
    quarter = PeriodFactory(programme=programme, quarter=3)
    for number, (name, values) in enumerate(FIGURES.items(), 1):
        lower = "lower" if name in LOWER else "higher"
        one = IndicatorFactory(
            programme=programme, code=f"{number:02d}", name=name, unit=UNITS.get(name, "家"), direction=lower
        )
        for town, value in zip(towns, values, strict=True):
            if name in TARGETS:
                comparator = "le" if name in LOWER else "ge"
                TargetFactory(indicator=one, town=town, value=D(TARGETS[name]), comparator=comparator)
            accepted(quarter, town, subject=one, value=D(value), by=staff)
    return programme


def mark(rubric, towns, staff, given_on):
    """What people give on the rubric's lines."""
    lines = {line.title: line for section in rubric.sections.all() for line in section.criteria.all()}
    said = {"reason": "评议", "document": "记录", "given_on": given_on, "by": staff}
    for at, town in enumerate(towns):
        for title, points in MARKS.items():
            if D(points[at]):
                give(criterion=lines[title], town=town, points=D(points[at]), key=f"{title}{at}", **said)
        give(criterion=lines["投诉办理"], town=town, points=D(0), grade=GRADES[at], key=f"等次{at}", **said)


def workbook(path):
    """The rubric as a file in the layout of annex 3."""
    book = Workbook()
    sheet = book.active
    sheet.append(["考核内容", "评分办法", "权重"])
    for section, clause, weight, _indicator, _kind in LINES:
        sheet.append([section, clause, weight])
    book.save(path)
    return path
