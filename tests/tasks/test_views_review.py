"""The review on its pages: what waits, deciding one or many, what comes next, and nothing typed is lost."""

import csv
import datetime as dt
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from accounts.permissions import Role
from tasks import evidence
from tasks.models import Decision, Report, Site, Submission
from tasks.reporting import Entry, accept, new_key, return_, submit
from tests.factories import TaskFactory, UserFactory, a_file, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
QUEUE = "/p/baoshan-2024/review/"
TOWN = f"{QUEUE}310113112/"
NEIGHBOUR = f"{QUEUE}310113003/"
DISTRICT = f"{QUEUE}310113/"
LONG = "9" * 40
WARNED = [{"kind": "decrease", "unit": "张", "now": "6", "last": "7"}]


@pytest.fixture
def client(sign_in, staff):
    return sign_in(staff)


@pytest.fixture
def q3(baoshan):
    return baoshan.periods.get(label="2024Q3")


@pytest.fixture
def beds(baoshan):
    return baoshan.indicators.get(name="新增养老床位")


@pytest.fixture
def meals(baoshan):
    return baoshan.indicators.get(name="新增社区长者食堂")


@pytest.fixture
def waiting(q3, miaohang, beds, official):
    return reported(q3, miaohang, subject=beds, value=Decimal(6), by=official)[0]


@pytest.fixture
def colleague(district):
    return UserFactory(username="colleague", name="王科长", role=Role.STAFF, district=district)


