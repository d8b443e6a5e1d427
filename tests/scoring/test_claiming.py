"""Bonus claims: filed once with a document, tied to a matter, decided once, counted once at the highest level."""

import datetime as dt
from decimal import Decimal

import pytest

from scoring.assessors import todos
from scoring.changed_since import changed_since
from scoring.claiming import approve, file_claim, likely_matter, not_counted, refuse, withdraw
from scoring.line_settings import set_line
from scoring.marking import MarkingError, revoke
from scoring.models import Claim, ClaimDecision, Mark, Matter
from scoring.scores import Scores
from scoring.verifying import verify
from tasks.audit import begin
from tasks.board import Moment
from tasks.models import AuditEntry, Notification
from tasks.notification_words import words
from tests.factories import CriterionFactory, SectionFactory, a_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

TODAY, MAY = dt.date(2024, 10, 15), dt.date(2024, 5, 6)
LEVELS = [("国家级", Decimal(6)), ("市级", Decimal(4)), ("区级", Decimal("1.5"))]


@pytest.fixture
def bonus(plan, staff):
    """A line of at most 8 points."""
    section = SectionFactory(rubric=plan.rubric, number=3, title="加分项", weight=Decimal(8))
    line = CriterionFactory(
        section=section, key="3.1", title="试点", weight=Decimal(8), rule={"kind": "bonus"}, order=9
    )
    set_line(line=line, levels=LEVELS, by=staff)
    return line


@pytest.fixture
def claimed(bonus, official):
    """Files a claim of 庙行镇's."""

    def claimed(matter="老年助餐试点", level="市级", *, by=official, **fields):
        said = {"document": "沪民养老发〔2024〕1号", "document_on": MAY, "key": f"{matter}-{level}"}
        said |= {"files": [a_file("文件.pdf")], "criterion": bonus, "town": by.town} | fields
        return file_claim(matter=matter, level=level, by=by, **said)

    return claimed


def approved(claim, by, matter="老年助餐试点", level=None):
    return approve(claim=claim, matter=matter, level=level or claim.level, by=by)


def score(plan, town, as_of=TODAY, known_on=None):
    (line,) = [c for c in Scores(plan.programme, Moment(as_of, known_on)).of(town).criteria if c.key == "3.1"]
    return str(line.points)


def told(user):
    return [(words(one).title, words(one).detail) for one in Notification.objects.filter(user=user).order_by("pk")]


class TestFile:
    def test_a_claim_waits_with_its_file_and_the_bureau_is_told(self, plan, claimed, staff, leader, official):
        claim = claimed()

        assert (claim.town, claim.by, claim.files.get().name) == (plan.miaohang, official, "文件.pdf")
        assert score(plan, plan.miaohang) == "0.00"
        assert told(staff) == [("庙行镇申报加分：老年助餐试点", "市级，沪民养老发〔2024〕1号")]
        assert told(leader) == []
        assert [todo.title for todo in todos(staff, plan.programme)] == ["审核加分申报：庙行镇"]

    def test_the_same_sent_twice_is_written_once(self, claimed):
        assert claimed(key="one") == claimed(key="one")
        assert Claim.objects.count() == 1

    def test_a_spent_key_with_another_matter_is_refused(self, claimed):
        claimed(key="one")

        with pytest.raises(MarkingError, match="已提交过，没有重复申报"):
            claimed("另一事项", key="one")

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            ({"level": "部级"}, "级别“部级”不正确，应为：国家级 6 分、市级 4 分、区级 1.5 分"),
            ({"files": []}, "请上传依据文件。"),
            ({"files": [a_file("空.pdf", b"")]}, "“空.pdf”是空文件。"),
            ({"files": [a_file("程序.exe")]}, "“程序.exe”的类型不允许上传"),
        ],
    )
    def test_a_wrong_level_and_files_that_are_not_taken_are_told(self, claimed, said, message):
        with pytest.raises(MarkingError, match=message):
            claimed(**said)

        assert not Claim.objects.exists()

    def test_nobody_claims_for_another_town(self, plan, claimed, neighbour):
        with pytest.raises(MarkingError, match="只能为本街镇申报"):
            claimed(town=plan.miaohang, by=neighbour)


