"""What a line of the sheet asks for and what comes of it: reasons, files, increments, sites, known figures, the light."""

from decimal import Decimal

import pytest

from tasks import drafts, known
from tasks.check_rules import begin_check_rules
from tasks.checks import told
from tasks.known import Known
from tasks.lights import Light
from tasks.models import Draft, Evidence, Indicator, Report, Site, Submission
from tasks.reporting import Conflict, accept, return_
from tests.factories import (
    FacilityFactory,
    IndicatorFactory,
    PeriodFactory,
    TargetFactory,
    TaskFactory,
    a_file,
    accepted,
    reported,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
SITE = {"name": "助餐点一", "address": "长江西路1号", "facility": "", "on": "2024-09-15"}
SECOND = SITE | {"name": "助餐点二", "on": "2024-09-20"}


@pytest.fixture
def period():
    period = PeriodFactory(quarter=3)
    begin_check_rules(period.programme)
    return period


@pytest.fixture
def quarter(period):
    """An earlier quarter: `quarter(2)`."""
    return lambda number: PeriodFactory(programme=period.programme, quarter=number)


@pytest.fixture
def indicator(period, miaohang):
    """A line with a target of 12: `indicator(by_increment=True)`."""

    def indicator(target=Decimal(12), **fields):
        made = IndicatorFactory(programme=period.programme, unit="户", **fields)
        TargetFactory(indicator=made, town=miaohang, value=target)
        return made

    return indicator


@pytest.fixture
def line(period, miaohang):
    """The line as it stands: `line(beds)`."""

    def line(subject):
        return next(one for one in drafts.sheet(period, miaohang) if one.subject == subject)

    return line


@pytest.fixture
def keep(period, miaohang, official):
    def keep(subject, *, version=0, rows=None, **typed):
        return drafts.keep(
            period=period, town=miaohang, subject=subject, typed=typed, version=version, by=official, rows=rows
        )

    return keep


@pytest.fixture
def send(period, miaohang, official):
    def send(*, key="key", seen=None, **more):
        return drafts.submit_sheet(period=period, town=miaohang, by=official, key=key, seen=seen or {}, **more)

    return send


@pytest.fixture
def errors(send):
    """What a submit says of the lines."""

    def errors(**more):
        with pytest.raises(drafts.SheetErrors) as refused:
            send(**more)
        assert not Submission.objects.filter(source="entered", by__isnull=False).exists()
        return refused.value.errors

    return errors


@pytest.fixture
def says(monkeypatch):
    """Let the facilities' figures be known: `says({beds.pk: Known(…)})`."""
    monkeypatch.setattr(known, "_providers", [])
    return lambda values: known.register(lambda period, town: values)


class TestReasons:
    def test_a_warned_line_without_a_reason_is_not_submitted(self, indicator, keep, errors):
        beds = indicator()
        keep(beds, value="19")

        assert errors() == {beds.pk: {"reason": "请说明原因"}}
        assert Draft.objects.get().typed["value"] == "19"

    def test_with_a_reason_the_report_keeps_the_warning_and_the_reason(self, indicator, keep, send):
        keep(indicator(), value="19", reason=" 提前完成明年任务 ")

        report = send().reports.get()

        assert report.warnings == [
            {
                "kind": "over_target",
                "unit": "户",
                "now": "19",
                "target": "12",
                "share": "158.3333333333",
                "limit": "150",
            }
        ]
        assert [told(one) for one in report.warnings] == ["累计 19 户，为目标 12 户的 158.33%，超过界限 150%"]
        assert report.reason == "提前完成明年任务"

    def test_one_line_without_a_reason_holds_the_sheet_and_a_good_line_needs_none(self, indicator, keep, errors, send):
        good, odd = indicator(), indicator()
        keep(good, value="6")
        keep(odd, value="19")

        assert errors() == {odd.pk: {"reason": "请说明原因"}}
        keep(odd, value="19", reason="提前完成", version=1)
        assert [report.warnings != [] for report in send().reports.order_by("indicator")] == [False, True]

    def test_the_last_cumulative_value_is_the_last_accepted_one(self, indicator, line, keep, quarter, miaohang, staff):
        beds = indicator()
        accepted(quarter(2), miaohang, subject=beds, value=Decimal(6))
        keep(beds, value="5.5")

        assert [told(one) for one in line(beds).check().warnings] == ["累计 5.5 户，低于上次通过的 6 户"]

    def test_a_jump_is_measured_by_the_towns_own_earlier_periods(self, indicator, line, keep, quarter, miaohang):
        beds = indicator(target=Decimal(900))
        for number, value in ((1, 5), (2, 12)):
            accepted(quarter(number), miaohang, subject=beds, value=Decimal(value))
        keep(beds, value="42")

        warnings = [told(one) for one in line(beds).check().warnings]
        assert warnings == ["本期 30 户，为以往每期平均 6 户的 5 倍，超过界限 3 倍"]

    def test_what_was_accepted_in_this_period_is_no_earlier_period(
        self, indicator, line, keep, quarter, period, miaohang
    ):
        beds = indicator(target=Decimal(900))
        for of, value in ((quarter(2), 6), (period, 12)):
            accepted(of, miaohang, subject=beds, value=Decimal(value))
        keep(beds, value="200")

        assert line(beds).check().warnings == []

    def test_a_task_that_is_done_without_words_asks_for_a_reason(self, period, line, keep, errors, send):
        task = TaskFactory(programme=period.programme, town_wide=True)
        keep(task, state="done", percent="")

        assert errors() == {-task.pk: {"reason": "请说明原因"}}
        keep(task, state="done", percent="", words="已验收", version=1)
        assert send().reports.get().warnings == []

    def test_a_reason_without_a_warning_is_kept(self, indicator, keep, send):
        keep(indicator(), value="6", reason="据实填报")

        assert send().reports.get().reason == "据实填报"

    def test_a_returned_line_stands_filled_in_with_its_reason(
        self, indicator, line, period, miaohang, staff, keep, send
    ):
        beds = indicator()
        keep(beds, value="19", reason="提前完成")
        return_(reports=send().reports.all(), by=staff, reason="数量不符")

        assert line(beds).typed == {"value": "19", "words": "", "reason": "提前完成"}


class TestFiles:
    def test_a_file_that_the_bureau_asks_for_must_be_there(
        self, indicator, keep, errors, send, line, miaohang, official
    ):
        beds = indicator(evidence_required=True)
        keep(beds, value="6")

        assert errors() == {beds.pk: {"files": "本项须附佐证材料，请上传后再提交。"}}
        drafts.attach(a_file(), line=line(beds), town=miaohang, by=official)
        assert send().reports.get().evidence.count() == 1

    def test_a_line_that_is_not_submitted_needs_no_file(self, indicator, keep, send):
        indicator(evidence_required=True)
        keep(indicator(), value="6")

        assert send().reports.count() == 1

    @pytest.fixture
    def came_back(self, indicator, keep, send, line, miaohang, official, staff):
        """A line with a file, submitted and returned."""
        beds = indicator(evidence_required=True)
        keep(beds, value="6")
        drafts.attach(a_file("旧.pdf"), line=line(beds), town=miaohang, by=official)
        return_(reports=send().reports.all(), by=staff, reason="数量不符")
        return beds

    def test_a_correction_keeps_the_files_of_what_came_back(self, came_back, keep, send, line):
        assert [file.name for file in line(came_back).sent_files] == ["旧.pdf"]
        keep(came_back, value="5")

        report = send(key="second", seen={came_back.pk: 1}).reports.get()

        (old, new) = Evidence.objects.order_by("pk")
        assert (new.report, new.name, new.file.name, new.sha256) == (report, "旧.pdf", old.file.name, old.sha256)

    def test_a_new_file_takes_their_place(self, came_back, keep, send, line, miaohang, official):
        keep(came_back, value="5")
        drafts.attach(a_file("新.pdf"), line=line(came_back), town=miaohang, by=official)

        report = send(key="second", seen={came_back.pk: 1}).reports.get()

        assert [file.name for file in report.evidence.all()] == ["新.pdf"]


class TestIncrements:
    @pytest.fixture
    def homes(self, indicator):
        return indicator(target=Decimal(100), by_increment=True)

    def test_an_increment_is_added_to_the_earlier_periods(self, homes, keep, send, quarter, miaohang):
        accepted(quarter(1), miaohang, subject=homes, value=Decimal(8))
        accepted(quarter(2), miaohang, subject=homes, value=Decimal(20))
        keep(homes, increment="5", base="20")

        report = send().reports.get()

        assert (report.increment, report.value) == (5, 25)

    def test_without_an_earlier_period_the_base_is_nothing(self, homes, keep, send, line):
        assert line(homes).base == 0
        keep(homes, increment="5", base="0")

        assert send().reports.get().value == 5

    def test_a_correction_takes_the_place_of_this_periods_increment(
        self, homes, keep, send, quarter, period, miaohang, staff
    ):
        accepted(quarter(2), miaohang, subject=homes, value=Decimal(20))
        keep(homes, increment="5", base="20")
        accept(reports=send().reports.all(), by=staff)
        keep(homes, increment="7", base="20")

        report = send(key="second", seen={homes.pk: 1}).reports.get()

        assert (report.revision, report.increment, report.value) == (2, 7, 27)

    def test_a_base_that_changed_meanwhile_is_told_and_taken_when_sent_again(
        self, homes, keep, errors, send, quarter, miaohang
    ):
        second = quarter(2)
        accepted(second, miaohang, subject=homes, value=Decimal(20))
        keep(homes, increment="5", base="20")
        accepted(second, miaohang, subject=homes, value=Decimal(22))

        assert errors() == {
            homes.pk: {
                "increment": "填写时此前累计为 20，现为 22：加上本期新增 5，累计为 27。请核对后再次提交。",
            }
        }
        keep(homes, increment="5", base="22", version=1)
        assert send().reports.get().value == 27

    def test_an_increment_whose_base_nobody_saw_is_told(self, homes, keep, errors):
        keep(homes, increment="5")

        assert errors() == {
            homes.pk: {"increment": "填写时此前累计为 （空），现为 0：加上本期新增 5，累计为 5。请核对后再次提交。"}
        }

    def test_a_retry_finds_the_increment_whatever_became_of_its_base(self, homes, keep, send, quarter, miaohang):
        second = quarter(2)
        keep(homes, increment="5", base="0")
        first = send()
        accepted(second, miaohang, subject=homes, value=Decimal(20))
        keep(homes, increment="5", base="0")

        assert send() == first
        assert (Report.objects.filter(increment=5).count(), Draft.objects.count()) == (1, 0)

    def test_another_increment_with_a_spent_key_is_told(self, homes, keep, send):
        keep(homes, increment="5", base="0")
        send()
        keep(homes, increment="6", base="0")

        with pytest.raises(Conflict):
            send()

    def test_a_returned_increment_stands_filled_in_on_todays_base(
        self, homes, keep, send, line, quarter, miaohang, staff
    ):
        keep(homes, increment="5", base="0")
        return_(reports=send().reports.all(), by=staff, reason="数量不符")
        accepted(quarter(2), miaohang, subject=homes, value=Decimal(20))

        assert line(homes).typed == {"increment": "5", "words": "", "reason": "", "base": "20"}


class TestSites:
    @pytest.fixture
    def canteens(self, indicator):
        return indicator(by_sites=True)

    def test_the_count_follows_the_list(self, canteens, keep, send, miaohang):
        home = FacilityFactory(town=miaohang, name="庙行养老院")
        keep(canteens, rows=[SITE | {"facility": home.name}, SECOND])

        report = send().reports.get()

        assert report.value == 2
        assert list(report.sites.values_list("order", "name", "facility", "district")) == [
            (1, "助餐点一", home.pk, report.district_id),
            (2, "助餐点二", None, report.district_id),
        ]

    def test_a_figure_typed_beside_the_list_counts_for_nothing(self, canteens, keep, send):
        keep(canteens, rows=[SITE], value="99")

        assert send().reports.get().value == 1

    def test_a_row_that_is_not_complete_holds_the_sheet_and_is_named(self, canteens, keep, errors):
        keep(canteens, rows=[SITE, {"name": "助餐点二"}])

        assert errors() == {canteens.pk: {"sites": "点位第 2 行：请填写地址。\n点位第 2 行：请填写日期。"}}

    def test_a_day_to_come_is_told(self, canteens, keep, errors):
        keep(canteens, rows=[SITE | {"on": "2024-10-01"}])

        assert errors() == {canteens.pk: {"sites": "点位第 1 行：日期 2024-10-01 应在 2024-01-01 至 2024-09-30 之间。"}}

    def test_a_facility_of_another_town_is_none_of_this_one(self, canteens, keep, errors, youyi):
        FacilityFactory(town=youyi, name="友谊养老院")
        keep(canteens, rows=[SITE | {"facility": "友谊养老院"}])

        assert "本街镇没有名为“友谊养老院”的机构" in errors()[canteens.pk]["sites"]

    @pytest.fixture
    def accepted_before(self, canteens, quarter, miaohang, official, staff):
        """One site was reported for the second quarter and accepted."""
        second = quarter(2)
        place = {"period": second, "town": miaohang, "by": official}
        drafts.keep(**place, subject=canteens, typed={}, version=0, rows=[SITE | {"on": "2024-05-01"}])
        accept(reports=drafts.submit_sheet(**place, key="second", seen={}).reports.all(), by=staff)

    def test_a_list_begins_with_what_was_accepted_last(self, canteens, accepted_before, line):
        assert (list(line(canteens).sites), line(canteens).is_blank) == ([SITE | {"on": "2024-05-01"}], True)

    def test_a_list_that_nobody_touched_is_not_sent(self, canteens, accepted_before, send):
        assert send() is None

    def test_words_alone_send_the_list_on(self, canteens, accepted_before, keep, send):
        keep(canteens, words="没有变化")

        report = send().reports.get()

        assert (report.value, report.sites.get().name) == (1, "助餐点一")

    def test_a_list_goes_on_from_what_was_sent_for_this_period(self, canteens, accepted_before, keep, send, line):
        keep(canteens, rows=[SITE, SECOND])
        send()

        assert [site["name"] for site in line(canteens).sites] == ["助餐点一", "助餐点二"]

    def test_a_list_that_was_emptied_is_nothing_done(self, canteens, accepted_before, keep, send):
        keep(canteens, rows=[dict.fromkeys(SITE, "")], reason="均已停办")

        report = send().reports.get()

        assert (report.value, report.sites.count()) == (0, 0)
        assert [told(one) for one in report.warnings] == ["累计 0 户，低于上次通过的 1 户"]

    def test_a_second_window_does_not_overwrite_the_list(self, canteens, keep):
        keep(canteens, rows=[SITE])
        keep(canteens, rows=[SITE, SECOND], version=1)

        draft, kept = keep(canteens, rows=[SECOND], version=1)

        assert (len(draft.sites), kept) == (2, False)

    def test_a_retry_writes_the_sites_once(self, canteens, keep, send):
        keep(canteens, rows=[SITE])
        first = send()
        keep(canteens, rows=[SITE])

        assert send() == first
        assert (Site.objects.count(), Draft.objects.count()) == (1, 0)

    def test_another_list_with_a_spent_key_is_told(self, canteens, keep, send):
        keep(canteens, rows=[SITE])
        send()
        keep(canteens, rows=[SECOND])

        with pytest.raises(Conflict):
            send()


class TestKnownFigures:
    @pytest.fixture
    def beds(self, indicator):
        return indicator(target=Decimal(30), source=Indicator.Source.FACILITIES)

    def test_it_stands_filled_in_and_is_sent_as_it_was_shown(self, beds, says, line, send):
        says({beds.pk: Known(Decimal(20), "机构月报")})
        assert line(beds).typed == {"value": "20", "words": "", "reason": ""}

        report = send(confirmed={beds.pk}).reports.get()

        assert (report.value, report.origin, report.warnings) == (20, "机构月报", [])

    def test_what_was_not_shown_is_not_sent(self, beds, says, send):
        says({beds.pk: Known(Decimal(20), "机构月报")})

        assert send() is None

    def test_what_stands_reported_is_not_sent_again(self, beds, says, send):
        says({beds.pk: Known(Decimal(20), "机构月报")})
        send(confirmed={beds.pk})

        assert send(key="second", confirmed={beds.pk}, seen={beds.pk: 1}) is None

    def test_a_figure_that_has_changed_since_is_sent(self, beds, says, send):
        figures = {beds.pk: Known(Decimal(20), "机构月报")}
        says(figures)
        send(confirmed={beds.pk})
        figures[beds.pk] = Known(Decimal(22), "机构月报")

        report = send(key="second", confirmed={beds.pk}, seen={beds.pk: 1}).reports.get()

        assert (report.revision, report.value) == (2, 22)

    def test_another_figure_shows_the_difference_and_needs_a_reason(self, beds, says, keep, errors, send):
        says({beds.pk: Known(Decimal(20), "机构月报")})
        keep(beds, value="18")
        assert errors() == {beds.pk: {"reason": "请说明原因"}}
        keep(beds, value="18", reason="两张床停用", version=1)

        report = send().reports.get()

        assert [told(one) for one in report.warnings] == ["填报 18 户，与机构数据 20 户不同"]
        assert (report.value, report.origin) == (18, "")

    def test_a_town_that_gave_its_own_figure_is_not_overruled(self, beds, says, keep, send, line):
        says({beds.pk: Known(Decimal(20), "机构月报")})
        keep(beds, value="18", reason="两张床停用")
        send()

        assert line(beds).typed == {}
        assert send(key="second", confirmed={beds.pk}, seen={beds.pk: 1}) is None

    def test_words_beside_it_leave_it_its_origin(self, beds, says, keep, send):
        says({beds.pk: Known(Decimal(20), "机构月报")})
        keep(beds, value="20.0", words="含试运营")

        assert send().reports.get().origin == "机构月报"

    def test_a_rate_is_known_by_its_numerator_and_denominator(self, indicator, says, send, line):
        rate = indicator(rate=True, source=Indicator.Source.FACILITIES)
        says({rate.pk: Known(Decimal("86.2068965517"), "机构月报", Decimal(50), Decimal(58))})
        assert line(rate).typed == {"numerator": "50", "denominator": "58", "words": "", "reason": ""}

        report = send(confirmed={rate.pk}).reports.get()

        assert (report.numerator, report.denominator, report.origin) == (50, 58, "机构月报")

    def test_the_facilities_own_figure_is_warned_of_without_asking_for_a_reason(self, beds, says, send):
        says({beds.pk: Known(Decimal(46), "机构月报")})

        report = send(confirmed={beds.pk}).reports.get()

        assert ([one["kind"] for one in report.warnings], report.reason) == (["over_target"], "")

    def test_an_indicator_that_is_typed_is_not_filled_in(self, indicator, says, line):
        beds = indicator()
        says({beds.pk: Known(Decimal(20), "机构月报")})

        assert (line(beds).known, line(beds).typed) == (None, {})

    def test_of_two_that_know_the_first_is_believed(self, beds, says, line):
        says({beds.pk: Known(Decimal(20), "机构月报")})
        says({beds.pk: Known(Decimal(21), "检查记录")})

        assert line(beds).known.source == "机构月报"

    def test_a_retry_with_nothing_typed_finds_what_was_sent(self, beds, says, send):
        says({beds.pk: Known(Decimal(20), "机构月报")})
        first = send(confirmed={beds.pk})

        assert send(confirmed={beds.pk}) == first
        assert Report.objects.count() == 1


class TestLight:
    def test_the_light_that_stands_and_the_one_to_come(self, indicator, line, keep):
        beds = indicator()  # 12 by the year's end, three quarters of the year are over
        assert line(beds).light(line(beds).check()) == Light.FAR_BEHIND

        keep(beds, value="9")

        assert line(beds).light(line(beds).check()) == Light.ON_SCHEDULE

    @pytest.mark.parametrize(
        ("value", "light"),
        [("12", Light.DONE), ("8.9", Light.BEHIND), ("5.3", Light.FAR_BEHIND), ("8o", Light.FAR_BEHIND)],
    )
    def test_the_light_follows_what_is_typed(self, indicator, line, keep, value, light):
        beds = indicator()
        keep(beds, value=value)

        assert line(beds).light(line(beds).check()) == light

    def test_a_correction_is_weighed_in_place_of_what_was_accepted(self, indicator, line, keep, period, miaohang):
        beds = indicator()
        accepted(period, miaohang, subject=beds, value=Decimal(12))
        keep(beds, value="9")

        assert (line(beds).board.light, line(beds).light(line(beds).check())) == (Light.DONE, Light.ON_SCHEDULE)

    def test_an_increment_is_weighed_by_what_it_makes(self, indicator, line, keep, quarter, miaohang):
        homes = indicator(by_increment=True)
        accepted(quarter(2), miaohang, subject=homes, value=Decimal(6))
        keep(homes, increment="3", base="6")

        assert line(homes).light(line(homes).check()) == Light.ON_SCHEDULE

    def test_a_rate_is_weighed_exactly(self, indicator, line, keep):
        rate = indicator(target=Decimal(50), rate=True)
        keep(rate, numerator="1", denominator="2")

        assert line(rate).light(line(rate).check()) == Light.DONE

    def test_a_tasks_light_follows_its_percent(self, period, line, keep):
        task = TaskFactory(programme=period.programme, town_wide=True)
        keep(task, state="in_progress", percent="80")

        assert (line(task).board.light, line(task).light(line(task).check())) == (Light.FAR_BEHIND, Light.ON_SCHEDULE)


def test_a_monthly_indicator_is_asked_in_months_only(indicator, period, line, miaohang):
    monthly = indicator(frequency="month")
    indicator()

    assert monthly not in [line.subject for line in drafts.sheet(period, miaohang)]


def test_a_draft_typed_on_while_the_sheet_is_sent_stays(indicator, keep, period, miaohang, official, monkeypatch):
    beds = indicator()
    keep(beds, value="6")
    lines = drafts.sheet(period, miaohang)
    keep(beds, value="7", version=1)
    monkeypatch.setattr(drafts, "sheet", lambda *_place: lines)

    drafts.submit_sheet(period=period, town=miaohang, by=official, key="key", seen={})

    assert (Report.objects.get().value, Draft.objects.get().typed["value"]) == (6, "7")


def test_what_the_bureau_reports_leaves_the_towns_draft(indicator, keep, period, miaohang, staff):
    beds = indicator()
    keep(beds, value="6")

    reported(period, miaohang, subject=beds, value=Decimal(5), by=staff)

    assert Draft.objects.get().typed["value"] == "6"
