"""A rubric's versions: drafted, changed, checked, brought into force, thrown away."""

import datetime as dt
from decimal import Decimal

import pytest

from scoring.line_settings import set_line
from scoring.models import Criterion, CriterionLink, Rubric
from scoring.rubric_checks import Fault, check
from scoring.rules import Band, Bands, Completion, Condition, Deduct, Graded, Manual, Penalty, Threshold, load_rule
from scoring.scores import Scores
from scoring.versions import (
    Line,
    StillFaulty,
    VersionError,
    add_line,
    add_section,
    begin,
    bring_into_force,
    change_line,
    change_section,
    change_terms,
    discard,
    remove_line,
    remove_section,
)
from tasks.board import Moment
from tasks.rolling import roll_forward
from tests.factories import IndicatorFactory, ProgrammeFactory, RubricFactory, SectionFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def draft(plan, staff):
    """The plan's rubric, whose first section weighs what its lines do, as a draft."""
    plan.rubric.sections.filter(number=1).update(weight=95)
    return begin(programme=plan.programme, by=staff)


def line(draft, key="1.1") -> Criterion:
    return Criterion.objects.get(section__rubric=draft, key=key)


def said(criterion, **changed) -> Line:
    links = tuple((link.part, link.indicator) for link in criterion.links.all())
    names = ("title", "clause", "weight", "pending")
    words = {name: getattr(criterion, name) for name in names} | {"rule": load_rule(criterion.rule), "links": links}
    return Line(**words | changed)


def words_of(rubric):
    names = ("key", "order", "title", "clause", "weight", "rule", "pending")
    return [
        (section.number, section.title, section.weight, {name: getattr(line, name) for name in names}, links_of(line))
        for section in rubric.sections.all()
        for line in section.criteria.all()
    ]


def links_of(criterion):
    return [(link.part, link.indicator_id) for link in criterion.links.all()]


class TestADraft:
    def test_says_what_the_version_in_force_says_with_its_links_and_pending_lines(self, plan, staff):
        Criterion.objects.filter(pk=plan.by_hand.pk).update(pending=True)

        draft = begin(programme=plan.programme, by=staff)

        assert (draft.version, draft.state, draft.in_force_at) == (2, "draft", None)
        assert words_of(draft) == words_of(plan.rubric)

    def test_takes_its_full_points_from_the_sections_that_count(self, draft):
        assert draft.full == 95

    def test_is_empty_where_nothing_is_in_force(self, staff):
        draft = begin(programme=ProgrammeFactory(), by=staff)

        assert (draft.version, words_of(draft)) == (1, [])

    def test_there_is_one_at_a_time(self, draft, staff):
        with pytest.raises(VersionError, match="已有一份草案"):
            begin(programme=draft.programme, by=staff)

    def test_counts_for_nothing(self, plan, draft, staff):
        change_line(criterion=line(draft), line=said(line(draft), rule=Manual(), links=()), by=staff)

        assert Scores(plan.programme, Moment(dt.date(2024, 9, 30))).rubric == plan.rubric

    @pytest.mark.parametrize("lines", [1, 3])
    def test_is_copied_in_as_many_queries_whatever_it_holds(self, plan, staff, django_assert_num_queries, lines):
        elsewhere = SectionFactory(rubric=RubricFactory(programme=plan.programme, version=9, state="retired"))
        Criterion.objects.filter(section__rubric=plan.rubric, order__gt=lines).update(section=elsewhere)

        with django_assert_num_queries(16):
            begin(programme=plan.programme, by=staff)

    def test_its_history_names_who_changed_a_line(self, draft, staff):
        change_line(criterion=line(draft), line=said(line(draft), weight=D(50)), by=staff)

        assert [(row.weight, row.history_user) for row in line(draft).history.all()] == [(50, staff), (60, staff)]

    def test_a_line_is_linked_anew(self, plan, draft, staff):
        other = IndicatorFactory(programme=plan.programme, code="02")

        change_line(criterion=line(draft), line=said(line(draft), links=(("", other),)), by=staff)

        assert list(CriterionLink.objects.filter(criterion=line(draft)).values_list("part", "indicator")) == [
            ("", other.pk)
        ]

    def test_lines_and_sections_come_and_go(self, draft, staff):
        section = add_section(rubric=draft, title="创新", weight=D(5), by=staff)
        new = Line("特色做法", "特色做法", D(5), Manual(), pending=False)
        added = add_line(section=section, line=new, by=staff)

        assert (section.number, added.key, added.order) == (3, "3.1", 4)

        with pytest.raises(VersionError, match="还有评分项"):
            remove_section(section=section, by=staff)
        remove_line(criterion=added, by=staff)
        again = add_line(section=section, line=new, by=staff)
        assert again.key == "3.2"

        remove_line(criterion=again, by=staff)
        remove_section(section=section, by=staff)
        assert [one.number for one in draft.sections.all()] == [1, 2]

    def test_thrown_away_leaves_its_history(self, draft, staff):
        key = draft.pk

        discard(rubric=draft, by=staff)

        assert not Rubric.objects.filter(pk=key).exists()
        assert [(row.history_type, row.history_user) for row in Rubric.history.filter(id=key)] == [
            ("-", staff),
            ("+", staff),
        ]


