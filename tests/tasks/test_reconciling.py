"""The 2024 notice disagrees with itself in the places that are known, and in no other."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tasks.models import Indicator, Programme, Task
from tasks.notice import claims, most_like, town_shares
from tasks.reconciling import reconcile

TOTALS = {
    ("新增养老床位", "900", "948"),
    ("改建认知障碍照护床位", "250", "261"),
    ("新增困难重残养护床位", "150", "160"),
    ("智能水表安全监测服务", "1000", "1070"),
    ("新增社区长者食堂", "2", "8"),
    ("新增老年助餐场点", "8", "9"),
    ("新增社区综合为老服务中心", "3", "7"),
    ("新增家门口养老服务站", "60", "65"),
    ("新增为老服务“一键通”用户", "3000", "3050"),
    ("新增“养老院+互联网医院”", "6", "10"),
    ("建设“智慧养老院”", "6", "10"),
}
TOWNS = {
    ("新增社区综合为老服务中心", "友谊路街道", "1", "2"),
    ("新增社区综合为老服务中心", "大场镇", "—", "1"),
    ("新增社区综合为老服务中心", "高境镇", "1", "2"),
    ("新增社区综合为老服务中心", "罗泾镇", "—", "1"),
    ("新增家门口养老服务站", "庙行镇", "5", "10"),
}


@pytest.mark.django_db
def test_the_2024_notice_has_exactly_its_known_differences(baoshan):
    found = reconcile(baoshan).differences

    assert {(d.subject, d.left.value, d.right.value) for d in found if not d.town} == TOTALS
    assert {(d.subject, d.town, d.left.value, d.right.value) for d in found if d.town} == TOWNS
    assert len(found) == len(TOTALS) + len(TOWNS)


@pytest.mark.django_db
def test_each_difference_names_both_sources(baoshan):
    beds = next(d for d in reconcile(baoshan).differences if d.subject == "新增养老床位")

    assert (beds.left.source, beds.right.source) == ("重点工作清单第1项", "指标分解表各街镇相加")


@pytest.mark.django_db
def test_a_text_that_contradicts_the_list_is_found(baoshan):
    programme = Programme.objects.get(pk=baoshan.pk)
    programme.notice_text = programme.notice_text.replace("完成200户环境适老化改造", "完成210户环境适老化改造")

    found = [d for d in reconcile(programme).differences if d.left.source == "通知正文"]

    assert [(d.subject, d.left.value, d.right.value) for d in found] == [("新增居家环境适老化改造", "210", "200")]


@pytest.mark.django_db
def test_a_total_row_that_is_no_sum_is_found(baoshan):
    indicator = Indicator.objects.get(programme=baoshan, name="新增居家环境适老化改造")
    assert indicator.printed_total == 200
    indicator.printed_total = 201
    indicator.save()

    found = [d for d in reconcile(baoshan).differences if d.left.source == "指标分解表合计行"]

    assert [(d.subject, d.left.value, d.right.value) for d in found] == [("新增居家环境适老化改造", "201", "200")]


@pytest.mark.django_db
def test_shares_that_do_not_add_up_to_the_title_are_found(baoshan):
    task = Task.objects.get(programme=baoshan, number=9)
    task.title = task.title.replace("庙行镇10户", "庙行镇11户")
    task.save()

    found = [d for d in reconcile(baoshan).differences if d.subject == "新增居家环境适老化改造"]

    assert [(d.town, d.left.value, d.right.value) for d in found] == [("庙行镇", "11", "10"), ("", "200", "201")]


@pytest.mark.django_db
def test_figures_of_tasks_without_a_confirmed_link_are_told_as_not_compared(baoshan, client, staff):
    for task in Task.objects.filter(programme=baoshan, number__in=[1, 8]):
        task.indicators.clear()
    out = StringIO()
    client.force_login(staff)

    call_command("reconcile", "baoshan-2024", stderr=out, stdout=StringIO())

    assert reconcile(baoshan).unlinked == [1, 8, 13]
    assert "清单第 1、8、13 项有数字而没有选定对应指标" in out.getvalue()
    assert "清单第 1、8、13 项有数字而没有选定对应指标" in client.get("/p/baoshan-2024/reconcile/").content.decode()


@pytest.mark.django_db
def test_the_command_prints_the_contract(baoshan):
    out = StringIO()

    call_command("reconcile", "baoshan-2024", "--json", stdout=out)

    answer = json.loads(out.getvalue())
    assert answer["programme"] == "baoshan-2024"
    assert answer["differences"][0] == {
        "subject": "新增养老床位",
        "town": "",
        "left": {"source": "重点工作清单第1项", "value": "900"},
        "right": {"source": "指标分解表各街镇相加", "value": "948"},
    }


def test_a_piece_with_one_count_is_a_claim():
    assert [(c.value, c.unit, c.name) for c in claims("新建60个家门口养老服务站、完成200户环境适老化改造。")] == [
        (60, "个", "新建家门口养老服务站"),
        (200, "户", "完成环境适老化改造"),
    ]


@pytest.mark.parametrize("text", ["占床位总数达到60%以上", "到2024年底", "确定2至3家单位", ""])
def test_rates_years_and_ranges_are_no_claims(text):
    assert claims(text) == []


def test_shares_need_every_piece_to_be_a_town_with_a_number():
    towns = [("1", "友谊路街道"), ("2", "庙行镇")]

    assert town_shares("服务站（友谊路街道8个、庙行镇5个）", towns) == {"1": 8, "2": 5}
    assert town_shares("服务站（友谊路街道8个、某某中心1个）", towns) == {}
    assert town_shares("服务站（各街镇）", towns) == {}
    assert town_shares("服务站", towns) == {}


def test_two_equally_like_names_are_no_match():
    assert most_like("新增食堂", ["新增食堂", "新增食堂"]) is None
    assert most_like("新增食堂", ["改造床位"]) is None