def day(number, hour=10):
    return dt.datetime(2024, 10, number, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


def on_behalf(period, town, subject, value, by):
    source = Submission.Source.ON_BEHALF
    entry = Entry(subject, value=Decimal(value))
    return submit(period=period, town=town, entries=[entry], by=by, key=new_key(), source=source).reports.get()


def warned(period, town, subject, value, by):
    """A line that a check warned of, with the town's reason."""
    place = {"district": town.district, "period": period, "town": town}
    submission = Submission.objects.create(**place, key=new_key(), by=by)
    words = {"warnings": WARNED, "reason": "拆除一处", "as_at": period.ends_on}
    return Report.objects.create(
        **place, **words, submission=submission, indicator=subject, revision=1, value=Decimal(value)
    )


def text(response):
    return response.content.decode()


def lines(response):
    return [line for _period, group in response.context["groups"] for line in group]


def told(response):
    return [str(message) for message in response.context["messages"]]


class TestQueue:
    def test_towns_stand_by_how_long_they_wait_with_what_to_look_for(
        self, client, q3, miaohang, youyi, beds, meals, official, neighbour, staff
    ):
        reported(q3, miaohang, subject=meals, value=Decimal(1), by=official, at=day(11))
        warned(q3, miaohang, beds, 6, official)
        reported(q3, youyi, subject=beds, value=Decimal(5), by=neighbour, at=day(8))
        reported(q3, youyi, subject=beds, value=Decimal(6), by=neighbour, at=day(9))
        on_behalf(q3, youyi, meals, 2, staff)

        places = client.get(QUEUE).context["places"]

        assert [(p.town.name, p.oldest, p.days, p.count, p.warned, p.late, p.corrected, p.own) for p in places] == [
            ("友谊路街道", day(9), 6, 2, 0, 1, 1, 1),
            ("庙行镇", day(11), 4, 2, 1, 2, 0, 0),
        ]

    def test_a_reader_owns_nothing_and_an_allowed_reviewer_neither(self, sign_in, leader, staff, q3, miaohang, beds):
        on_behalf(q3, miaohang, beds, 6, staff)
        assert sign_in(leader).get(QUEUE).context["places"][0].own == 0

        miaohang.district.reviews_own = True
        miaohang.district.save()
        assert sign_in(staff).get(QUEUE).context["places"][0].own == 0

    def test_the_districts_own_lines_wait_under_its_name(self, client, q3, official):
        task = TaskFactory(programme=q3.programme, number=900)
        reported(q3, None, subject=task, state="in_progress", percent=Decimal(40), by=official)

        page = client.get(QUEUE)

        assert [(place.town, place.count) for place in page.context["places"]] == [(None, 1)]
        assert f'href="{DISTRICT}">宝山区</a>' in text(page)

    def test_nothing_waiting_is_said(self, client, baoshan):
        assert "没有待审核的填报" in text(client.get(QUEUE))

    def test_it_goes_out_as_a_list(self, client, waiting):
        rows = list(csv.reader(StringIO(client.get(f"{QUEUE}?export=csv").content.decode("utf-8-sig"))))

        assert rows == [
            ["街镇", "待审核行数", "最早报送", "有提示", "逾期报送", "更正", "本人填报"],
            ["庙行镇", "1", "2024-10-15 10:00", "0", "1", "0", "0"],
        ]


class TestTown:
    @pytest.mark.parametrize("code", ["310113999", "310105", "310105001", "x", LONG])
    def test_a_town_that_is_not_the_districts_is_not_found(self, client, waiting, stranger, code):
        assert client.get(f"{QUEUE}{code}/").status_code == 404

    def test_only_the_towns_own_lines_are_there_in_the_plans_order(self, client, q3, miaohang, youyi, beds, meals):
        task = q3.programme.tasks.filter(town_wide=True).first()
        reported(q3, miaohang, subject=task, state="in_progress", percent=Decimal(40))
        reported(q3, miaohang, subject=meals, value=Decimal(1))
        reported(q3, miaohang, subject=beds, value=Decimal(6))
        reported(q3, youyi, subject=beds, value=Decimal(7))

        assert [line.report.subject for line in lines(client.get(TOWN))] == [beds, meals, task]
        assert lines(client.get(DISTRICT)) == []

    def test_a_line_shows_what_was_accepted_last_the_difference_and_what_was_said(
        self, client, q3, miaohang, beds, staff, official
    ):
        accepted(q3, miaohang, subject=beds, value=Decimal(5), words="含2个改建", by=official)
        back = reported(q3, miaohang, subject=beds, value=Decimal(8), by=official)
        return_(reports=back, by=staff, reason="清单上是6个")
        reported(q3, miaohang, subject=beds, value=Decimal(6), words="已核对", by=official)

        page = client.get(TOWN)
        [line] = lines(page)

        assert (line.report.told, line.accepted.told, line.difference) == ("6", "5", "+1")
        assert [turn.what for turn in line.turns] == ["填报 第2版：8", "退回"]
        for words in ("已核对", "上次说明：含2个改建", "清单上是6个", "第3版"):
            assert words in text(page)

    def test_without_anything_accepted_all_that_was_said_in_the_period_is_there(
        self, client, q3, miaohang, beds, staff
    ):
        accepted(q3.programme.periods.get(label="2024Q2"), miaohang, subject=beds, value=Decimal(4))
        return_(reports=reported(q3, miaohang, subject=beds, value=Decimal(8)), by=staff, reason="清单上是6个")
        reported(q3, miaohang, subject=beds, value=Decimal(6))

        assert [turn.what for turn in lines(client.get(TOWN))[0].turns] == ["填报 第1版：8", "退回"]

    def test_what_a_later_quarter_says_is_not_what_was_accepted_last(self, client, q3, miaohang, beds):
        accepted(q3.programme.periods.get(label="2024Q2"), miaohang, subject=beds, value=Decimal(4))
        accepted(q3.programme.periods.get(label="2024Q4"), miaohang, subject=beds, value=Decimal(9))
        reported(q3, miaohang, subject=beds, value=Decimal(6))

        assert lines(client.get(TOWN))[0].accepted.value == 4

    @pytest.mark.parametrize(
        ("before", "now", "expected"),
        [
            ({"value": Decimal(5)}, {"value": Decimal("7.5")}, "+2.5"),
            ({"value": Decimal(5)}, {"value": Decimal(2)}, "−3"),
            ({"value": Decimal(5)}, {"value": Decimal("5.0")}, "无变化"),
            (None, {"value": Decimal(5)}, ""),
        ],
    )
    def test_the_difference_of_a_count(self, client, q3, miaohang, beds, before, now, expected):
        if before:
            accepted(q3, miaohang, subject=beds, **before)
        reported(q3, miaohang, subject=beds, **now)

        assert lines(client.get(TOWN))[0].difference == expected

    def test_the_difference_of_a_rate_and_of_a_task_is_in_percentage_points(self, client, q3, miaohang):
        rate = q3.programme.indicators.filter(kind="rate").first()
        task = q3.programme.tasks.filter(town_wide=True).first()
        for numerator, percent, write in ((50, 40, accepted), (53, 60, reported)):
            figures = {"value": Decimal(numerator), "numerator": Decimal(numerator), "denominator": Decimal(100)}
            write(q3, miaohang, Entry(rate, **figures), Entry(task, state="in_progress", percent=Decimal(percent)))

        assert [line.difference for line in lines(client.get(TOWN))] == ["+3 个百分点", "+20 个百分点"]

    def test_words_that_did_not_change_are_said_not_to(self, client, q3, miaohang, beds):
        accepted(q3, miaohang, subject=beds, value=Decimal(5), words="含2个改建")
        reported(q3, miaohang, subject=beds, value=Decimal(6), words="含2个改建")

        assert "说明与上次相同：含2个改建" in text(client.get(TOWN))

    def test_a_warning_is_told_with_its_numbers_and_the_towns_reason(self, client, q3, miaohang, beds, official):
        warned(q3, miaohang, beds, 6, official)

        page = text(client.get(TOWN))

        assert "低于上次通过的 7 张" in page
        assert "提示说明：拆除一处" in page

    def test_a_list_of_sites_shows_what_came_and_what_went(self, client, q3, miaohang, beds):
        [before] = accepted(q3, miaohang, subject=beds, value=Decimal(2))
        [now] = reported(q3, miaohang, subject=beds, value=Decimal(2))
        for report, names in ((before, ("甲点", "乙点")), (now, ("乙点", "丙点"))):
            for order, name in enumerate(names):
                place = {"address": "长江路1号", "on": dt.date(2024, 9, 1), "district": report.district}
                Site.objects.create(report=report, order=order, name=name, **place)

        page = client.get(TOWN)
        [line] = lines(page)

        assert ([s.name for s in line.new_sites], [s.name for s in line.gone_sites]) == (["丙点"], ["甲点"])
        assert "点位 2 个：新增 1，减少 1" in text(page)

    def test_files_late_entries_and_entries_on_behalf_are_named(self, client, q3, miaohang, beds, colleague):
        report = on_behalf(q3, miaohang, beds, 6, colleague)
        evidence.attach(a_file("清单.pdf"), by=colleague, report=report)

        page = text(client.get(TOWN))

        for words in ("清单.pdf", "代填", "王科长", "逾期报送"):
            assert words in page

    def test_a_line_of_the_readers_own_waits_for_somebody_else(self, client, q3, miaohang, beds, staff):
        report = on_behalf(q3, miaohang, beds, 6, staff)

        page = client.get(TOWN)

        assert "须他人审核" in text(page)
        assert f'name="report" value="{report.pk}"' not in text(page)
        assert page.context["clean"] == []

    def test_who_only_reads_gets_nothing_to_press(self, sign_in, leader, waiting):
        page = text(sign_in(leader).get(TOWN))

        assert "新增养老床位" in page
        assert "通过所选" not in page
        assert "review.js" not in page

    def test_it_goes_out_as_a_list_with_the_words_made_inert(self, client, q3, miaohang, beds, staff, official):
        accepted(q3, miaohang, subject=beds, value=Decimal(4), by=official)
        back = reported(q3, miaohang, subject=beds, value=Decimal(5), by=official)
        return_(reports=back, by=staff, reason="请核对")
        reported(q3, miaohang, subject=beds, value=Decimal(6), words="=HYPERLINK()", by=official)

        rows = list(csv.reader(StringIO(client.get(f"{TOWN}?export=csv").content.decode("utf-8-sig"))))

        assert rows[1:] == [
            [
                *("庙行镇", "新增养老床位", "2024Q3", "4", "6", "2", "'=HYPERLINK()", "", "", "", "请核对", ""),
                *("庙行经办人", "2024-10-15 10:00", "", "3", "填报"),
            ]
        ]

    def test_its_list_tells_the_warnings_and_who_was_late(self, client, q3, miaohang, beds, official):
        warned(q3, miaohang, beds, 6, official)

        _head, row = csv.reader(StringIO(client.get(f"{TOWN}?export=csv").content.decode("utf-8-sig")))

        assert row[7:9] == ["累计 6 张，低于上次通过的 7 张", "拆除一处"]
        assert row[14] == "是"

    def test_a_decision_is_not_lost_to_an_export(self, client, waiting):
        assert client.post(f"{TOWN}?export=csv", {"accept": waiting.pk}).url == QUEUE


class TestDeciding:
    def test_what_is_ticked_is_accepted(self, client, q3, miaohang, meals, waiting, staff):
        other = reported(q3, miaohang, subject=meals, value=Decimal(1))[0]

        client.post(TOWN, {"report": [waiting.pk, other.pk], "action": "accept"})

        decided = Decision.objects.order_by("report").values_list("report", "outcome", "by")
        assert list(decided) == [(waiting.pk, "accepted", staff.pk), (other.pk, "accepted", staff.pk)]

    def test_what_is_ticked_is_returned_with_its_reason(self, client, waiting, staff):
        client.post(TOWN, {"report": waiting.pk, "action": "return", "reason": "数量不符"})

        decision = Decision.objects.get()
        assert (decision.outcome, decision.reason, decision.by) == ("returned", "数量不符", staff)

    def test_a_lines_own_button_decides_that_line_only(self, client, q3, miaohang, meals, waiting):
        other = reported(q3, miaohang, subject=meals, value=Decimal(1))[0]

        client.post(TOWN, {"report": other.pk, "accept": waiting.pk, "reason": ""})

        assert list(Decision.objects.values_list("report", "outcome")) == [(waiting.pk, "accepted")]

    def test_the_other_ticks_stay_after_it(self, client, q3, miaohang, meals, waiting):
        other = reported(q3, miaohang, subject=meals, value=Decimal(1))[0]

        page = client.post(TOWN, {"report": other.pk, "accept": waiting.pk}, follow=True)

        assert [(line.report, line.chosen) for line in lines(page)] == [(other, True)]

    def test_all_without_warnings_are_accepted_and_the_others_stay(
        self, client, q3, miaohang, beds, meals, official, staff
    ):
        clean = reported(q3, miaohang, subject=beds, value=Decimal(6), by=official)[0]
        odd = warned(q3, miaohang, meals, 6, official)
        own = on_behalf(q3, miaohang, q3.programme.indicators.get(name="新增家门口养老服务站"), 3, staff)
        page = client.get(TOWN)
        assert [line.report for line in page.context["clean"]] == [clean]

        client.post(TOWN, {"clean": [clean.pk, odd.pk], "action": "accept-clean"})

        assert list(Decision.objects.values_list("report", flat=True)) == [clean.pk]
        assert set(Report.objects.all().waiting()) == {odd, own}

    def test_all_without_warnings_are_those_that_were_seen(self, client, q3, miaohang, meals, waiting):
        reported(q3, miaohang, subject=meals, value=Decimal(1))  # came in after the page was opened

        client.post(TOWN, {"clean": [waiting.pk], "action": "accept-clean"})

        assert list(Decision.objects.values_list("report", flat=True)) == [waiting.pk]

    @pytest.mark.parametrize(
        ("form", "message"),
        [
            ({"action": "return", "reason": ""}, "退回必须填写原因。"),
            ({"action": "return", "reason": " "}, "退回必须填写原因。"),
            ({"action": "return"}, "退回必须填写原因。"),
            ({"action": "return", "reason": "错" * 3000}, "退回原因不超过 500 字，现有 3000 字。"),
            ({"action": "nonsense", "reason": "数量不符"}, "请选择通过或退回。"),
            ({}, "请选择通过或退回。"),
        ],
    )
    def test_a_decision_that_is_wrong_is_told_and_its_words_and_ticks_are_kept(self, client, waiting, form, message):
        page = client.post(TOWN, {"report": waiting.pk, **form})

        assert told(page) == [message]
        assert form.get("reason", "") in text(page)
        assert lines(page)[0].chosen
        assert not Decision.objects.exists()

    @pytest.mark.parametrize("chosen", ["", "x", "-1", LONG, "9" * 5000, "²", "999999"])
    @pytest.mark.parametrize("name", ["report", "accept", "return"])
    def test_a_decision_on_nothing_is_told(self, client, waiting, name, chosen):
        page = client.post(TOWN, {name: chosen, "action": "accept", "reason": "数量不符"})

        assert told(page) == ["请先勾选要审核的行。"]
        assert not Decision.objects.exists()

    def test_a_line_of_another_town_is_not_decided_here(self, client, q3, youyi, beds, waiting):
        other = reported(q3, youyi, subject=beds, value=Decimal(1))[0]

        assert told(client.post(TOWN, {"accept": other.pk})) == ["请先勾选要审核的行。"]
        assert not Decision.objects.exists()

    def test_a_line_that_a_colleague_decided_first_is_told_and_the_rest_stays_ticked(
        self, client, q3, miaohang, meals, waiting, colleague
    ):
        other = reported(q3, miaohang, subject=meals, value=Decimal(1))[0]
        accept(reports=[waiting], by=colleague)

        page = client.post(TOWN, {"report": [waiting.pk, other.pk], "action": "return", "reason": "数量不符"})

        assert "其他勾选仍保留，尚未审核任何一行" in text(page)
        assert "新增养老床位 已由 王科长 于 2024-10-15 10:00 通过。" in text(page)
        assert [(line.report, line.chosen) for line in lines(page)] == [(other, True)]
        assert 'value="数量不符"' in text(page)
        assert list(Decision.objects.values_list("report", "by")) == [(waiting.pk, colleague.pk)]

    def test_a_line_that_was_corrected_meanwhile_is_shown_anew_and_not_ticked(
        self, client, q3, miaohang, beds, waiting, official
    ):
        newer = reported(q3, miaohang, subject=beds, value=Decimal(7), by=official)[0]

        page = client.post(TOWN, {"report": waiting.pk, "action": "accept"})

        assert "新增养老床位 已被新版本替代：庙行经办人 报送的第 2 版为 7，请核对新版。" in text(page)
        assert [(line.report, line.chosen) for line in lines(page)] == [(newer, False)]

    def test_a_line_of_ones_own_is_refused(self, client, q3, miaohang, beds, staff):
        own = on_behalf(q3, miaohang, beds, 6, staff)

        assert "新增养老床位 由您本人填报，须由他人审核。" in text(client.post(TOWN, {"accept": own.pk}))
        assert not Decision.objects.exists()

    def test_where_the_district_allows_it_a_line_of_ones_own_is_decided_and_said_to_be(
        self, client, q3, miaohang, beds, staff, district
    ):
        district.reviews_own = True
        district.save()
        own = on_behalf(q3, miaohang, beds, 6, staff)

        client.post(TOWN, {"accept": own.pk})

        assert Decision.objects.get().own
        assert "通过（本人审核） 2024Q3 庙行镇 第1版" in text(client.get(f"/p/baoshan-2024/indicators/{beds.code}/"))


class TestNext:
    """After a decision the next line opens, then the next town."""

    @pytest.fixture
    def three(self, q3, miaohang, official):
        subjects = q3.programme.indicators.filter(kind="count").order_by("order")[:3]
        return [reported(q3, miaohang, subject=one, value=Decimal(6), by=official)[0] for one in subjects]

    def test_the_next_line_of_the_town(self, client, three):
        first, second, third = three

        assert client.post(TOWN, {"accept": second.pk}).url == f"{TOWN}#report-{third.pk}"
        assert client.post(TOWN, {"accept": third.pk}).url == f"{TOWN}#report-{first.pk}"

    def test_a_line_of_ones_own_is_passed_over(self, client, q3, miaohang, three, staff):
        on_behalf(q3, miaohang, three[1].indicator, 7, staff)

        assert client.post(TOWN, {"accept": three[0].pk}).url == f"{TOWN}#report-{three[2].pk}"

    def test_the_town_that_waits_longest_when_this_one_is_done(self, client, q3, youyi, waiting, neighbour, beds):
        reported(q3, youyi, subject=beds, value=Decimal(5), by=neighbour)

        assert client.post(TOWN, {"accept": waiting.pk}).url == NEIGHBOUR

    def test_a_town_with_nothing_but_ones_own_is_passed_over(self, client, q3, youyi, waiting, staff, beds):
        on_behalf(q3, youyi, beds, 5, staff)

        assert client.post(TOWN, {"accept": waiting.pk}).url == QUEUE

    def test_the_empty_queue_when_nothing_waits(self, client, waiting):
        assert client.post(TOWN, {"accept": waiting.pk}).url == QUEUE
