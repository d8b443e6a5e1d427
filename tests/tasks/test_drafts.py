"""A sheet while it is filled: kept as typed, submitted whole or not at all."""

from decimal import Decimal

import pytest

from tasks import drafts
from tasks.evidence import EvidenceError
from tasks.models import Draft, Evidence, Report, Submission
from tasks.reporting import Conflict, line_of, return_
from tests.factories import IndicatorFactory, PeriodFactory, TargetFactory, TaskFactory, a_file, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def period():
    return PeriodFactory(quarter=3)


@pytest.fixture
def beds(period):
    return IndicatorFactory(programme=period.programme, name="新增养老床位", order=1)


@pytest.fixture
def rate(period):
    return IndicatorFactory(programme=period.programme, name="持证率", order=2, rate=True)


@pytest.fixture
def visits(period):
    return TaskFactory(programme=period.programme, title="走访", town_wide=True)


@pytest.fixture
def keep(period, miaohang, official):
    """Type on a line of 庙行镇's sheet: `keep(beds, value="6")`."""

    def keep(subject, *, version=0, by=official, **typed):
        return drafts.keep(period=period, town=miaohang, subject=subject, typed=typed, version=version, by=by)

    return keep


@pytest.fixture
def send(period, miaohang, official):
    """Submit 庙行镇's sheet as it was seen when nothing was reported."""

    def send(*, key="key", by=official, **more):
        return drafts.submit_sheet(period=period, town=miaohang, by=by, key=key, seen=more.pop("seen", {}), **more)

    return send


def test_a_sheet_has_every_indicator_then_the_tasks_of_all_towns(period, miaohang, youyi, beds, rate, visits):
    TaskFactory(programme=period.programme)
    TargetFactory(indicator=beds, town=miaohang, value=Decimal(12), text="12")
    earlier = PeriodFactory(programme=period.programme, quarter=2)
    accepted(earlier, miaohang, subject=beds, value=Decimal(5))
    accepted(earlier, youyi, subject=beds, value=Decimal(99))
    waiting = reported(period, miaohang, subject=beds, value=Decimal(7))[0]

    lines = drafts.sheet(period, miaohang)

    assert [line.subject for line in lines] == [beds, rate, visits]
    assert (lines[0].board.owed.value, lines[0].last, lines[0].report, lines[0].revision) == (12, 5, waiting, 1)
    assert (lines[1].last, lines[1].report, lines[1].version) == (None, None, 0)


@pytest.mark.parametrize("typed", ["8o", " 6 ", "1e400", "字" * 3000])
def test_a_line_is_kept_to_the_very_character(beds, keep, period, miaohang, typed):
    keep(beds, value=typed)

    assert drafts.sheet(period, miaohang)[0].typed == {"value": typed, "words": "", "reason": ""}


def test_each_save_counts_and_the_same_words_count_once(beds, keep):
    keep(beds, value="6")
    keep(beds, value="7", version=1)
    draft, kept = keep(beds, value="7", version=1)

    assert (draft.version, kept) == (2, True)


def test_a_second_window_does_not_overwrite_the_first(beds, keep, staff):
    keep(beds, value="6")
    keep(beds, value="7", version=1, by=staff)

    draft, kept = keep(beds, value="8", version=1)

    assert (draft.typed["value"], draft.by, kept) == ("7", staff, False)
    assert Draft.objects.get().typed["value"] == "7"


def test_an_empty_line_makes_no_draft(beds, keep):
    assert keep(beds, value="", words="") == (None, True)
    assert not Draft.objects.exists()


def test_the_sheet_is_submitted_together_and_its_drafts_are_spent(beds, rate, visits, keep, send):
    keep(beds, value="6", words=" 新增 ")
    keep(rate, numerator="50", denominator="58")
    keep(visits, state="in_progress", percent="40")

    submission = send()

    rows = submission.reports.order_by("pk").values_list("value", "percent", "words")
    assert list(rows) == [(6, None, "新增"), (Decimal("86.2068965517"), None, ""), (None, 40, "")]
    assert not Draft.objects.exists()


