"""The annual summary says what the rows say, and nothing else."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import docx
import pytest

from quality.improvement import Said, decide, write
from quality.inspecting import submit
from quality.publicity import withdraw
from quality.rectifying import void
from quality.year_facts import FindingCounts, year_facts
from tasks.board import Moment
from tests.factories import (
    FacilityFactory,
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    TargetFactory,
    TaskFactory,
    accepted,
)
from tests.quality.findings import Case, a_finding, criteria
from tests.quality.inspections import DAY, planned, typed
from tests.quality.years import a_training, an_event, an_example, held, put_forward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

ADDRESS = "/p/plan/timeline/summary.docx"


@pytest.fixture
def programme(district):
    said = {"title": "质量年", "document_number": "长民〔2024〕4号", "issuer": "民政局"}
    return ProgrammeFactory(district=district, slug="plan", **said)


@pytest.fixture
def home(facility_user):
    return facility_user.facility


@pytest.fixture
def task(programme):
    return TaskFactory(programme=programme, number=1, title="提质行动", category="六大行动")


def text_of(client):
    paper = docx.Document(BytesIO(client.get(ADDRESS).getvalue()))
    return [line.text for line in paper.paragraphs if line.text.strip()], paper.tables


def test_an_empty_plan_says_that_there_is_nothing(programme, task, sign_in, staff):
    lines, tables = text_of(sign_in(staff))

    assert lines[1:14] == [
        "根据《质量年》（长民〔2024〕4号），现将工作开展情况总结如下。以下数据截至2024年10月15日，"
        "以审核通过的填报和平台记录为准。",
        "一、总体情况",
        "实施范围内养老服务机构0家。未列阶段安排。有数值目标的指标0项，已达标0项。",
        "二、六大行动完成情况",
        "（一）提质行动。平台没有该项工作的阶段安排、填报和指标记录。",
        "三、检查和整改情况",
        "没有已提交的检查。",
        "没有登记问题隐患。",
        "“一院一案”应报0家，已批准0家，审批或修改中0家，尚未报送0家。",
        "四、人才队伍和宣传引导",
        "确认金牌管理者0名、养老护理职业技能尖兵0名。登记培训0期、0学时，参加0人次。登记等级证书0张。"
        "登记入职补贴0人次、0元。",
        "发布正面典型0个，曝光问题0个。",
        "五、未完成的工作",
    ]
    assert [len(table.rows) for table in tables] == [1, 1]


def test_every_figure_comes_from_a_row(programme, task, home, sign_in, staff):
    beds = IndicatorFactory(programme=programme, name="护理型床位", unit="张")
    task.indicators.add(beds)
    TargetFactory(indicator=beds, town=None, value=100)
    period = PeriodFactory(programme=programme)
    accepted(period, None, subject=beds, value=60, by=staff)
    accepted(period, None, subject=task, state="in_progress", percent=Decimal(60), by=staff)
    held(an_event(programme, task=task), by=staff)
    an_event(programme, task=task, title="推进会")
    training = a_training(programme, by=staff)
    put_forward(programme, home, by=staff)
    put_forward(programme, home, kind="training", by=staff, training=training)
    put_forward(programme, home, kind="subsidy", by=staff)
    an_example(programme, home, by=staff)

    lines, tables = text_of(sign_in(staff))

    assert (
        "（一）提质行动。列入阶段安排2项，已完成1项：业务培训。填报完成60%（滞后）。护理型床位目标为“100张”，实际60张（滞后）。"
        in lines
    )
    assert "实施范围内养老服务机构1家。阶段安排2项，已完成1项，逾期1项。有数值目标的指标1项，已达标0项。" in lines
    said = "确认金牌管理者1名、养老护理职业技能尖兵0名。登记培训1期、3.5学时，参加1人次。登记等级证书0张。"
    assert f"{said}登记入职补贴1人次、500元。" in lines
    assert "发布正面典型1个，曝光问题0个。" in lines
    assert lines[lines.index("五、未完成的工作") + 1 :][:3] == [
        "逾期未完成的阶段安排1项：推进会。",
        "未完成的任务1项：提质行动完成60%（滞后）。",
        "未达目标的指标1项：护理型床位目标为“100张”，实际60张（滞后）。",
    ]
    cells = [[cell.text for cell in row.cells] for table in tables for row in table.rows[1:]]
    assert cells == [
        ["护理型床位", "100张", "60张", "滞后"],
        ["组织实施阶段", "业务培训", "2024-10-01—2024-10-10", "已完成\n2024-10-10"],
        ["组织实施阶段", "推进会", "2024-10-01—2024-10-10", "逾期"],
    ]


def test_findings_of_the_year_are_counted(programme, home, staff, time_machine):
    """One closed in time, one grave and overdue, one that waits for its check at the year's end, and one of the year before."""
    Case(home, subject="通道").closed()
    Case(home, subject="喷淋", criterion=criteria()[0]).assigned(due_on=dt.date(2024, 12, 1))
    late = Case(home, subject="灶台").submitted()
    a_finding(home, by=staff, subject="旧账", found_on=dt.date(2023, 12, 31))
    time_machine.move_to(dt.datetime(2025, 1, 5, 4, tzinfo=dt.UTC))
    late.act("close", late.people.staff, words="验收合格")

    counts = year_facts(programme, staff).findings

    assert counts == FindingCounts(found=3, closed=1, overdue=1, major=1, major_closed=0)
    assert counts.open == 2


