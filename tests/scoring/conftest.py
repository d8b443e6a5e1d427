"""A small plan that is assessed: two lines that count, one that people mark, one that subtracts; three towns."""

import datetime as dt
from decimal import Decimal

import pytest

from scoring.assessments import draft, freeze, publish
from scoring.marking import give
from scoring.models import Assessment
from tests.factories import (
    CriterionFactory,
    CriterionLinkFactory,
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    RubricFactory,
    SectionFactory,
    TargetFactory,
    TownFactory,
    accepted,
)

COMPLETION = {"kind": "completion", "part": "", "all_or_nothing": False}
SEPTEMBER_END = dt.date(2024, 9, 30)


@pytest.fixture
def gaojing(district):
    """A third town."""
    return TownFactory(district=district, code="310113111", name="高境镇")


class Assessed:
    """The plan `plan`: 床位 (weight 60), 巡查 (35, by people), 通报 (-10); 庙行镇 5 of 10 beds, 友谊路街道 10, 高境镇 8."""

    def __init__(self, towns, staff):
        self.staff, self.towns = staff, towns
        self.miaohang, self.youyi, self.gaojing = towns
        self.programme = ProgrammeFactory(slug="plan", district=towns[0].district)
        self.half, self.quarter = (PeriodFactory(programme=self.programme, quarter=number) for number in (2, 3))
        self.rubric = RubricFactory(programme=self.programme)
        work = SectionFactory(rubric=self.rubric, number=1, title="工作完成", weight=Decimal(90))
        losses = SectionFactory(rubric=self.rubric, number=2, title="扣分", weight=Decimal(-10))
        self.beds = IndicatorFactory(programme=self.programme, code="01", name="床位", unit="张")
        self.by_beds = CriterionFactory(
            section=work, key="1.1", title="床位建设", weight=Decimal(60), rule=COMPLETION, order=1
        )
        CriterionLinkFactory(criterion=self.by_beds, indicator=self.beds)
        self.by_hand = CriterionFactory(section=work, key="1.2", title="日常巡查", weight=Decimal(35), order=2)
        self.loss = CriterionFactory(
            section=losses, key="2.1", title="通报批评", weight=Decimal(-10), rule={"kind": "penalty"}, order=3
        )
        for town, beds, points in zip(towns, (5, 10, 8), (30, 15, 21), strict=True):
            TargetFactory(indicator=self.beds, town=town)
            self.reports(town, beds)
            self.marks(town, points)

    def reports(self, town, beds):
        return accepted(self.quarter, town, subject=self.beds, value=Decimal(beds), by=self.staff)[0]

    def marks(self, town, points, criterion=None):
        criterion = criterion or self.by_hand
        key = f"{criterion.key}-{town.pk}-{points}"
        return give(
            criterion=criterion,
            town=town,
            points=Decimal(points),
            reason="检查",
            document="记录",
            given_on=SEPTEMBER_END,
            by=self.staff,
            key=key,
        )

    def draft(self, **said) -> Assessment:
        words = {"kind": "quarterly", "period": self.quarter, "title": "第三季度通报", "as_of": SEPTEMBER_END}
        return draft(programme=self.programme, by=self.staff, **{**words, "key": "a", **said})

    def frozen(self, reason="", **said) -> Assessment:
        assessment = self.draft(**said)
        freeze(assessment=assessment, by=self.staff, reason=reason)
        return self.again(assessment)

    def published(self, visibility="full", **said) -> Assessment:
        assessment = self.frozen(**said)
        publish(assessment=assessment, visibility=visibility, by=self.staff)
        return self.again(assessment)

    def again(self, assessment) -> Assessment:
        return Assessment.objects.standing().get(pk=assessment.pk)

    def line(self, assessment, town, key="1.1"):
        return assessment.results.get(town=town).lines.get(key=key)


@pytest.fixture
def plan(miaohang, youyi, gaojing, staff):
    return Assessed((miaohang, youyi, gaojing), staff)


@pytest.fixture
def places():
    """What stands in results: `places(rows)` gives town, total, rank, grade."""
    return lambda rows: [(row.name, str(row.total), row.rank, row.grade) for row in rows]