class TestComingIntoForce:
    def test_retires_the_version_before_and_says_why(self, plan, draft, staff):
        bring_into_force(rubric=draft, reason="计算办法已公布", by=staff)

        assert [(one.version, one.state) for one in Rubric.objects.order_by("version")] == [
            (1, "retired"),
            (2, "in_force"),
        ]
        told = [one.history.latest().history_change_reason for one in Rubric.objects.all()]
        assert told == ["计算办法已公布"] * 2

    def test_counts_from_then_not_from_when_it_was_begun(self, plan, staff, time_machine):
        Rubric.objects.filter(pk=plan.rubric.pk).update(created_at=dt.datetime(2024, 1, 5, 4, tzinfo=dt.UTC))
        plan.rubric.sections.filter(number=1).update(weight=95)
        time_machine.move_to(dt.datetime(2024, 3, 1, 4, tzinfo=dt.UTC))
        draft = begin(programme=plan.programme, by=staff)
        time_machine.move_to(dt.datetime(2024, 5, 1, 4, tzinfo=dt.UTC))
        bring_into_force(rubric=draft, reason="公布", by=staff)

        known = [Rubric.objects.known(dt.date(2024, *day)).first().version for day in ((1, 1), (4, 30), (5, 1))]

        assert known == [1, 1, 2]

    def test_a_draft_that_is_older_than_an_import_counts_from_its_own_day(self, plan, draft, staff):
        day = dt.datetime(2024, 6, 1, 4, tzinfo=dt.UTC)
        Rubric.objects.filter(pk=plan.rubric.pk).update(
            state="retired", created_at=dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
        )
        Rubric.objects.create(programme=plan.programme, version=3, created_at=day)
        bring_into_force(rubric=draft, reason="公布", by=staff, at=day + dt.timedelta(days=30))

        known = [Rubric.objects.known(dt.date(2024, *day)).first().version for day in ((5, 1), (6, 1), (7, 2))]

        assert known == [1, 3, 2]

    @pytest.mark.parametrize(("reason", "told"), [(" ", "必须填写原因"), ("长" * 101, "不超过 100 字，现有 101 字")])
    def test_needs_a_reason_that_can_be_kept(self, draft, staff, reason, told):
        with pytest.raises(VersionError, match=told):
            bring_into_force(rubric=draft, reason=reason, by=staff)

    def test_is_refused_while_its_checks_fail(self, draft, staff):
        change_section(section=draft.sections.get(number=1), title="工作", weight=D(90), by=staff)

        with pytest.raises(StillFaulty) as refused:
            bring_into_force(rubric=draft, reason="公布", by=staff)

        assert [fault.subject for fault in refused.value.faults] == ["整份细则", "工作"]
        draft.refresh_from_db()
        assert draft.state == "draft"

    def test_what_is_in_force_or_retired_is_never_changed(self, plan, draft, staff):
        section = plan.rubric.sections.get(number=1)
        acts = [
            lambda: change_terms(rubric=plan.rubric, no_target="full", notes="", full=None, by=staff),
            lambda: add_section(rubric=plan.rubric, title="新", weight=D(1), by=staff),
            lambda: change_section(section=section, title="新", weight=D(1), by=staff),
            lambda: remove_section(section=section, by=staff),
            lambda: add_line(section=section, line=said(plan.by_hand), by=staff),
            lambda: change_line(criterion=plan.by_hand, line=said(plan.by_hand), by=staff),
            lambda: remove_line(criterion=plan.by_hand, by=staff),
            lambda: discard(rubric=plan.rubric, by=staff),
            lambda: bring_into_force(rubric=plan.rubric, reason="再来", by=staff),
        ]
        for state in ("in_force", "retired"):
            Rubric.objects.filter(pk=plan.rubric.pk).update(state=state)
            for act in acts:
                with pytest.raises(VersionError, match="第 1 版不是草案"):
                    act()

    def test_what_is_frozen_keeps_its_rubric_and_its_points(self, plan, draft, staff):
        frozen = plan.frozen()
        change_line(criterion=line(draft), line=said(line(draft), rule=Manual(), links=()), by=staff)
        bring_into_force(rubric=draft, reason="公布", by=staff)

        assert plan.again(frozen).rubric == plan.rubric
        assert plan.line(frozen, plan.miaohang).points == 30