class TestWithdraw:
    def test_a_waiting_claim_is_taken_back_by_its_town_and_the_bureau_is_told(self, claimed, official, staff):
        claim = claimed()
        decision = withdraw(claim=claim, reason=" 文号有误 ", by=official)

        assert (decision.outcome, decision.reason, decision.by) == ("withdrawn", "文号有误", official)
        assert told(staff)[-1] == ("庙行镇撤回加分申报：老年助餐试点", "文号有误")
        assert (Claim.objects.get(), list(Claim.objects.waiting())) == (claim, [])

    def test_it_can_neither_be_approved_nor_withdrawn_again(self, claimed, official, staff):
        claim = claimed()
        withdraw(claim=claim, by=official)

        with pytest.raises(MarkingError, match="该申报已由街镇撤回。"):
            approved(claim, staff)
        with pytest.raises(MarkingError, match="该申报已由街镇撤回。"):
            withdraw(claim=claim, by=official)

    def test_what_was_decided_stays(self, claimed, official, staff):
        claim = claimed()
        approved(claim, staff)
        with pytest.raises(MarkingError, match="该申报已审核，不能更改"):
            withdraw(claim=claim, by=official)

    def test_nobody_withdraws_for_another_town(self, claimed, neighbour):
        with pytest.raises(MarkingError, match="只能撤回本街镇的申报。"):
            withdraw(claim=claimed(), by=neighbour)


def test_a_town_is_told_of_a_bonus_taken_back(claimed, official, staff):
    decision = approved(claimed(), staff)
    revoke(mark=decision.mark, reason="文件撤回", by=staff)
    assert told(official)[-1] == ("加分已撤销：试点 4 分", "市级 文件撤回")


def test_a_town_is_told_of_a_penalty_and_that_it_was_taken_back(plan, official, neighbour, staff):
    mark = plan.marks(plan.miaohang, 3, plan.loss)
    revoke(mark=mark, reason="文件撤回", by=staff)

    assert told(official) == [("扣分：通报批评 3 分", "检查 记录"), ("扣分已撤销：通报批评 3 分", "文件撤回")]
    assert told(neighbour) == []


class TestApprove:
    def test_a_claim_becomes_a_mark_from_the_documents_day_and_the_town_is_told(self, plan, claimed, staff, official):
        claim = claimed()
        decision = approved(claim, staff)

        mark = decision.mark
        assert (mark.points, mark.level, str(mark.matter), mark.given_on, mark.by) == (
            Decimal(4),
            "市级",
            "老年助餐试点",
            MAY,
            staff,
        )
        assert mark.document == claim.document
        assert [file.name for file in mark.papers] == ["文件.pdf"]
        days = [(dt.date(2024, 5, 5), None), (MAY, None), (TODAY, dt.date(2024, 10, 14)), (TODAY, TODAY)]
        assert [score(plan, plan.miaohang, *day) for day in days] == ["0.00", "4.00", "0.00", "4.00"]
        assert told(official) == [("加分申报已通过：老年助餐试点", "市级，4 分")]

    def test_the_same_matter_counts_once_at_its_highest_level(self, plan, claimed, staff):
        first = approved(claimed(), staff)
        approved(claimed("助餐国家试点", "国家级"), staff)

        assert score(plan, plan.miaohang) == "6.00"
        assert not_counted(plan.programme, staff) == {first.mark.pk: "未计入：同一事项只计最高级别"}
        assert Matter.objects.count() == 1

    def test_when_the_highest_is_taken_back_the_next_counts(self, plan, claimed, staff):
        approved(claimed(), staff)
        highest = approved(claimed("助餐国家试点", "国家级"), staff)
        revoke(mark=highest.mark, reason="文件撤回", by=staff)

        assert score(plan, plan.miaohang) == "4.00"

    def test_other_matters_add_up_to_the_lines_weight(self, plan, claimed, staff):
        for number, expected in enumerate(("4.00", "8.00", "8.00")):
            approved(claimed(f"事项{number}"), staff, matter=f"事项{number}")
            assert score(plan, plan.miaohang) == expected

    def test_another_towns_claim_on_the_matter_counts_for_that_town(self, plan, claimed, staff, neighbour):
        approved(claimed(), staff)
        approved(claimed(level="区级", by=neighbour), staff)

        assert [score(plan, town) for town in plan.towns] == ["4.00", "1.50", "0.00"]

    def test_the_bureau_may_find_another_level(self, plan, claimed, staff):
        approved(claimed(level="国家级"), staff, level="区级")

        assert score(plan, plan.miaohang) == "1.50"

    @pytest.mark.parametrize(
        ("said", "message"),
        [({"matter": " "}, "归并事项"), ({"matter": "长" * 101}, "100 字"), ({"level": "省级"}, "“省级”")],
    )
    def test_it_needs_a_matter_and_a_level_of_the_line(self, claimed, staff, said, message):
        claim = claimed()

        with pytest.raises(MarkingError, match=message):
            approve(**{"claim": claim, "matter": "试点", "level": "市级", "by": staff, **said})
        assert not Mark.objects.filter(level__gt="").exists()

    def test_a_known_matter_that_is_like_the_claims_words_is_suggested(self, claimed):
        claim = claimed("老年助餐服务试点")

        assert likely_matter(claim, ["老年助餐试点", "认知障碍友好社区"]) == "老年助餐试点"
        assert likely_matter(claim, ["认知障碍友好社区"]) == "老年助餐服务试点"


