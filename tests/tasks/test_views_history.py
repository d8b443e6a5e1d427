"""The page of a record's life: who, when, what was and is, why; for whom; up to which day."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from quality.models import Inspector, PeoplePlan
from quality.scoping import set_scope
from scoring.assessments import draft
from scoring.claiming import file_claim
from scoring.line_settings import set_line
from scoring.marking import give, revoke
from scoring.models import CriterionLink
from tasks import evidence, histories
from tasks.field_changes import events_of
from tasks.history import Change, newest_first
from tasks.imports import upload
from tasks.models import CheckRule, LightChange, Period, PeriodAct, Ruling, Site, Supervision, SupervisionAct, Target
from tasks.programmes import add_quarters
from tasks.reporting import Entry, accept, return_, submit
from tests.factories import (
    CriterionFactory,
    FacilityFactory,
    IndicatorFactory,
    PeriodFactory,
    ProgrammeFactory,
    TargetFactory,
    TaskFactory,
    UserFactory,
    a_file,
    accepted,
)
from tests.quality.cases import follows
from tests.quality.findings import a_finding
from tests.quality.inspections import inspected
from tests.quality.years import an_event, put_forward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PLAN = "/p/plan/history/"
HUGE = "9" * 5000  # more digits than Python reads


@pytest.fixture
def programme(district):
    return ProgrammeFactory(slug="plan", district=district)


@pytest.fixture
def q3(programme):
    return PeriodFactory(programme=programme, quarter=3)


@pytest.fixture
def beds(programme):
    return IndicatorFactory(programme=programme, name="新增养老床位", unit="张")


def said(events):
    return [(event.what, [tuple(change) for change in event.changes]) for event in events]


class TestFields:
    """What simple_history recorded, in words."""

    def test_each_change_tells_what_was_and_what_is(self, beds, admin):
        beds.name, beds.direction = "新增床位", "lower"
        beds._history_user, beds._change_reason = admin, "与通知一致"
        beds.save()

        created, changed = events_of(beds)

        assert (created.what, changed.what, changed.who, changed.reason) == ("建立", "修改", admin, "与通知一致")
        assert changed.changes == [
            Change("指标名称", "新增养老床位", "新增床位"),
            Change("方向", "越高越好", "越低越好"),
        ]

    def test_a_new_row_tells_what_it_began_with(self, beds):
        changes = events_of(beds)[0].changes

        assert Change("指标名称", "—", "新增养老床位") in changes
        assert Change("类型", "—", "数量") in changes
        assert {change.label for change in changes} & {"ID", "指标分组"} == set()

    @pytest.mark.parametrize(
        ("field", "value", "before", "after"),
        [
            ("behind_threshold", Decimal("0.50"), "0.6", "0.5"),
            ("issued_on", dt.date(2024, 3, 1), "—", "2024-03-01"),
            ("issuer", "民政局", "—", "民政局"),
        ],
    )
    def test_values_are_in_words(self, programme, field, value, before, after):
        setattr(programme, field, value)
        programme.save()

        assert [change[1:] for change in events_of(programme)[-1].changes] == [(before, after)]

    def test_yes_no_and_names_are_in_words(self, beds, district):
        beds.evidence_required, beds.aliases = True, ["床位", "新增床位"]
        beds.save()

        assert events_of(beds)[-1].changes == [
            Change("别名", "—", "床位、新增床位"),
            Change("须附佐证材料", "否", "是"),
        ]

    def test_what_a_row_points_at_is_named(self, miaohang, youyi):
        home = FacilityFactory(town=miaohang)
        home.town = youyi
        home.save()

        assert events_of(home)[-1].changes == [Change("街镇", "庙行镇", "友谊路街道")]

    def test_links_of_a_task_are_told(self, programme, beds):
        task, meals = TaskFactory(programme=programme), IndicatorFactory(programme=programme, name="助餐点")
        task.indicators.set([beds])
        task.indicators.set([meals])

        assert said(events_of(task))[1:] == [
            ("修改", [("对应指标", "—", "新增养老床位")]),
            ("修改", [("对应指标", "新增养老床位", "—")]),
            ("修改", [("对应指标", "—", "助餐点")]),
        ]

    def test_the_districts_of_a_city_user_are_told(self, city_user):
        assert events_of(city_user)[-1].changes == [Change("可查看的区（市级）", "—", "宝山区")]

    def test_a_save_that_changed_nothing_is_not_told(self, beds):
        beds.save()

        assert len(events_of(beds)) == 1

    def test_what_was_before_the_first_record_is_not_guessed(self, beds):
        beds.history.all().delete()
        beds.name = "新增床位"
        beds.save()

        assert said(events_of(beds)) == [("修改（此前的内容未留记录）", [])]

    def test_a_new_programme_s_periods_begin_their_history(self, programme):
        add_quarters(programme)

        assert [events_of(period)[0].what for period in Period.objects.all()] == ["建立"] * 4

    def test_a_row_costs_the_same_queries_however_often_it_changed(self, beds):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                events_of(beds)
            return len(captured)

        before = queries()
        for name in ("甲", "乙", "丙"):
            beds.name = name
            beds.save()

        assert (before, queries()) == (2, 2)


class TestLine:
    """One indicator or task in one town: targets, reports, decisions, lights."""

    @pytest.fixture
    def line(self, q3, miaohang, beds, official, staff):
        target = TargetFactory(indicator=beds, town=miaohang, text="10张", created_at=at(1), created_by=staff)
        Target.objects.create(
            district=target.district, indicator=beds, town=miaohang, revision=2, comparator="ge", value=Decimal(8),
            text="8张", document="调整通知", reason="选址变化", created_at=at(2), created_by=staff,
        )  # fmt: skip
        entry = Entry(beds, value=Decimal(6), words="两处")
        report = submit(
            period=q3, town=miaohang, entries=[entry], by=staff, key="first", source="on_behalf", at=at(3)
        ).reports.get()
        evidence.attach(a_file("验收单.pdf"), by=official, report=report)
        Site.objects.create(
            district=report.district, report=report, order=1, name="甲站", address="共康路1号", on=dt.date(2024, 9, 1)
        )
        return_(reports=[report], by=UserFactory(name="审核人"), reason="缺地址", at=at(4))
        again = submit(
            period=q3, town=miaohang, entries=[Entry(beds, value=Decimal(7))], by=official, key="again", at=at(5)
        ).reports.get()
        accept(reports=[again], by=staff, at=at(6))
        return f"{PLAN}line/{beds.pk}-{miaohang.pk}/"

    def test_tells_everything_the_newest_first(self, line, sign_in, staff):
        events = sign_in(staff).get(line).context["page"].object_list

        assert [event.what for event in events] == [
            "通过 2024Q3 庙行镇 第2版",
            "填报 2024Q3 庙行镇 第2版：7",
            "退回 2024Q3 庙行镇 第1版",
            "代填 2024Q3 庙行镇 第1版：6",
            "指标分解 第2版",
            "指标分解 第1版",
        ]
        assert events[2].reason == "缺地址"
        assert events[3].reason == "两处\n点位：甲站"
        assert [file.name for file in events[3].files] == ["验收单.pdf"]
        assert (events[4].changes, events[4].reason) == ([Change("目标", "10张", "8张")], "调整通知 选址变化")

    @pytest.mark.parametrize(
        ("dates", "count"),
        [
            ("as_of=2024-10-04", 4),
            ("known_on=2024-10-04", 4),
            ("as_of=2024-10-15&known_on=2024-10-03", 3),
            ("as_of=2024-10-02&known_on=2024-10-05", 2),
            ("as_of=2023-01-01", 0),
        ],
    )
    def test_goes_up_to_the_day_asked_for(self, line, sign_in, staff, dates, count):
        page = sign_in(staff).get(f"{line}?{dates}")

        assert len(page.context["page"].object_list) == count
        assert ("到所选日期为止没有记录" in page.content.decode()) is (count == 0)

    def test_warnings_reasons_increments_and_origins_are_told(self, q3, miaohang, beds):
        report = accepted(q3, miaohang, subject=beds, value=Decimal(30))[0]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE tasks_report SET increment = 24, origin = '机构数据', reason = '集中验收', warnings = %s WHERE id = %s",
                ['[{"kind": "decrease", "unit": "张", "now": "30", "last": "40"}]', report.pk],
            )

        life = histories.KINDS["line"].life(
            UserFactory(district=q3.programme.district), q3.programme, f"{beds.pk}-{miaohang.pk}"
        )

        assert life.events[0].reason.split("\n")[:2] == ["本期新增 24", "数据来源：机构数据"]
        assert "40" in life.events[0].reason.split("\n")[2]
        assert life.events[0].reason.split("\n")[3] == "提示说明：集中验收"

    def test_a_task_s_line_has_its_key_below_zero(self, programme, q3, miaohang, sign_in, staff):
        task = TaskFactory(programme=programme, town_wide=True)
        accepted(q3, miaohang, subject=task, state="done", percent=Decimal(100))

        page = sign_in(staff).get(f"{PLAN}line/-{task.pk}-{miaohang.pk}/")

        assert [event.what for event in page.context["page"]][1] == "填报 2024Q3 庙行镇 第1版：已完成 100%"

    def test_the_light_s_changes_are_told_and_the_district_s_only_to_who_sees_it(
        self, programme, q3, miaohang, beds, sign_in, staff, official
    ):
        for town in (miaohang, None):
            LightChange.objects.create(
                district=programme.district, programme=programme, indicator=beds, town=town, on=dt.date(2024, 10, 1),
                before="behind", light="overdue",
            )  # fmt: skip

        def told(user, town):
            return said(sign_in(user).get(f"{PLAN}line/{beds.pk}-{town}/").context["page"])

        light = [("亮灯变化", [("亮灯", "滞后", "逾期")])]
        assert told(official, miaohang.pk) == told(staff, 0) == light
        assert told(official, 0) == []

    def test_is_a_file_with_a_row_for_each_field(self, line, sign_in, staff):
        rows = sign_in(staff).get(f"{line}?export=csv&as_of=2024-10-02").content.decode("utf-8-sig").splitlines()

        assert rows == [
            "时间,经办人,事项,内容,原值,现值,说明,佐证材料",
            "2024-10-02 10:00,养老服务科,指标分解 第2版,目标,10张,8张,调整通知 选址变化,",
            "2024-10-01 10:00,养老服务科,指标分解 第1版,目标,—,10张,,",
        ]

    @pytest.mark.parametrize(
        "key", ["x", "1", "0-0", "-0-0", "99999999999999999999-1", f"{HUGE}-1", f"1-{HUGE}", "１-１"]
    )
    def test_a_line_that_is_none_is_not_found(self, programme, sign_in, staff, key):
        assert sign_in(staff).get(f"{PLAN}line/{key}/").status_code == 404

    def test_costs_the_same_queries_for_one_revision_and_for_three(
        self, line, q3, beds, miaohang, official, sign_in, staff
    ):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                sign_in(staff).get(line)
            return len(captured)

        queries()
        before = queries()
        for value in (8, 9):
            accepted(q3, miaohang, subject=beds, value=Decimal(value), by=official)

        assert queries() == before


def at(day):
    return dt.datetime(2024, 10, day, 2, tzinfo=dt.UTC)


@pytest.fixture
def records(programme, q3, beds, district, miaohang, official, staff):
    """One record of every kind, by the last part of its address."""
    task = TaskFactory(programme=programme)
    check = CheckRule.objects.filter(programme=programme).first() or CheckRule.objects.create(
        programme=programme, kind="decrease"
    )
    sheet = Supervision.objects.create(
        district=district, programme=programme, town=miaohang, number=1, matter="床位滞后", requirement="月底前补齐",
        due_on=dt.date(2024, 10, 31), key="k", by=staff,
    )  # fmt: skip
    criterion = CriterionFactory(section__rubric__programme=programme)
    mark = give(
        criterion=criterion, town=miaohang, points=Decimal(2), reason="及时", document="通报", by=staff, key="m",
        given_on=dt.date(2024, 10, 1),
    )  # fmt: skip
    rows = {
        "programme": programme,
        "task": task,
        "indicator": beds,
        "period": q3,
        "check": check,
        "town": miaohang,
        "facility": FacilityFactory(town=miaohang),
        "district": district,
        "user": official,
        "import": upload(programme=programme, file=a_file("表.csv", b"x"), kind="", period=None, by=staff),
        "ruling": Ruling.objects.create(programme=programme, difference="床位", text="以表为准", by=staff),
        "supervision": sheet,
        "finding": a_finding(FacilityFactory(town=miaohang), by=staff),
        "inspection": inspected(FacilityFactory(town=miaohang), by=staff).inspection,
        "inspector": Inspector.objects.create(district=programme.district, name="张三", department="fire"),
        "roll-up": follows(IndicatorFactory(programme=programme, code="99")),
        "people-plan": PeoplePlan.objects.create(programme=programme, kind="manager", target=5),
        "person": put_forward(programme, FacilityFactory(town=miaohang), by=staff),
        "phase": (event := an_event(programme)).phase,
        "event": event,
        "scope": set_scope(programme=programme, settings={"kinds": [], "registered": False, "words": ""}, by=staff),
        "rubric": criterion.section.rubric,
        "criterion": criterion,
        "mark": mark,
        "claim": _claim(criterion, official, staff),
        "assessment": draft(
            programme=programme, kind="annual", title="年度考核", as_of=dt.date(2024, 12, 31), by=staff, key="a"
        ),
    }
    return {kind: f"{PLAN}{kind}/{row.pk}/" for kind, row in rows.items()}


def _claim(criterion, official, staff):
    line = CriterionFactory(section=criterion.section, rule={"kind": "bonus"})
    set_line(line=line, levels=[("市级", Decimal(2))], by=staff)
    said = {"matter": "试点", "level": "市级", "document": "1号", "document_on": dt.date(2024, 10, 1), "key": "c"}
    return file_claim(criterion=line, town=official.town, files=[a_file("文件.pdf")], by=official, **said)


PLAN_WIDE = {
    "programme",
    "task",
    "indicator",
    "roll-up",
    "people-plan",
    "phase",
    "event",
    "scope",
    "rubric",
    "criterion",
}
OF_THE_TOWN = {"claim", "period", "town", "facility", "finding", "inspection", "person", "supervision"}
OF_THE_DISTRICT = {"ruling", "mark", "assessment", "inspector"}
FOR_THE_ADMINISTRATOR = {"check", "district", "user", "import"}
SEES = {
    "admin": PLAN_WIDE | OF_THE_TOWN | OF_THE_DISTRICT | FOR_THE_ADMINISTRATOR,
    "staff": PLAN_WIDE | OF_THE_TOWN | OF_THE_DISTRICT,
    "leader": PLAN_WIDE | OF_THE_TOWN | OF_THE_DISTRICT,
    "official": PLAN_WIDE | OF_THE_TOWN,
    "neighbour": PLAN_WIDE | {"period"},
    "facility_user": PLAN_WIDE - {"scope"},
    "stranger": set(),
}


@pytest.mark.parametrize("who", SEES)
def test_each_record_s_life_is_for_who_sees_the_record(records, sign_in, request, who):
    client = sign_in(request.getfixturevalue(who))

    assert {kind for kind, address in records.items() if client.get(address).status_code == 200} == SEES[who]


def test_every_kind_is_walked_here(records):
    assert set(records) | {"line"} == set(histories.KINDS)


def test_every_record_has_something_to_tell(records, sign_in, admin):
    client = sign_in(admin)

    silent = [kind for kind, address in records.items() if not client.get(address).context["page"].object_list]

    assert silent == []


@pytest.mark.parametrize(
    "address", ["nothing/1/", "task/x/", "task/99999999999999999999/", "task/-1/", "task/１/", f"task/{HUGE}/"]
)
def test_what_is_not_there_is_not_found(programme, sign_in, staff, address):
    assert sign_in(staff).get(PLAN + address).status_code == 404


def test_a_record_of_another_programme_is_not_on_this_one_s_pages(programme, sign_in, staff, district):
    other = TaskFactory(programme=ProgrammeFactory(district=district))

    assert sign_in(staff).get(f"{PLAN}task/{other.pk}/").status_code == 404


def test_a_period_tells_of_what_was_done_by_hand_and_a_town_only_of_its_own(
    q3, miaohang, youyi, staff, sign_in, official, programme
):
    for town in (miaohang, youyi):
        PeriodAct.objects.create(
            district=programme.district, period=q3, town=town, kind="extended", due_on=dt.date(2024, 10, 20),
            reason=f"{town}停电", by=staff,
        )  # fmt: skip
    PeriodAct.objects.create(district=programme.district, period=q3, kind="closed", reason="汇总完毕", by=staff)
    address = f"{PLAN}period/{q3.pk}/"

    def told(user):
        return [(event.what, event.reason) for event in sign_in(user).get(address).context["page"]][:-1]

    assert told(staff) == [("关闭", "汇总完毕"), ("延期 友谊路街道", "友谊路街道停电"), ("延期 庙行镇", "庙行镇停电")]
    assert told(official) == [("关闭", "汇总完毕"), ("延期 庙行镇", "庙行镇停电")]


def test_a_supervision_sheet_tells_its_acts(records, sign_in, official):
    sheet = Supervision.objects.get()
    SupervisionAct.objects.create(district=sheet.district, sheet=sheet, kind="signed", by=official)
    SupervisionAct.objects.create(district=sheet.district, sheet=sheet, kind="answered", words="已补齐", by=official)

    page = sign_in(official).get(records["supervision"])

    assert [(event.what, event.reason) for event in page.context["page"]] == [
        ("已答复", "已补齐"),
        ("已签收", ""),
        ("签发", "床位滞后\n月底前补齐\n办结期限 2024-10-31"),
    ]


def test_a_ruling_tells_the_earlier_ones_on_the_same_difference(records, programme, sign_in, staff):
    Ruling.objects.create(programme=programme, difference="床位", text="以清单为准", by=staff)
    Ruling.objects.create(programme=programme, difference="助餐点", text="无误", by=staff)

    page = sign_in(staff).get(records["ruling"])

    assert [event.changes[0][1:] for event in page.context["page"]] == [("以表为准", "以清单为准"), ("—", "以表为准")]


def test_a_mark_tells_who_took_it_back_and_why(records, programme, sign_in, staff):
    mark = programme.rubrics.get().sections.get().criteria.first().marks.get()
    revoke(mark=mark, reason="重复记录", by=staff)

    page = sign_in(staff).get(records["mark"])

    assert [(event.what, event.reason) for event in page.context["page"]] == [
        ("撤销", "重复记录"),
        ("记录 2.00", "及时\n通报 2024-10-01"),
    ]


def test_a_rubric_line_tells_its_links(records, programme, beds, sign_in, staff):
    criterion = programme.rubrics.get().sections.get().criteria.first()
    CriterionLink.objects.create(criterion=criterion, indicator=beds, part="床位").delete()

    page = sign_in(staff).get(records["criterion"])

    assert said(page.context["page"])[:2] == [
        ("取消对应指标", [("对应指标", "新增养老床位 床位", "")]),
        ("对应指标", [("对应指标", "", "新增养老床位 床位")]),
    ]


def test_a_superuser_s_account_is_out_of_reach(programme, sign_in, admin, district):
    root = UserFactory(district=district, is_superuser=True, role=Role.STAFF)

    assert sign_in(admin).get(f"{PLAN}user/{root.pk}/").status_code == 404


def test_a_password_is_in_nobody_s_history(official):
    official.set_password("a new password")
    official.name = "新经办人"
    official.save()

    assert events_of(official)[-1].changes == [Change("姓名", "庙行经办人", "新经办人")]


def test_of_one_moment_the_later_written_comes_first(beds):
    first, second = events_of(beds), events_of(beds)

    assert newest_first([*first, *second]) == [*second, *first]


def test_a_page_that_is_full_goes_on(programme, beds, sign_in, staff):
    for number in range(60):
        beds.group = f"第{number}组"
        beds.save()
    address = f"{PLAN}indicator/{beds.pk}/"

    assert [len(sign_in(staff).get(f"{address}?page={page}").context["page"].object_list) for page in (1, 2)] == [
        50,
        11,
    ]
