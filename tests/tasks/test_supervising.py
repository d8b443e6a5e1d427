"""Supervision sheets: who does what in which order, once."""

import datetime as dt

import pytest

from accounts.permissions import Role
from tasks.models import Notification, Supervision, SupervisionAct
from tasks.models.report import LedgerError
from tasks.supervising import SupervisionError, answer, close, issue, next_acts, return_, sign
from tests.factories import IndicatorFactory, ProgrammeFactory, TaskFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

TODAY = dt.date(2024, 10, 15)
DUE = dt.date(2024, 10, 29)


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district, slug="plan")


@pytest.fixture
def beds(programme):
    return IndicatorFactory(programme=programme, name="新增养老床位")


@pytest.fixture
def put(programme, miaohang, staff):
    """`put(key="2")`: a sheet to 庙行镇, as the bureau issues it."""

    def put(**other):
        said = {"programme": programme, "town": miaohang, "matter": "床位滞后", "requirement": "请补齐", "due_on": DUE}
        return issue(**{**said, "by": staff, "key": "1"} | other)

    return put


@pytest.fixture
def sheet(put):
    return put()


@pytest.fixture
def colleague(district):
    return UserFactory(username="colleague", name="另一位", role=Role.STAFF, district=district)


def state(sheet):
    return Supervision.objects.standing().get(pk=sheet.pk).state


def refusal(verb, **said):
    with pytest.raises(SupervisionError) as refused:
        verb(**said)
    return str(refused.value)


class TestIssue:
    def test_sheets_are_numbered_by_programme(self, put, programme, district):
        other = ProgrammeFactory(district=district, year=2023)

        sheets = [put(), put(key="2"), put(key="3", programme=other)]

        assert [str(sheet) for sheet in sheets] == ["督〔2024〕1号", "督〔2024〕2号", "督〔2023〕1号"]

    def test_a_key_that_comes_back_writes_nothing_more(self, put):
        assert put() == put()
        assert Supervision.objects.count() == 1

    @pytest.mark.parametrize("other", [{"matter": "别的事"}, {"requirement": "别的"}, {"due_on": TODAY}])
    def test_a_key_that_comes_back_with_something_else_is_refused(self, put, other):
        put()

        assert refusal(put, **other) == "这张表已提交过，没有重复签发；另签发一份请重新打开本页。"
        assert Supervision.objects.count() == 1

    def test_the_last_day_may_be_today(self, put):
        assert put(due_on=TODAY).due_on == TODAY

    def test_the_last_day_may_not_be_over(self, put):
        assert refusal(put, due_on=dt.date(2024, 10, 14)) == "办结期限 2024-10-14 已经过去。"

    def test_one_matter_has_one_open_sheet(self, put, beds, staff):
        sheet = put(indicator=beds)

        assert refusal(put, key="2", indicator=beds) == "督〔2024〕1号已就这一事项督办该街镇，尚未办结（待签收）。"
        close(sheet=sheet, words="已补齐", by=staff)
        assert str(put(key="2", indicator=beds)) == "督〔2024〕2号"

    def test_another_town_another_line_and_no_line_are_other_matters(self, put, beds, programme, youyi):
        put(indicator=beds)
        task = TaskFactory(programme=programme)

        others = [{"indicator": beds, "town": youyi}, {"task": task}, {}, {}]

        assert [put(key=f"k{n}", **other).number for n, other in enumerate(others)] == [2, 3, 4, 5]

    def test_the_town_is_told(self, put, official, neighbour, staff):
        put()

        told = Notification.objects.values_list("user__username", "kind", "url")
        assert list(told) == [("official", "supervision", "/p/plan/supervision/1/")]

    def test_a_sheet_is_never_changed(self, sheet):
        with pytest.raises(LedgerError):
            sheet.save()