class TestRefuse:
    def test_a_refusal_gives_nothing_and_tells_the_town_why(self, plan, claimed, staff, official):
        refuse(claim=claimed(), reason=" 文件与事项不符 ", by=staff)

        assert score(plan, plan.miaohang) == "0.00"
        assert told(official) == [("加分申报未予加分：老年助餐试点", "文件与事项不符")]
        assert list(todos(staff, plan.programme)) == []

    def test_it_needs_a_reason(self, claimed, staff):
        with pytest.raises(MarkingError, match="不予加分须填写理由"):
            refuse(claim=claimed(), reason=" ", by=staff)

    def test_a_claim_is_decided_once(self, claimed, staff):
        claim = claimed()
        refuse(claim=claim, reason="不符", by=staff)

        with pytest.raises(MarkingError, match="已审核，不能更改"):
            approved(claim, staff)
        assert ClaimDecision.objects.count() == 1


def test_a_document_of_a_year_long_before_the_programme_is_no_basis(claimed, plan):
    with pytest.raises(MarkingError, match="日期 2022-12-31 不正确：应不早于 2023 年。"):
        claimed(document_on=dt.date(2022, 12, 31))
    assert claimed(document_on=dt.date(2023, 1, 1)).pk


def test_claims_decisions_and_matters_stand_in_the_chain(claimed, staff, district):
    begin(district.pk)
    before = AuditEntry.objects.count()
    approved(claimed(), staff)

    kinds = list(AuditEntry.objects.order_by("number").values_list("kind", flat=True))
    assert kinds[before:] == ["scoring.claim", "scoring.matter", "scoring.mark", "scoring.claimdecision"]


def test_what_was_frozen_names_the_level_the_matter_and_the_file(plan, claimed, staff):
    claim = claimed()
    approved(claim, staff)
    assessment = plan.frozen(as_of=TODAY)

    (award,) = plan.line(assessment, plan.miaohang, "3.1").inputs["awards"]
    (mark,) = award["marks"]

    assert (award["points"], award["reason"], award["source"]) == ("4", "市级 老年助餐试点", "沪民养老发〔2024〕1号")
    assert (mark["level"], mark["matter"], mark["by"]) == ("市级", "老年助餐试点", "养老服务科")
    assert mark["files"] == [{"name": "文件.pdf", "sha256": claim.files.get().sha256}]


def test_a_claim_approved_after_freezing_shows_as_changed_since(plan, claimed, staff, time_machine):
    assessment = plan.frozen(as_of=TODAY)
    time_machine.shift(60)
    approved(claimed(), staff)

    (town,) = changed_since(assessment)

    assert (verify(assessment).equal, town.name, str(town.gain)) == (True, "庙行镇", "4.00")
    assert [change.after for change in town.lines[0].changes] == ["4.00（市级 老年助餐试点）"]
