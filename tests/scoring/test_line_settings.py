"""Who marks a line, what levels are worth, what monitoring calls it: revisions that outlive a version of the rubric."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from accounts.permissions import Role
from scoring.line_settings import SettingError, set_line, setting_of, settings_of, told
from scoring.models import LineSetting
from scoring.rolling import carry_settings
from scoring.scores import Scores
from tasks.audit import begin
from tasks.board import Moment
from tasks.models import AuditEntry
from tests.factories import CriterionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

LEVELS = [("国家级", Decimal(5)), ("市级", Decimal("2.50"))]


@pytest.fixture
def colleague(district):
    return UserFactory(username="colleague", name="老李", role=Role.STAFF, district=district)


@pytest.fixture
def line(district):
    """A line of each kind: `line("bonus")`."""
    first = CriterionFactory(section__rubric__programme__district=district, title="日常巡查")

    def of(kind, **fields):
        if kind == "manual":
            return first
        return CriterionFactory(section=first.section, rule={"kind": kind, **fields}, title=f"{kind}项")

    return of


def test_a_setting_is_told_in_words_and_chained(line, staff, colleague, district):
    begin(district.pk)
    setting = set_line(line=line("manual"), several="average", assessors=[staff, colleague], by=staff)

    assert told(setting_of(setting.programme, "日常巡查")) == "评分人：养老服务科、老李\n取各评分人评分的平均值"
    assert list(AuditEntry.objects.values_list("kind", "row")) == [("scoring.linesetting", setting.pk)]


def test_levels_are_kept_from_high_to_low(line, staff):
    setting = set_line(line=line("bonus"), levels=LEVELS, by=staff)

    assert setting.points == {"国家级": Decimal(5), "市级": Decimal("2.5")}
    assert told(setting) == "国家级 5 分\n市级 2.5 分"


def test_the_same_again_writes_nothing_and_another_is_a_new_revision(line, staff):
    bonus = line("bonus")
    first = set_line(line=bonus, levels=LEVELS, by=staff)

    assert set_line(line=bonus, levels=LEVELS, by=staff) == first
    second = set_line(line=bonus, levels=LEVELS[:1], by=staff)
    assert list(LineSetting.objects.values_list("pk", flat=True)) == [first.pk, second.pk]
    assert setting_of(first.programme, bonus.title) == second


def test_what_was_set_before_is_known_as_of_before(line, staff):
    bonus = line("bonus")
    programme = bonus.section.rubric.programme
    with time_machine.travel(dt.datetime(2024, 10, 1, 2, tzinfo=dt.UTC), tick=False):
        set_line(line=bonus, levels=LEVELS, by=staff)
    set_line(line=bonus, levels=LEVELS[:1], by=staff)

    known = [
        Scores(programme, Moment(dt.date(2024, 10, 15), dt.date(2024, *day))).settings.get(bonus.title)
        for day in ((9, 30), (10, 14), (10, 15))
    ]

    assert [one and len(one.levels) for one in known] == [None, 2, 1]


@pytest.mark.parametrize(
    ("kind", "said", "message"),
    [
        ("manual", {"levels": LEVELS}, "“日常巡查”不是加分项或扣分项，没有级别。"),
        ("manual", {"category": "养老机构"}, "“日常巡查”不按监测得分计分，没有监测类别。"),
        ("bonus", {"several": "average"}, "“bonus项”不是人工评分，不能取平均值。"),
        ("manual", {"several": "average"}, "取平均值须指定至少 2 位评分人。"),
        ("bonus", {"levels": LEVELS[::-1]}, "级别应由高到低排列。"),
        ("bonus", {"levels": [("市级", Decimal(5)), ("市级", Decimal(3))]}, "级别“市级”不正确"),
        ("bonus", {"levels": [(" ", Decimal(5))]}, "级别“ ”不正确"),
        ("bonus", {"levels": [("长" * 21, Decimal(5))]}, "应为不超过 20 字的名称"),
        ("bonus", {"levels": [("市级", Decimal("10.01"))]}, "级别分值 10.01 不正确：应大于 0、不超过 10"),
        ("bonus", {"levels": [("市级", Decimal(0))]}, "级别分值 0 不正确"),
        ("bonus", {"levels": [("市级", Decimal("0.005"))]}, "最多两位小数"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(line, staff, kind, said, message):
    with pytest.raises(SettingError, match=message):
        set_line(line=line(kind), by=staff, **said)

    assert not LineSetting.objects.exists()


def test_a_level_may_be_worth_the_whole_weight(line, staff):
    assert set_line(line=line("penalty"), levels=[("全国", Decimal(10))], by=staff).levels == [["全国", "10"]]


@pytest.mark.parametrize("who", ["leader", "official", "stranger"])
def test_only_who_may_mark_in_the_district_can_be_an_assessor(line, staff, who, request):
    other = request.getfixturevalue(who)

    with pytest.raises(SettingError, match=f"{other}没有评分权限"):
        set_line(line=line("manual"), several="average", assessors=[staff, other], by=staff)


def test_a_category_names_one_line_only(line, staff):
    one = line("average")
    other = CriterionFactory(section=one.section, rule={"kind": "average"}, title="食堂监测")
    set_line(line=one, category="养老机构", by=staff)

    with pytest.raises(SettingError, match="监测类别“养老机构”已用于“average项”。"):
        set_line(line=other, category=" 养老机构 ", by=staff)


def test_a_programme_rolled_forward_keeps_the_settings_and_who_still_may_mark(line, staff, colleague):
    manual, bonus = line("manual"), line("bonus")
    source = bonus.section.rubric.programme
    set_line(line=manual, several="average", assessors=[staff, colleague], by=staff)
    set_line(line=bonus, levels=LEVELS, by=staff)
    colleague.is_active = False
    colleague.save()
    twin = CriterionFactory(section__rubric__programme__district=source.district, title="日常巡查")
    CriterionFactory(section=twin.section, title=bonus.title, rule={"kind": "bonus"})

    carry_settings(source, twin.section.rubric.programme)

    kept = {one.title: told(one) for one in settings_of(twin.section.rubric.programme)}
    assert kept == {"日常巡查": "评分人：养老服务科\n取最近一次评分", bonus.title: "国家级 5 分\n市级 2.5 分"}