class TestOrder:
    def test_from_issue_to_close(self, sheet, official, staff):
        states = [state(sheet)]
        for verb, by, words in [
            (sign, official, {}),
            (answer, official, {"words": "已开工"}),
            (return_, staff, {"words": "没有日期"}),
            (answer, official, {"words": "月底建成"}),
            (close, staff, {"words": "同意"}),
        ]:
            verb(sheet=sheet, by=by, **words)
            states.append(state(sheet))

        assert states == ["issued", "signed", "answered", "returned", "answered", "closed"]

    def test_an_unsigned_sheet_is_not_answered(self, sheet, official):
        assert refusal(answer, sheet=sheet, words="已开工", by=official) == "尚未签收，请先签收再答复。"

    def test_it_is_signed_for_once(self, sheet, official, miaohang):
        sign(sheet=sheet, by=official)
        second = UserFactory(role=Role.TOWN, district=miaohang.district, town=miaohang)

        told = "这份督办单已由 庙行经办人 于 2024-10-15 10:00 签收，不必再签收。"
        assert refusal(sign, sheet=sheet, by=second) == told

    def test_an_answer_stands_until_it_is_sent_back(self, sheet, official):
        sign(sheet=sheet, by=official)
        answer(sheet=sheet, words="已开工", by=official)

        told = "这份督办单已由 庙行经办人 于 2024-10-15 10:00 答复，等候办结；退回后才能再次答复。"
        assert refusal(answer, sheet=sheet, words="又开工", by=official) == told

    def test_nothing_is_sent_back_before_there_is_an_answer(self, sheet, official, staff):
        assert refusal(return_, sheet=sheet, words="不行", by=staff) == "街镇尚未签收，没有可退回的答复。"
        sign(sheet=sheet, by=official)
        assert refusal(return_, sheet=sheet, words="不行", by=staff) == "街镇尚未答复，没有可退回的答复。"

    def test_an_answer_is_sent_back_once(self, sheet, official, staff, colleague):
        sign(sheet=sheet, by=official)
        answer(sheet=sheet, words="已开工", by=official)
        return_(sheet=sheet, words="没有日期", by=staff)

        told = "这份督办单已由 养老服务科 于 2024-10-15 10:00 退回答复。"
        assert refusal(return_, sheet=sheet, words="不行", by=colleague) == told

    @pytest.mark.parametrize("signed", [False, True])
    def test_an_unanswered_sheet_is_closed_only_with_a_reason(self, sheet, official, staff, signed):
        if signed:
            sign(sheet=sheet, by=official)

        assert refusal(close, sheet=sheet, words=" ", by=staff) == "街镇没有答复，不经答复办结必须说明理由。"
        close(sheet=sheet, words="指标已调整", by=staff)
        assert state(sheet) == "closed"

    def test_an_answer_that_went_back_is_none(self, sheet, official, staff):
        sign(sheet=sheet, by=official)
        answer(sheet=sheet, words="已开工", by=official)
        return_(sheet=sheet, words="没有日期", by=staff)

        assert refusal(close, sheet=sheet, words="", by=staff) == "街镇没有答复，不经答复办结必须说明理由。"

    def test_who_answered_does_not_close(self, sheet, official, staff):
        sign(sheet=sheet, by=official)
        answer(sheet=sheet, words="已开工", by=official)
        official.role, official.town = Role.STAFF, None  # moved to the bureau
        official.save()

        assert refusal(close, sheet=sheet, words="同意", by=official) == "您答复过这份督办单，须由他人办结。"
        close(sheet=sheet, words="同意", by=staff)
        assert state(sheet) == "closed"

    def test_nothing_follows_the_close(self, sheet, official, staff, colleague):
        close(sheet=sheet, words="指标已调整", by=staff)

        told = "这份督办单已由 养老服务科 于 2024-10-15 10:00 办结。"
        verbs = [(sign, official), (answer, official), (return_, colleague), (close, colleague)]
        assert {refusal(verb, sheet=sheet, words="说明", by=by) for verb, by in verbs} == {told}

    @pytest.mark.parametrize(
        ("verb", "told"),
        [(answer, "请填写答复内容。"), (return_, "退回答复必须填写原因。"), (close, "请填写办结意见。")],
    )
    def test_words_are_needed(self, sheet, official, staff, verb, told):
        sign(sheet=sheet, by=official)
        if verb is not answer:
            answer(sheet=sheet, words="已开工", by=official)

        assert refusal(verb, sheet=sheet, words="\n", by=official if verb is answer else staff) == told

    def test_words_have_a_limit(self, sheet, official):
        sign(sheet=sheet, by=official)

        told = "内容不超过 1000 字，现有 1001 字。"
        assert refusal(answer, sheet=sheet, words="字" * 1001, by=official) == told
        answer(sheet=sheet, words="字" * 1000, by=official)


