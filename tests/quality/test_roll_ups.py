"""Which indicators follow facilities: set, changed, taken away, read from the file of links, carried into the next year."""

import pytest
from django.db import IntegrityError

from quality.models import RollUp
from quality.roll_ups import apply_roll_ups, follow, unfollow
from quality.scoping import decide, set_scope
from tasks.links import LinkError
from tasks.rolling import next_year, roll_forward
from tests.factories import FacilityFactory, IndicatorFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
RATE = {"numerator": "certified_carers", "denominator": "carers", "kinds": ["nursing_home"]}


@pytest.fixture
def indicator(district):
    return IndicatorFactory(programme=ProgrammeFactory(district=district), name="持证率", rate=True)


def source(indicator):
    return type(indicator).objects.get(pk=indicator.pk).source


def test_to_follow_sets_the_row_and_the_source(indicator, admin):
    row = follow(indicator=indicator, settings=RATE, by=admin)

    assert (row.measures, row.kinds, source(indicator)) == (
        ["certified_carers", "carers"],
        ["nursing_home"],
        "facilities",
    )
    assert row.told == "Σ 持证护理员 ÷ Σ 养老护理员（养老院）"
    assert (row.history.get().history_user, indicator.history.first().history_user) == (admin, admin)


def test_a_change_keeps_the_one_row(indicator, admin):
    for kinds in (["nursing_home"], []):
        follow(indicator=indicator, settings=RATE | {"kinds": kinds}, by=admin)

    assert [row.told for row in RollUp.objects.all()] == ["Σ 持证护理员 ÷ Σ 养老护理员"]
    assert RollUp.history.count() == 2


def test_to_unfollow_lets_towns_type_again(indicator, admin):
    follow(indicator=indicator, settings=RATE, by=admin)

    unfollow(indicator=indicator, by=admin)

    assert (RollUp.objects.count(), source(indicator)) == (0, "typed")
    assert [one.history_type for one in RollUp.history.all()] == ["-", "+"]


def test_a_rate_is_of_two_measures(indicator):
    with pytest.raises(IntegrityError):
        RollUp.objects.create(indicator=indicator, numerator="carers", denominator="carers")


def test_a_file_names_indicators_as_the_notice_does(indicator):
    apply_roll_ups(indicator.programme, [{"indicator": "持 证 率", **RATE}])

    assert RollUp.objects.get().indicator == indicator


def test_an_unknown_name_in_a_file_is_told(indicator):
    with pytest.raises(LinkError, match="指标“入住率”不在本方案中"):
        apply_roll_ups(indicator.programme, [{"indicator": "入住率", **RATE}])


def test_next_year_follows_the_same_figures(indicator, admin):
    follow(indicator=indicator, settings=RATE, by=admin)

    programme = roll_forward(
        source=indicator.programme, facts=next_year(indicator.programme), with_tasks=False, by=admin
    )

    carried = RollUp.objects.get(indicator__programme=programme)
    assert (carried.numerator, carried.denominator, carried.kinds) == ("certified_carers", "carers", ["nursing_home"])
    assert RollUp.objects.count() == 2


def test_next_year_keeps_the_rule_and_the_scope(indicator, admin, miaohang):
    rule = {"rule": "facilities", "numerator": "monitoring", "at_least": 4, "reach": "best", "automatic": True}
    follow(indicator=indicator, settings=rule, by=admin)
    home = FacilityFactory(town=miaohang, kind="care_home")
    settings = {"kinds": ["nursing_home"], "registered": False, "words": "原文"}
    set_scope(programme=indicator.programme, settings=settings, by=admin)
    decide(programme=indicator.programme, facility=home, included=True, reason="试点", by=admin)

    programme = roll_forward(
        source=indicator.programme, facts=next_year(indicator.programme), with_tasks=False, by=admin
    )

    carried = RollUp.objects.get(indicator__programme=programme)
    assert {name: getattr(carried, name) for name in rule} == rule
    assert (programme.scope.words, programme.scope.includes(home)) == ("原文", True)


def test_the_plan_of_2024_has_four(baoshan):
    rows = RollUp.objects.filter(indicator__programme=baoshan).order_by("indicator__order")

    assert [(row.indicator.name, row.told) for row in rows] == [
        ("养老护理员技能等级持证率", "Σ 持证护理员 ÷ Σ 养老护理员（养老院、长者照护之家）"),
        ("养老护理员技能等级证书中级以上持证率", "Σ 中级及以上持证护理员 ÷ Σ 养老护理员（养老院、长者照护之家）"),
        ("护理型床位", "Σ 护理型床位 ÷ Σ 核定床位（养老院、长者照护之家）"),
        (
            "养老机构消防安全行业达标示范单位",
            "消防安全不低于示范的机构家数（养老院、长者照护之家）；本季度没有的，沿用以前最近一次的结果",
        ),
    ]
