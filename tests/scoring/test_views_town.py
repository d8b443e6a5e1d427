"""A town's page: its figures, and every point explained down to the file and the person who accepted it."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.utils.html import strip_tags

from scoring.marking import give, revoke
from scoring.models import Criterion
from tasks import evidence
from tasks.reporting import Entry, accept, return_
from tests.factories import a_file, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/baoshan-2024/towns/310113112/"


@pytest.fixture
def world(baoshan, miaohang, official, staff):
    """庙行镇 built 4 of 10 stations (with a file), 86 of 100 carers are certified; 8 points for supervision."""
    indicators = {indicator.name: indicator for indicator in baoshan.indicators.all()}
    period = baoshan.periods.select_related("programme__district").get(label="2024Q3")
    stations = Entry(indicators["新增家门口养老服务站"], value=Decimal(4), words="共和、通河等四处")
    certified = Entry(
        indicators["养老护理员技能等级持证率"], value=Decimal(86), numerator=Decimal(86), denominator=Decimal(100)
    )
    reports = reported(period, miaohang, stations, certified, by=official)
    file = evidence.attach(a_file("四处验收单.pdf"), by=official, report=reports[0])
    accepted(period, miaohang, Entry(indicators["新增社区长者食堂"], value=Decimal(1)), by=official)
    accept(reports=reports, by=staff)
    mark = give(
        criterion=Criterion.objects.select_related("section__rubric__programme__district").get(
            title="养老服务综合监管水平"
        ),
        town=miaohang,
        points=Decimal(8),
        reason="季度检查",
        document="检查记录3号",
        given_on=dt.date(2024, 9, 20),
        by=staff,
        key="mark",
    )
    return {"file": file, "mark": mark, "reports": reports, "period": period, "indicators": indicators}


def lines_of(page):
    """The folded lines of the score as plain text, by the line's title."""
    found = {}
    for block in re.findall(r"<details class=\"list-group-item trace-line\">(.*?)</details>", page, re.S):
        title = re.search(r'<span class="trace-title">(.*?)</span>', block)[1]
        found[title] = (" ".join(strip_tags(block).split()), block)
    return found


def read(client, query=""):
    return client.get(PAGE + query).content.decode()


def test_the_page_shows_every_line_of_the_rubric(world, sign_in, staff):
    assert len(lines_of(read(sign_in(staff)))) == 23


def test_a_point_is_explained_down_to_the_file_and_who_accepted_it(world, sign_in, staff):
    text, block = lines_of(read(sign_in(staff), "?as_of=2024-10-15"))["新建家门口养老服务站"]

    assert text.startswith("1.20 / 3 新建家门口养老服务站 完成 4个 ÷ 目标 10个 × 权重 3.00 = 1.20")
    assert "评分办法 新建家门口养老服务站" in text
    assert "计分规则 按完成率；3 分 × 实际 ÷ 目标，最多 3 分" in text
    assert "实际 4（2024年第三季度第1版，数据日期 2024-09-30）" in text
    assert "填报：庙行经办人 2024-10-15 10:00" in text
    assert "审核通过：养老服务科 2024-10-15 10:00" in text
    assert "共和、通河等四处" in text
    assert f'href="/evidence/{world["file"].pk}/"' in block
    assert "四处验收单.pdf" in text


def test_a_rate_shows_its_people(world, sign_in, staff):
    text, _block = lines_of(read(sign_in(staff)))["养老护理员技能等级证书持证率"]

    assert text.startswith("10.00 / 10 养老护理员技能等级证书持证率 待填报或评定")
    assert "86%（86 ÷ 100）" in text
    assert "中级以上持证率：目标 15%，尚无审核通过的填报" in text


def test_a_mark_shows_reason_source_and_who_gave_it(world, sign_in, staff):
    text, _block = lines_of(read(sign_in(staff)))["养老服务综合监管水平"]

    assert text.startswith("8.00 / 10 养老服务综合监管水平 季度检查，检查记录3号：评 8 分")
    assert "2024-09-20 8.00：季度检查（检查记录3号） 养老服务科 2024-10-15 10:00" in text


def test_a_revoked_mark_is_gone_from_the_line(world, sign_in, staff):
    revoke(mark=world["mark"], reason="录错街镇", by=staff)

    text, _block = lines_of(read(sign_in(staff)))["养老服务综合监管水平"]

    assert text.startswith("0.00 / 10 养老服务综合监管水平 待填报或评定 尚未评分")
    assert "季度检查" not in text


def test_a_pending_line_says_that_its_calculation_is_to_be_announced(world, sign_in, staff):
    text, _block = lines_of(read(sign_in(staff)))["每千人拥有养老床位数不低于35张"]

    assert text.startswith("0.00 / 5 每千人拥有养老床位数不低于35张 计算方式待定")


def test_the_totals_follow_from_the_lines(world, sign_in, staff):
    response = sign_in(staff).get(f"{PAGE}?as_of=2024-10-15")

    score = response.context["score"]
    points = [line.points for line in score.criteria if line.points]
    assert points == [Decimal("5.00"), Decimal("1.20"), Decimal("10.00"), Decimal("8.00")]
    assert [section.points for section in score.sections] == [0, Decimal("6.20"), 18, 0, 0]
    assert score.total == Decimal("24.20")
    assert "24.20" in strip_tags(response.content.decode())


def test_waiting_and_returned_figures_do_not_count(world, sign_in, staff, official, miaohang):
    subject = world["indicators"]["新增家门口养老服务站"]
    later = reported(world["period"], miaohang, subject=subject, value=Decimal(9), by=official)
    waiting, _block = lines_of(read(sign_in(staff)))["新建家门口养老服务站"]
    return_(reports=later, by=staff, reason="请附验收单")
    returned, _block = lines_of(read(sign_in(staff)))["新建家门口养老服务站"]

    assert waiting.startswith("1.20 / 3")
    assert returned.startswith("1.20 / 3")


@pytest.mark.parametrize(
    ("query", "points"),
    [("?as_of=2024-09-30", "1.20"), ("?as_of=2024-09-29", "0.00"), ("?as_of=2024-10-15&known_on=2024-10-14", "0.00")],
)
def test_the_page_answers_for_any_date_as_then_known(world, sign_in, staff, query, points):
    text, _block = lines_of(read(sign_in(staff), query))["新建家门口养老服务站"]

    assert text.startswith(f"{points} / 3")


def test_indicators_show_target_actual_plan_and_light(world, sign_in, staff):
    page = read(sign_in(staff), "?as_of=2024-09-30")
    row = re.search(r"<tr>\s*<th scope=\"row\"><a [^>]*>新增家门口养老服务站</a>.*?</tr>", page, re.S)[0]
    cells = [" ".join(strip_tags(cell).split()) for cell in re.findall(r"<td.*?</td>", row, re.S)]

    assert cells[:5] == ["10", "4 个", "89.8%", "2024-10-31", "严重滞后"]  # 273 of 304 days


def test_without_a_rubric_the_page_says_what_to_do(baoshan, miaohang, sign_in, staff):
    baoshan.rubrics.update(state="retired")

    page = read(sign_in(staff))

    assert "尚无评分细则" in page
    assert lines_of(page) == {}