def test_inspections_are_counted_by_kind_and_facility(programme, home, sign_in, staff):
    for number, of_programme in enumerate((programme, None)):  # a plan made on the page names none
        visit = planned(home, by=staff, programme=of_programme)
        typed(visit, "met", "met")
        submit(inspection=visit, visited_on=DAY, by=staff, key=f"{number}")
    planned(home, by=staff, programme=programme)

    lines, _tables = text_of(sign_in(staff))

    assert "开展检查2次，其中：日常监测2次、涉及1家机构。" in lines


def test_after_the_year_it_stands_for_its_last_day(programme, staff, time_machine):
    time_machine.move_to(dt.datetime(2026, 1, 1, 4, tzinfo=dt.UTC))

    assert year_facts(programme, staff).as_of == dt.date(2024, 12, 31)


def test_it_can_be_made_again_as_it_was_on_any_day(programme, home, staff, time_machine):
    """What was rectified, approved, held, put forward or withdrawn later is not yet so; what was recorded later is not known."""
    case = Case(home).submitted()
    event = an_event(programme)
    measure = Said("清理", "王主任", dt.date(2024, 12, 1), findings=[case.finding])
    said = {"words": "分析", "grade": "good", "star": None, "measures": [measure], "key": "plan"}
    plan = write(facility=home, programme=programme, by=case.people.director, **said)
    example = an_example(programme, home, by=staff)
    time_machine.move_to(dt.datetime(2024, 11, 20, 4, tzinfo=dt.UTC))
    case.act("close", staff, words="合格")
    held(event, by=staff, done_on=dt.date(2024, 10, 9))
    decide(plan=plan, kind="town", by=case.people.official)
    decide(plan=plan, kind="bureau", by=staff)
    withdraw(example=example, reason="有误", by=staff)
    void(finding=a_finding(home, by=staff, subject="用电"), words="误录", by=staff, key="void")

    def told(*days):
        one = year_facts(programme, staff, Moment(*days))
        counts, states = one.findings, [row.state.value for row in one.events]
        return counts.found, counts.closed, states, sum(one.examples.values()), one.plans.approved

    october, november = dt.date(2024, 10, 31), dt.date(2024, 11, 30)
    assert told(november) == (1, 1, ["done"], 0, 1)
    assert told(october) == (1, 0, ["done"], 1, 0)
    assert told(november, october) == (1, 0, ["overdue"], 1, 0)


def test_it_costs_the_same_for_one_and_for_three(programme, task, home, sign_in, staff, django_assert_num_queries):
    def grow(number):
        held(an_event(programme, task=task, title=f"事项{number}"), by=staff)
        other = FacilityFactory(town=home.town)
        a_finding(other, by=staff)
        put_forward(programme, other, by=staff)
        an_example(programme, other, by=staff)

    client = sign_in(staff)
    grow(1)
    with django_assert_num_queries(22):
        client.get(ADDRESS)
    grow(2)
    grow(3)
    with django_assert_num_queries(22):
        client.get(ADDRESS)
