"""A line that somebody else changed meanwhile: what the page is given to lay both versions side by side."""

import json
from decimal import Decimal

import pytest

from tasks import drafts, sheet_others
from tasks.models import Draft, Period, Report
from tasks.reporting import Entry
from tasks.sheet import sheet
from tests.factories import a_file, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
URL = "/p/baoshan-2024/report/2024Q3/"
SITE = {"name": "甲", "address": "一路", "facility": "", "on": "2024-09-01"}


@pytest.fixture
def period(baoshan):
    return Period.objects.get(programme=baoshan, label="2024Q3")


@pytest.fixture
def beds(baoshan):
    return baoshan.indicators.get(name="新增养老床位")


@pytest.fixture
def rate(baoshan):
    return baoshan.indicators.filter(kind="rate").first()


@pytest.fixture
def task(baoshan):
    return baoshan.tasks.filter(town_wide=True).first()


@pytest.fixture
def client(sign_in, official):
    return sign_in(official)


@pytest.fixture
def line_of(period, miaohang):
    """The line of the sheet that a subject has: `line_of(beds)`."""
    return lambda subject: next(line for line in sheet(period, miaohang) if line.subject == subject)


@pytest.fixture
def keep(period, miaohang, official):
    def keep(subject, rows=None, **typed):
        return drafts.keep(
            period=period, town=miaohang, subject=subject, typed=typed, version=0, by=official, rows=rows
        )

    return keep


class TestAnotherWindow:
    def test_it_says_who_typed_what_and_gives_field_by_field(self, keep, line_of, beds):
        keep(beds, value="6", words="含改建")

        other = sheet_others.of_draft(line_of(beds), 0)

        assert other.told == ("庙行经办人 刚在另一窗口把本行改为“6，含改建”。您填的内容仍在此处，请核对以哪个为准。")
        assert [tuple(field) for field in other.fields] == [
            ("value", "累计完成", "6"),
            ("words", "情况说明", "含改建"),
            ("reason", "原因说明", ""),
        ]
        assert json.loads(other.values) == {"value": ["6"], "words": ["含改建"], "reason": [""]}
        assert other.version == 0

    def test_a_state_is_shown_by_its_word_and_taken_by_its_value(self, keep, line_of, task):
        keep(task, state="in_progress", percent="60")

        other = sheet_others.of_draft(line_of(task), 0)

        assert [field.text for field in other.fields] == ["推进中", "60", "", ""]
        assert json.loads(other.values)["state"] == ["in_progress"]

    def test_a_list_of_sites_is_shown_a_row_a_line(self, keep, line_of, beds):
        beds.by_sites = True
        beds.save()
        keep(beds, rows=[SITE, SITE | {"name": "乙", "facility": "庙行养老院"}])

        other = sheet_others.of_draft(line_of(beds), 0)

        assert other.told.startswith("庙行经办人 刚在另一窗口把本行改为“甲，乙”")
        assert other.fields[-1].text == "甲 一路 2024-09-01\n乙 一路 庙行养老院 2024-09-01"
        assert json.loads(other.values)["site.name"] == ["甲", "乙"]


class TestANewerRevision:
    def test_it_says_who_submitted_what_and_leaves_nothing_to_submit(self, period, miaohang, line_of, beds, staff):
        reported(period, miaohang, subject=beds, value=Decimal("5.50"), words="含改建", by=staff)

        other = sheet_others.of_report(line_of(beds))

        assert other.told == "养老服务科 已提交本行第 1 版：5.5。请核对后再次提交。"
        assert [field.text for field in other.fields] == ["5.5", "含改建", ""]
        assert json.loads(other.values) == {"value": [""], "words": [""], "reason": [""]}

    def test_a_rate_is_shown_by_its_two_figures(self, period, miaohang, line_of, rate, staff):
        reported(
            period, miaohang, subject=rate, value=Decimal(90), numerator=Decimal(90), denominator=Decimal(100), by=staff
        )

        assert [field.text for field in sheet_others.of_report(line_of(rate)).fields] == ["90", "100", "", ""]


def the_line(subject, *, version=0, **fields):
    return {f"{subject.pk}.{name}": value for name, value in ({"version": version} | fields).items()}