class TestChecks:
    """Errors keep a draft from coming into force; warnings do not."""

    def faults(self, draft, key, **changed):
        change_line(criterion=line(draft, key), line=said(line(draft, key), **changed), by=None)
        return [(fault.level, fault.message) for fault in check(draft) if fault.key == key]

    def test_a_sound_draft_has_none(self, draft):
        assert check(draft) == []

    def test_sections_add_up_to_the_full_points_and_lines_to_their_section(self, draft, staff):
        change_terms(rubric=draft, no_target="by_text", notes="", full=D(100), by=staff)
        change_line(criterion=line(draft), line=said(line(draft), weight=D(50)), by=staff)
        draft.refresh_from_db()

        assert check(draft) == [
            Fault("error", "整份细则", "各项考核内容（不含加分、扣分）权重之和为 95 分，满分为 100 分。"),
            Fault("error", "工作完成", "权重为 95 分，各评分项权重之和为 85 分。"),
        ]

    def test_a_section_has_lines(self, draft, staff):
        add_section(rubric=draft, title="创新", weight=D(0), by=staff)

        assert check(draft) == [Fault("error", "创新", "没有评分项。")]

    def test_titles_are_not_used_twice_since_marks_go_by_them(self, draft, staff):
        change_line(criterion=line(draft, "1.2"), line=said(line(draft, "1.2"), title="床位建设"), by=staff)

        found = [fault.message for fault in check(draft) if fault.is_error]

        assert found == ["有 2 个评分项同名；评分按名称记录，名称不能重复。"]

    def test_every_part_has_an_indicator(self, draft):
        rule = Threshold((Condition(D(85), D(60), "ge", "持证率"),))

        assert self.faults(draft, "1.1", rule=rule) == [("error", "“持证率”没有对应的指标。")]

    def test_a_part_has_one_indicator_only(self, plan, draft):
        links = (("", plan.beds), ("", IndicatorFactory(programme=plan.programme, code="02")))

        assert self.faults(draft, "1.1", links=links) == [("error", "“床位建设”对应了不止一个指标。")]

    def test_bands_neither_overlap_nor_leave_gaps_however_they_are_ordered(self, draft):
        bands = Bands(
            (Band(D(90), None, D(60), True), Band(D(0), D(50), D(10), True, True), Band(D(50), D(80), D(30), True))
        )

        assert self.faults(draft, "1.1", rule=bands) == [
            ("error", "分档重叠：0 ≤ x ≤ 50 与 50 ≤ x < 80"),
            ("error", "分档之间有空档：50 ≤ x < 80 与 x ≥ 90"),
        ]

    @pytest.mark.parametrize(
        ("points", "told"),
        [("40", "规则最多给 40 分，超过权重 35 分，按权重封顶。"), ("30", "规则最多给 30 分，不到权重 35 分。")],
    )
    def test_points_beside_the_weight_are_told(self, draft, points, told):
        assert self.faults(draft, "1.2", rule=Graded({"优": D(points)})) == [("warning", told)]

    def test_what_weighs_less_than_nothing_is_a_penalty(self, draft):
        wrong = ("error", "权重为负，计分规则应为“扣分”或“按次扣减”。")

        assert self.faults(draft, "2.1", rule=Manual()) == [wrong]
        assert self.faults(draft, "2.1", rule=Deduct(D(2), bound=D(0))) == [("error", "“通报批评”没有对应的指标。")]

    def test_a_pending_line_and_a_renamed_one_are_pointed_out(self, draft):
        assert self.faults(draft, "1.2", pending=True, title="巡查") == [
            ("warning", "计算方式待定，暂按现行规则计分。"),
            (
                "warning",
                "名称由“日常巡查”改来：评分和设置按名称记录，原名称下的记录（3 条评分）不再计入，执行后须按新名称重新录入；如非必要请保留原名称。",
            ),
        ]

    def test_a_renamed_line_names_the_setting_that_it_parts_from(self, plan, draft):
        set_line(line=plan.loss, levels=[("区级", D(2))], by=plan.staff)
        ((_level, told),) = self.faults(draft, "2.1", title="通报", rule=Penalty())
        assert "原名称下的记录（评分人、级别等设置）不再计入" in told

    def test_without_marks_and_settings_it_parts_from_nothing(self, draft):
        told = "名称由“通报批评”改来，原名称下还没有评分和设置。"
        assert self.faults(draft, "2.1", title="通报", rule=Penalty()) == [("warning", told)]

    def test_a_renamed_line_that_reads_figures_loses_nothing(self, draft):
        assert self.faults(draft, "1.1", title="床位", rule=Completion()) == []

    def test_a_version_imported_since_is_pointed_out(self, plan, draft):
        Rubric.objects.filter(pk=plan.rubric.pk).update(state="retired")
        Rubric.objects.create(programme=plan.programme, version=3)

        assert check(draft) == [Fault("warning", "整份细则", "建立草案之后又导入了新的现行版本，草案不含其中的改动。")]


def test_the_administration_shows_a_rubric_and_changes_nothing(plan, sign_in, district):
    client = sign_in(UserFactory(role="admin", district=district, is_staff=True))
    for name, row in (("rubric", plan.rubric), ("criterion", plan.by_hand)):
        address = f"/admin/scoring/{name}/{row.pk}/change/"

        assert client.get(address).status_code == 200
        assert client.post(address, {"no_target": "full"}).status_code == 403


def test_rolled_forward_a_rubric_counts_from_then(plan, draft, staff):
    bring_into_force(rubric=draft, reason="公布", by=staff)
    facts = {"title": "2025年方案", "slug": "next", "year": 2025}

    programme = roll_forward(source=plan.programme, facts=facts, with_tasks=False, by=staff)

    twin = programme.rubrics.get()
    assert (twin.version, twin.state, twin.in_force_at) == (1, "in_force", None)