class TestWho:
    PARTS = [
        ("official", ["signed"]),
        ("neighbour", []),
        ("staff", ["closed"]),
        ("admin", ["closed"]),
        ("leader", []),
        ("facility_user", []),
        ("city_user", []),
        ("stranger", []),
    ]

    @pytest.mark.parametrize(("who", "acts"), PARTS)
    def test_each_has_their_part(self, put, request, who, acts):
        put()

        user = request.getfixturevalue(who)

        assert next_acts(Supervision.objects.standing().get(), user) == acts

    def test_the_bureau_does_not_sign_for_a_town_nor_a_town_close(self, sheet, official, staff):
        told = "签收和答复由庙行镇办理，退回和办结由区民政局办理。"

        assert refusal(sign, sheet=sheet, by=staff) == told
        assert refusal(close, sheet=sheet, words="好了", by=official) == told

    def test_the_other_side_is_told_once(self, sheet, official, staff, colleague):
        Notification.objects.all().delete()
        sign(sheet=sheet, by=official)
        close(sheet=sheet, words="指标已调整", by=staff)

        told = [(one.user.username, one.facts["act"]) for one in Notification.objects.order_by("pk")]
        assert sorted(told) == [("colleague", "signed"), ("official", "closed"), ("staff", "signed")]


class TestOnce:
    def test_the_same_act_sent_twice_is_written_once(self, sheet, official):
        sign(sheet=sheet, by=official)
        first = answer(sheet=sheet, words="已开工", by=official, seen=1)

        assert answer(sheet=sheet, words="已开工 ", by=official, seen=1) == first
        assert SupervisionAct.objects.count() == 2

    def test_what_came_while_the_page_was_open_is_told(self, sheet, official, staff):
        sign(sheet=sheet, by=official)
        answer(sheet=sheet, words="已开工", by=official)

        told = "打开本页以后已由 庙行经办人 于 2024-10-15 10:00 答复，请看过后再办理。"
        assert refusal(close, sheet=sheet, words="不等了", by=staff, seen=1) == told
        assert state(sheet) == "answered"


class TestStanding:
    @pytest.fixture
    def dated(self, put, official, staff):
        """Issued on the 1st, signed for on the 3rd, closed on the 8th."""

        def at(day):
            return dt.datetime(2024, 10, day, 9, tzinfo=dt.UTC)

        sheet = put(at=at(1), due_on=dt.date(2024, 10, 5))
        sign(sheet=sheet, by=official, at=at(3))
        close(sheet=sheet, words="好了", by=staff, at=at(8))
        return sheet

    @pytest.mark.parametrize(
        ("day", "states"), [(1, ["issued"]), (2, ["issued"]), (3, ["signed"]), (7, ["signed"]), (8, ["closed"])]
    )
    def test_a_sheet_stands_as_it_stood_on_a_day(self, dated, day, states):
        found = Supervision.objects.standing(dt.date(2024, 10, day))

        assert [one.state for one in found] == states

    def test_before_its_day_there_is_none(self, dated):
        assert list(Supervision.objects.standing(dt.date(2024, 9, 30))) == []

    @pytest.mark.parametrize(("day", "days"), [(5, 0), (6, 1), (7, 2), (8, 0)])
    def test_it_is_overdue_after_its_last_day_until_it_is_closed(self, dated, day, days):
        on = dt.date(2024, 10, day)
        sheets = Supervision.objects.standing(on)

        assert sheets.get().days_overdue(on) == days
        assert sheets.overdue(on).exists() is bool(days)

    @pytest.mark.parametrize("day", [2, 3, 8])
    def test_each_state_finds_its_own(self, dated, day):
        sheets = Supervision.objects.standing(dt.date(2024, 10, day))
        stands = sheets.get().state

        found = [one for one in ("issued", "signed", "answered", "returned", "closed") if sheets.in_state(one)]

        assert found == [stands]
        assert sheets.open().exists() is (stands != "closed")
