"""The page of the rules: limits are changed, an indicator gets its own, everything is on record."""

from decimal import Decimal

import pytest
from django.db import IntegrityError

from tasks.check_rule_form import OwnRuleForm
from tasks.check_rules import DEFAULTS, FIGURES, Rules, begin_check_rules
from tasks.models import CheckRule
from tasks.views.common import saved
from tests.factories import IndicatorFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
URL = "/p/plan/checks/"


@pytest.fixture
def plan(district):
    programme = ProgrammeFactory(slug="plan", district=district)
    begin_check_rules(programme)
    return programme


@pytest.fixture
def beds(plan):
    return IndicatorFactory(programme=plan, name="新增养老床位")


@pytest.fixture
def client(sign_in, admin):
    return sign_in(admin)


def rule(plan, kind, indicator=None):
    return CheckRule.objects.get(programme=plan, kind=kind, indicator=indicator)


def own(client, beds, **fields):
    return client.post(URL, {"indicator": beds.pk, "kind": "jump", "limit": "5", "active": "on"} | fields)


def text(response):
    return response.content.decode()


def test_a_programme_begins_with_the_usual_rules(plan, beds):
    assert Rules(plan).limits(beds) == DEFAULTS
    assert CheckRule.history.filter(programme=plan).count() == len(DEFAULTS)


def test_a_limit_is_changed_and_the_change_is_on_record(client, plan, admin):
    jump = rule(plan, "jump")

    response = client.post(URL, {"rule": jump.pk, "limit": "4.5", "active": "on"})

    assert (response.status_code, response.url) == (302, URL)
    assert rule(plan, "jump").limit == Decimal("4.5")
    newest = jump.history.first()
    assert (newest.history_type, newest.history_user, newest.limit) == ("~", admin, Decimal("4.5"))
    assert "4.5" in text(client.get(URL))


def test_a_rule_is_switched_off(client, plan, beds):
    client.post(URL, {"rule": rule(plan, "decrease").pk})

    assert "decrease" not in Rules(plan).limits(beds)


@pytest.mark.parametrize("limit", ["", "0", "-1", "很多", "1e400", "NaN", "9" * 30])
def test_a_limit_that_is_none_is_told_and_nothing_changes(client, plan, limit):
    page = client.post(URL, {"rule": rule(plan, "jump").pk, "limit": limit, "active": "on"})

    assert page.status_code == 422
    assert "invalid-feedback" in text(page)
    assert rule(plan, "jump").limit == 3


def test_a_rule_without_a_limit_takes_none(client, plan):
    client.post(URL, {"rule": rule(plan, "decrease").pk, "limit": "7", "active": "on"})

    assert rule(plan, "decrease").limit is None


def test_an_indicators_own_rule_takes_the_general_ones_place(client, plan, beds):
    other = IndicatorFactory(programme=plan)

    assert own(client, beds).status_code == 302

    rules = Rules(plan)
    assert (rules.limits(beds)["jump"], rules.limits(other)["jump"]) == (5, 3)


def test_an_indicators_own_rule_may_switch_the_general_one_off(client, plan, beds):
    own(client, beds, active="")

    assert "jump" not in Rules(plan).limits(beds)


def test_an_own_rule_taken_away_lets_the_general_one_hold_again(client, plan, beds):
    own(client, beds)

    client.post(URL, {"remove": rule(plan, "jump", beds).pk})

    assert Rules(plan).limits(beds)["jump"] == 3
    assert "删除" in text(client.get(URL))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"indicator": ""}, "这个字段是必填项。"),
        ({"limit": ""}, "请填写大于 0 的界限。"),
        ({"kind": "done_without_words"}, "选择一个有效的选项"),
        ({"kind": ""}, "这个字段是必填项。"),
    ],
)
def test_an_own_rule_that_is_not_whole_is_told(client, beds, fields, message):
    page = own(client, beds, **fields)

    assert (page.status_code, message in text(page)) == (422, True)
    assert not CheckRule.objects.filter(indicator__isnull=False).exists()


def test_the_same_rule_twice_for_an_indicator_is_told(client, beds):
    own(client, beds)

    assert "该指标已有这条规则，请直接修改。" in text(own(client, beds))


def test_a_rule_that_somebody_adds_while_the_form_is_read_is_told(client, plan, beds, monkeypatch):
    def somebody_is_first(form, save):
        CheckRule.objects.create(programme=plan, indicator=beds, kind="jump", limit=4)
        return saved(form, save)

    monkeypatch.setattr("tasks.views.checks.saved", somebody_is_first)

    page = own(client, beds)

    assert (page.status_code, "该指标已有这条规则，请直接修改。" in text(page)) == (422, True)
    assert rule(plan, "jump", beds).limit == 4


def test_what_the_form_is_not_to_blame_for_is_not_passed_over(plan, beds):
    def broken():
        raise IntegrityError

    form = OwnRuleForm({"indicator": beds.pk, "kind": "jump", "limit": "5"}, programme=plan)

    with pytest.raises(IntegrityError):
        saved(form, broken)


@pytest.mark.parametrize("key", ["", "x", "9" * 40, "general"])
def test_only_an_own_rule_can_be_taken_away(client, plan, key):
    key = rule(plan, "jump").pk if key == "general" else key

    assert client.post(URL, {"remove": key}).status_code == 404
    assert CheckRule.objects.count() == len(DEFAULTS)


def test_a_rule_of_another_programme_is_out_of_reach(client, plan, district):
    elsewhere = ProgrammeFactory(district=district)
    begin_check_rules(elsewhere)

    client.post(URL, {"rule": rule(elsewhere, "jump").pk, "limit": "9", "active": "on"})

    assert rule(elsewhere, "jump").limit == 3


def test_the_list_is_exported(client, plan, beds):
    own(client, beds)

    lines = client.get(f"{URL}?export=csv").content.decode("utf-8-sig").splitlines()

    assert lines[0] == "规则,适用指标,界限,启用"
    assert "增幅超过以往每期平均增幅的几倍,新增养老床位,5,是" in lines


def test_the_page_costs_the_same_for_one_and_for_three(client, plan, django_assert_num_queries):
    for number in range(3):
        indicator = IndicatorFactory(programme=plan)
        for kind in FIGURES[: number + 1]:
            CheckRule.objects.create(programme=plan, kind=kind, indicator=indicator, limit=DEFAULTS[kind] and 2)
        with django_assert_num_queries(QUERIES):
            client.get(URL)


QUERIES = 8