def test_one_wrong_line_stops_the_sheet_and_every_error_is_told(beds, rate, visits, keep, send):
    keep(beds, value="6")
    keep(rate, numerator="50", denominator="0")
    keep(visits, state="", percent="200")

    with pytest.raises(drafts.SheetErrors, match="有 2 行需要修改") as told:
        send()

    assert told.value.errors == {
        line_of(rate): {"denominator": "分母不能为 0。"},
        line_of(visits): {"state": "请选择状态。", "percent": "完成比例应在 0 至 100 之间，现为 200。"},
    }
    assert (Submission.objects.count(), Draft.objects.count()) == (0, 3)


def test_nothing_typed_submits_nothing(beds, send):
    assert send() is None
    assert not Submission.objects.exists()


def test_files_move_from_the_draft_to_the_report(beds, keep, send, period, miaohang, official):
    line = drafts.sheet(period, miaohang)[0]
    drafts.attach(a_file(), line=line, town=miaohang, by=official)
    keep(beds, value="6")

    report = send().reports.get()

    assert [(file.name, file.report, file.draft) for file in Evidence.objects.all()] == [("验收单.pdf", report, None)]


def test_files_without_a_figure_are_told_and_stay(beds, send, period, miaohang, official):
    drafts.attach(a_file(), line=drafts.sheet(period, miaohang)[0], town=miaohang, by=official)

    with pytest.raises(drafts.SheetErrors) as told:
        send()

    assert told.value.errors == {beds.pk: {"value": "已上传佐证材料，请填写进展后再提交。"}}
    assert Evidence.objects.get().draft is not None


def test_a_refused_file_leaves_no_draft(beds, period, miaohang, official):
    with pytest.raises(EvidenceError):
        drafts.attach(a_file("x.exe"), line=drafts.sheet(period, miaohang)[0], town=miaohang, by=official)

    assert not Draft.objects.exists()


def test_a_retry_finds_what_was_written_and_leaves_no_drafts(beds, keep, send):
    keep(beds, value="6")
    first = send()
    keep(beds, value="6")  # the same form, sent again, is kept again before it is submitted

    assert send() == first
    assert (Report.objects.count(), Draft.objects.count()) == (1, 0)


def test_a_retry_with_nothing_left_to_send_finds_what_was_written(beds, keep, send):
    keep(beds, value="6")
    first = send()

    assert send() == first


def test_a_spent_form_with_another_figure_is_told_and_kept(beds, keep, send):
    keep(beds, value="6")
    send()
    keep(beds, value="7")

    with pytest.raises(Conflict):
        send()
    assert (Report.objects.get().value, Draft.objects.get().typed["value"]) == (6, "7")


def test_two_officials_at_once_the_second_is_told_and_keeps_what_was_typed(beds, keep, send, period, miaohang, staff):
    reported(period, miaohang, subject=beds, value=Decimal(6), by=staff)
    keep(beds, value="8")

    with pytest.raises(Conflict) as told:
        send(seen={beds.pk: 0})

    assert told.value.reports[0].submission.by == staff
    assert Draft.objects.get().typed["value"] == "8"
    assert Report.objects.count() == 1


def test_a_line_that_was_not_typed_is_no_conflict(beds, rate, keep, send, period, miaohang, staff):
    reported(period, miaohang, subject=beds, value=Decimal(6), by=staff)
    keep(rate, numerator="1", denominator="2")

    assert send(seen={beds.pk: 0, rate.pk: 0}).reports.get().indicator == rate


def test_a_returned_line_is_corrected_by_the_next_revision(beds, keep, send, period, miaohang, staff):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))[0]
    return_(reports=[report], by=staff, reason="数量不符")
    keep(beds, value="5")

    assert send(seen={beds.pk: 1}).reports.get().revision == 2


@pytest.mark.parametrize(("who", "source"), [("official", "entered"), ("staff", "on_behalf")])
def test_what_the_bureau_types_for_a_town_is_marked(beds, keep, send, request, who, source):
    user = request.getfixturevalue(who)
    keep(beds, value="6", by=user)

    assert send(by=user).source == source