class TestSaving:
    def test_several_lines_are_kept_at_once_and_answered_each(self, client, beds, rate):
        answer = client.post(
            f"{URL}line/",
            {
                "line": [beds.pk, rate.pk],
                **the_line(beds, value="6"),
                **the_line(rate, numerator="9o", denominator="100"),
            },
        )

        assert [draft.typed for draft in Draft.objects.order_by("line")] == [
            {"value": "6", "words": "", "reason": ""},
            {"numerator": "9o", "denominator": "100", "words": "", "reason": ""},
        ]
        assert [f'id="status-{line.pk}"' in answer.text for line in (beds, rate)] == [True, True]
        assert answer.text.count("已保存，未提交") == 2
        assert "“9o”不是数字" in answer.text

    def test_a_line_that_is_gone_does_not_hold_up_the_others(self, client, beds):
        answer = client.post(f"{URL}line/", {"line": [beds.pk, 999_999], **the_line(beds, value="6")})

        assert (answer.status_code, Draft.objects.get().typed["value"]) == (200, "6")

    def test_a_stale_line_brings_the_other_version_and_the_one_it_was_typed_on(self, client, beds):
        client.post(f"{URL}line/", {"line": beds.pk, **the_line(beds, value="6")})

        answer = client.post(f"{URL}line/", {"line": beds.pk, **the_line(beds, value="7")})

        assert '<template data-other data-version="0">' in answer.text
        assert f'name="{beds.pk}.version" value="1"' in answer.text
        assert "用其他窗口的" in answer.text
        assert Draft.objects.get().typed["value"] == "6"

    def test_a_line_typed_over_a_newer_revision_is_kept_and_brings_that_revision(self, client, period, miaohang, beds):
        reported(period, miaohang, subject=beds, value=Decimal(5))

        answer = client.post(f"{URL}line/", {"line": beds.pk, **the_line(beds, value="7", seen=0)})
        again = client.post(f"{URL}line/", {"line": beds.pk, **the_line(beds, value="8", version=1, seen=1)})

        assert "已提交本行第 1 版：5。请核对后再次提交。" in answer.text
        assert [("data-other" in page.text) for page in (answer, again)] == [True, False]
        assert Draft.objects.get().typed["value"] == "8"

    def test_an_emptied_line_is_behind_nothing(self, client, period, miaohang, beds):
        reported(period, miaohang, subject=beds, value=Decimal(5))

        assert "data-other" not in client.post(f"{URL}line/", {"line": beds.pk, **the_line(beds, seen=0)}).text

    def test_typing_after_a_file_was_added_is_no_other_window(self, client, beds):
        client.post(f"{URL}files/", {"line": beds.pk, "file": a_file()})

        answer = client.post(f"{URL}line/", {"line": beds.pk, **the_line(beds, value="6")})

        assert "data-other" not in answer.text
        assert (Draft.objects.get().typed["value"], Draft.objects.get().version) == ("6", 1)

    def test_the_number_of_queries_does_not_grow_with_the_lines(self, client, baoshan, django_assert_max_num_queries):
        lines = list(baoshan.indicators.filter(kind="count")[:6])
        counts = []
        for some in (lines[:1], lines[1:]):
            fields = {name: value for line in some for name, value in the_line(line, value="6").items()}
            with django_assert_max_num_queries(40) as queries:
                client.post(f"{URL}line/", {"line": [line.pk for line in some], **fields})
            counts.append(len(queries))
            Draft.objects.all().delete()

        assert counts[0] == counts[1]


class TestSubmitting:
    def test_a_script_is_told_where_to_go(self, client, beds):
        answer = client.post(URL, {"key": "key", **the_line(beds, value="6")}, headers={"HX-Request": "true"})

        assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, URL)
        assert Report.objects.get().value == 6

    def test_the_same_key_again_is_sent_to_the_same_place_and_writes_nothing(self, client, beds):
        answers = [
            client.post(URL, {"key": "key", **the_line(beds, value="6")}, headers={"HX-Request": "true"})
            for _again in range(2)
        ]

        assert [answer.headers["HX-Redirect"] for answer in answers] == [URL, URL]
        assert Report.objects.count() == 1

    def test_a_refused_sheet_lays_both_versions_side_by_side(self, client, period, miaohang, beds, rate, keep):
        reported(period, miaohang, subject=beds, value=Decimal(5))
        typed = the_line(beds, value="7", seen=0)

        newer = client.post(URL, {"key": "key", **typed})
        keep(rate, numerator="90", denominator="100")
        stale = client.post(URL, {"key": "other", **the_line(rate, numerator="80", denominator="100")})

        assert [page.status_code for page in (newer, stale)] == [422, 422]
        assert [page.text.count("<template data-other") for page in (newer, stale)] == [1, 1]
        assert 'value="80"' in stale.text


def test_the_entry_of_a_revision_is_not_needed_to_tell_of_it(period, miaohang, line_of, beds):
    """An accepted import has no typed fields: its figures are shown all the same."""
    reported(period, miaohang, Entry(beds, value=Decimal(4)))

    assert sheet_others.of_report(line_of(beds)).fields[0].text == "4"
