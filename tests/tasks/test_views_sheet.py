"""The entry sheet in a browser: whatever is typed is kept, told in Chinese, and never a fault of the server."""

from decimal import Decimal

import pytest

from tasks import known
from tasks.models import Draft, Evidence, Indicator, Period, Report, Submission
from tasks.reporting import Entry, return_
from tests.factories import TargetFactory, a_file, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
URL = "/p/baoshan-2024/report/2024Q3/"


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
def client(sign_in, official):
    return sign_in(official)


@pytest.fixture
def fill(client, beds):
    """Send the form with one line typed: `fill("6")`."""

    def fill(value, *, key="key", version=0, seen=0, **more):
        line = {f"{beds.pk}.value": value, f"{beds.pk}.version": version, f"{beds.pk}.seen": seen}
        return client.post(URL, {"key": key, **line, **more})

    return fill


def text(response):
    return response.content.decode()


def test_a_good_line_is_submitted(fill, beds, miaohang):
    response = fill("6")

    report = Report.objects.get()
    assert (response.status_code, response.url) == (302, URL)
    assert (report.indicator, report.town, report.value) == (beds, miaohang, 6)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("8o", "“8o”不是数字，应填写如 12 或 12.5 的数字。"),
        ("-1", "“-1”不能为负"),
        ("1" + "0" * 30, "数值过大"),
        ("<script>", "“&lt;script&gt;”不是数字"),
    ],
)
def test_a_wrong_figure_is_told_and_stands_in_its_field(fill, typed, message):
    response = fill(typed)

    assert response.status_code == 422
    assert message in text(response)
    assert f'value="{typed}"'.replace("<", "&lt;").replace(">", "&gt;") in text(response)
    assert "有 1 行需要修改，尚未提交。已填内容均已保存。" in text(response)
    assert (Draft.objects.get().typed["value"], Report.objects.count()) == (typed, 0)


def test_words_that_are_too_long_are_told_and_kept(fill, beds):
    response = fill("6", **{f"{beds.pk}.words": "字" * 3000})

    assert "说明不超过 2000 字，现有 3000 字。" in text(response)
    assert "字" * 3000 in text(response)


def test_a_stated_day_that_is_none_is_told_and_everything_is_kept(fill):
    response = fill("6", as_at="九月")

    assert "“九月”不是日期" in text(response)
    assert 'value="九月"' in text(response)
    assert 'value="6"' in text(response)
    assert not Report.objects.exists()


def test_an_empty_sheet_is_not_submitted(client):
    assert "还没有填写任何内容，未提交。" in text(client.post(URL, {"key": "key"}))
    assert not Submission.objects.exists()


@pytest.mark.parametrize("key", [None, "", "k" * 3000], ids=["missing", "empty", "long"])
def test_a_form_without_a_usable_key_is_written_all_the_same(client, beds, key):
    form = {f"{beds.pk}.value": "6", f"{beds.pk}.version": 0} | ({} if key is None else {"key": key})

    assert client.post(URL, form).status_code == 302
    assert Report.objects.get().value == 6


@pytest.mark.parametrize("garbage", ["", "x", "-5", "9" * 30, "9" * 5000])
def test_garbage_in_the_hidden_fields_loses_nothing(fill, garbage):
    assert fill("6", version=garbage, seen=garbage).status_code == 302
    assert Report.objects.get().value == 6


def test_the_same_form_twice_is_written_once_and_leaves_no_draft(fill):
    fill("6")
    response = fill("6")

    assert response.status_code == 302
    assert (Report.objects.count(), Draft.objects.count()) == (1, 0)


def test_the_form_sent_again_with_another_figure_is_told_and_can_be_sent(fill, client, beds, official):
    fill("6")
    page = fill("7")

    assert "庙行经办人 已提交本行第 1 版：6。请核对后再次提交。" in text(page)
    assert 'value="7"' in text(page)
    key = page.context["key"]
    assert key != "key"
    assert fill("7", key=key, version=1, seen=1).status_code == 302
    assert list(Report.objects.order_by("pk").values_list("revision", "value")) == [(1, 6), (2, 7)]


def test_two_officials_at_once_the_second_is_told_who_was_first(fill, period, miaohang, beds, staff):
    reported(period, miaohang, subject=beds, value=Decimal(5), by=staff)

    page = fill("8")

    assert page.status_code == 422
    assert "养老服务科 已提交本行第 1 版：5。请核对后再次提交。" in text(page)
    assert 'value="8"' in text(page)
    assert Report.objects.get().value == 5


def test_two_windows_at_once_the_second_is_told_and_keeps_its_figure(fill, client, beds):
    client.post(f"{URL}line/", {"line": beds.pk, f"{beds.pk}.value": "6", f"{beds.pk}.version": 0})

    page = fill("7")

    assert page.status_code == 422
    assert "庙行经办人 刚在另一窗口把本行改为“6”" in text(page)
    assert 'value="7"' in text(page)
    assert not Report.objects.exists()


def test_a_line_is_kept_as_it_is_typed(client, beds):
    page = client.post(f"{URL}line/", {"line": beds.pk, f"{beds.pk}.value": "8o", f"{beds.pk}.version": 0})

    assert "“8o”不是数字，应填写如 12 或 12.5 的数字。" in text(page)
    assert "已保存，未提交" in text(page)
    assert f'name="{beds.pk}.version" value="1"' in text(page)
    assert 'value="8o"' in text(client.get(URL))


@pytest.mark.parametrize("line", ["", "x", "-999999", "9" * 30])
def test_a_line_that_is_not_of_the_sheet_is_not_found(client, line):
    assert client.post(f"{URL}line/", {"line": line}).status_code == 404


def test_a_closed_period_says_so_and_keeps_what_was_typed(fill, period, october):
    period.closes_on = october.date().replace(day=14)
    period.save()

    page = fill("6")

    assert "2024年第三季度的填报已于 2024-10-14 结束，现已关闭。" in text(page)
    assert (Draft.objects.get().typed["value"], Report.objects.count()) == ("6", 0)


def test_a_file_hangs_on_its_line_and_comes_off_again(client, beds):
    page = client.post(f"{URL}files/", {"line": beds.pk, "file": [a_file("甲.pdf"), a_file("乙.pdf")]})
    assert [name for name in ("甲.pdf", "乙.pdf") if name in text(page)] == ["甲.pdf", "乙.pdf"]

    file = Evidence.objects.get(name="甲.pdf")
    page = client.post(f"{URL}files/{file.pk}/remove/")

    assert "甲.pdf" not in text(page)
    assert [file.name for file in Evidence.objects.all()] == ["乙.pdf"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.exe", b"MZ", "“x.exe”的类型不允许上传"),
        ("x.pdf", b"MZ\x90", "“x.pdf”的类型不允许上传"),
        ("x.pdf", b"", "“x.pdf”是空文件。"),
        ("x.pdf", b"%PDF" + b"0" * 2000, "“x.pdf”超过"),
    ],
)
def test_a_refused_file_is_told_and_the_others_are_taken(client, beds, settings, name, content, message):
    settings.EVIDENCE_MAX_BYTES = 1000

    page = client.post(f"{URL}files/", {"line": beds.pk, "file": [a_file(name, content), a_file("good.pdf")]})

    assert page.status_code == 200
    assert message in text(page)
    assert [file.name for file in Evidence.objects.all()] == ["good.pdf"]


def test_a_submitted_file_stays(client, fill, beds):
    client.post(f"{URL}files/", {"line": beds.pk, "file": a_file()})
    fill("6")
    file = Evidence.objects.get()

    assert client.post(f"{URL}files/{file.pk}/remove/").status_code == 404
    assert Evidence.objects.get().report == Report.objects.get()


def test_without_a_quarter_the_last_that_opened_is_shown(client, baoshan):
    assert client.get("/p/baoshan-2024/report/").url == "/p/baoshan-2024/report/2024Q4/"


def test_staff_fills_a_towns_sheet_and_stays_on_it(sign_in, staff, baoshan, beds, miaohang):
    response = sign_in(staff).post(f"{URL}?town={miaohang.code}", {f"{beds.pk}.value": "6", f"{beds.pk}.version": 0})

    assert response.url == f"{URL}?town={miaohang.code}"
    assert (Report.objects.get().town, Submission.objects.get().source) == (miaohang, "on_behalf")


def test_a_leader_reads_the_sheet_without_fields(sign_in, leader, baoshan, miaohang, beds):
    page = text(sign_in(leader).get(f"{URL}?town={miaohang.code}"))

    assert "核对并提交" not in page
    assert f'name="{beds.pk}.value"' not in page


def test_a_returned_line_tells_what_was_reported_and_why_it_came_back(client, period, miaohang, beds, staff):
    return_(reports=reported(period, miaohang, subject=beds, value=Decimal(7)), by=staff, reason="数量不符")

    assert "7 · 数量不符" in text(client.get(URL))


def test_a_returned_line_stands_filled_in_to_be_corrected(client, period, beds, miaohang, staff):
    report = reported(period, miaohang, subject=beds, value=Decimal("6.5"), words="新增\n两处")
    return_(reports=report, by=staff, reason="数量不符")

    page = text(client.get(URL))

    assert 'value="6.5"' in page
    assert "新增\n两处" in page


def test_a_returned_line_that_nobody_touched_is_not_sent_again(client, period, beds, rate, miaohang, staff):
    report = reported(period, miaohang, subject=beds, value=Decimal(6), words="新增\n两处")
    return_(reports=report, by=staff, reason="数量不符")

    untouched = {
        f"{beds.pk}.value": "6",
        f"{beds.pk}.words": "新增\r\n两处",
        f"{beds.pk}.version": 0,
        f"{beds.pk}.seen": 1,
    }
    other = {f"{rate.pk}.numerator": "1", f"{rate.pk}.denominator": "2", f"{rate.pk}.version": 0, f"{rate.pk}.seen": 0}
    client.post(URL, {"key": "key", **untouched, **other})

    assert list(Report.objects.order_by("pk").values_list("indicator", "revision")) == [(beds.pk, 1), (rate.pk, 1)]


def test_a_corrected_line_is_the_next_revision(client, period, beds, miaohang, staff):
    report = reported(period, miaohang, subject=beds, value=Decimal(6))
    return_(reports=report, by=staff, reason="数量不符")

    client.post(URL, {"key": "key", f"{beds.pk}.value": "5", f"{beds.pk}.version": 0, f"{beds.pk}.seen": 1})

    assert list(Report.objects.order_by("pk").values_list("value", "revision")) == [(6, 1), (5, 2)]


class TestWhileTyping:
    """The answer to each save tells what the line would come to."""

    @pytest.fixture
    def type_(self, client, beds):
        """Save one line: `type_(value="6")`."""

        def type_(subject=None, *, version=0, **typed):
            line = (subject or beds).pk
            fields = {f"{line}.{name}": value for name, value in typed.items()}
            return text(client.post(f"{URL}line/", {"line": line, f"{line}.version": version, **fields}))

        return type_

    def test_a_warning_names_its_numbers(self, type_, beds, period, miaohang):
        accepted(period, miaohang, subject=beds, value=Decimal(6))

        assert "累计 5 张，低于上次通过的 6 张" in type_(value="5")

    def test_the_light_is_the_one_to_come(self, type_, beds, miaohang):
        TargetFactory(indicator=beds, town=miaohang, value=Decimal(12))

        assert [">已完成<" in type_(value="12"), ">严重滞后<" in type_(value="1", version=1)] == [True, True]

    def test_an_increment_shows_the_value_that_it_makes(self, type_, beds, baoshan, miaohang):
        beds.by_increment = True
        beds.save()
        accepted(Period.objects.get(programme=baoshan, label="2024Q2"), miaohang, subject=beds, value=Decimal(20))

        page = type_(increment="5", base="20")

        assert "累计 25张（此前 20 ＋ 本期新增 5）" in page
        assert f'name="{beds.pk}.base" value="20"' in page

    def test_a_base_that_is_another_by_now_is_told(self, type_, beds, baoshan, miaohang):
        beds.by_increment = True
        beds.save()
        accepted(Period.objects.get(programme=baoshan, label="2024Q2"), miaohang, subject=beds, value=Decimal(22))

        page = type_(increment="5", base="20")

        assert "填写时此前累计为 20，现为 22" in page
        assert f'name="{beds.pk}.base" value="22"' in page

    def test_the_count_follows_the_list_of_sites(self, type_, beds):
        beds.by_sites = True
        beds.save()
        rows = {"site.name": ["甲", "乙"], "site.address": ["一路", ""], "site.facility": ["", ""]}

        page = type_(**rows, **{"site.on": ["2024-09-01", "2024/9/2"]})

        assert "点位第 2 行：请填写地址。" in page
        assert "按点位清单计 2张" in type_(
            version=1, **(rows | {"site.address": ["一路", "二路"]}), **{"site.on": ["2024-09-01", "2024/9/2"]}
        )

    def test_a_list_from_another_window_is_told_and_not_overwritten(self, type_, beds):
        beds.by_sites = True
        beds.save()
        row = {"site.address": "一路", "site.facility": "", "site.on": "2024-09-01"}
        type_(**{"site.name": "甲"}, **row)

        page = type_(**{"site.name": "乙"}, **row)

        assert "庙行经办人 刚在另一窗口把本行改为“甲”" in page
        assert [site["name"] for site in Draft.objects.get().sites] == ["甲"]


def test_a_line_shows_its_target_its_planned_share_and_its_light(client, beds, miaohang):
    TargetFactory(indicator=beds, town=miaohang, value=Decimal(365), text="365张以上")

    row = text(client.get(URL)).partition(f'id="line-{beds.pk}"')[2].partition("</tr>")[0]

    assert ">365张以上</td>" in row
    assert ">328.5张（90%）</td>" in row  # its task plans 90% by then
    assert ">严重滞后<" in row


def test_a_warned_line_asks_for_its_reason_and_goes_with_it(fill, client, beds, period, miaohang):
    accepted(period, miaohang, subject=beds, value=Decimal(6))

    page = fill("5", seen=1)

    assert page.status_code == 422
    assert "请说明原因" in text(page)
    assert "累计 5 张，低于上次通过的 6 张" in text(page)
    assert Report.objects.count() == 1
    assert fill("5", key="second", version=1, seen=1, **{f"{beds.pk}.reason": "复核后核减"}).status_code == 302
    assert Report.objects.get(revision=2).reason == "复核后核减"


def test_a_file_that_must_be_there_is_told_on_its_line(fill, beds):
    beds.evidence_required = True
    beds.save()

    page = text(fill("6"))

    assert "本项须附佐证材料，请上传后再提交。" in page
    assert "上传（必须）" in page


class TestSitesOfTheForm:
    """The whole form brings the list along, also without scripts."""

    @pytest.fixture
    def canteens(self, beds):
        beds.by_sites = True
        beds.save()
        return beds

    def form(self, canteens, *names, **more):
        rows = {"name": names, "address": ["一路"] * len(names), "facility": [""] * len(names)}
        rows["on"] = ["2024-09-01"] * len(names)
        fields = {f"{canteens.pk}.site.{name}": [*column, ""] for name, column in rows.items()}
        return {"key": "key", f"{canteens.pk}.version": 0, f"{canteens.pk}.seen": 0} | fields | more

    def test_it_is_submitted_and_shown_again_as_it_stands(self, client, canteens):
        assert client.post(URL, self.form(canteens, "甲", "乙")).status_code == 302

        assert Report.objects.get().value == 2
        page = text(client.get(URL))
        assert 'value="乙"' in page
        assert f'name="{canteens.pk}.value"' not in page

    def test_sent_twice_it_is_written_once(self, client, canteens):
        for _time in range(2):
            assert client.post(URL, self.form(canteens, "甲")).status_code == 302

        assert (Report.objects.count(), Draft.objects.count()) == (1, 0)

    def test_columns_of_different_lengths_lose_nothing(self, client, canteens):
        page = client.post(URL, self.form(canteens, "甲") | {f"{canteens.pk}.site.address": []})

        assert "点位第 1 行：请填写地址。" in text(page)
        assert 'value="甲"' in text(page)

    def test_rows_sent_to_a_line_that_has_none_are_passed_over(self, fill, rate, beds):
        fill("6", **{f"{rate.pk}.version": 0, f"{rate.pk}.site.name": ["甲"]})

        assert [report.indicator for report in Report.objects.all()] == [beds]


class TestFiguresOfTheFacilities:
    @pytest.fixture(autouse=True)
    def known(self, beds, monkeypatch):
        beds.source = Indicator.Source.FACILITIES
        beds.save()
        monkeypatch.setattr(known, "_providers", [lambda period, town: {beds.pk: known.Known(Decimal(9), "机构月报")}])

    def test_the_line_stands_filled_in_with_its_source(self, client, beds):
        page = text(client.get(URL))

        assert f'name="{beds.pk}.value" value="9"' in page
        assert "来源：机构月报" in page

    def test_left_as_it_is_it_goes_with_the_sheet(self, fill):
        fill("9")

        assert (Report.objects.get().origin, Draft.objects.count()) == ("机构月报", 0)

    def test_another_figure_is_told_beside_it(self, fill):
        assert "填报 8 张，与机构数据 9 张不同" in text(fill("8"))

    def test_a_cleared_field_is_not_sent(self, fill):
        assert "还没有填写任何内容，未提交。" in text(fill(""))

    def test_a_figure_that_changed_while_the_page_was_open_is_not_taken_silently(self, fill):
        assert "填报 7 张，与机构数据 9 张不同" in text(fill("7"))
        assert not Report.objects.exists()


def test_what_the_bureau_entered_says_so_on_the_sheet(client, sign_in, staff, beds, miaohang):
    sign_in(staff).post(f"{URL}?town={miaohang.code}", {f"{beds.pk}.value": "6", f"{beds.pk}.version": 0})

    assert "6（养老服务科 代填）" in text(client.get(URL))
    assert "您正在代 庙行镇 填报" in text(sign_in(staff).get(f"{URL}?town={miaohang.code}"))


class TestQueries:
    """Typing and submitting cost the same for one line with a file and for five."""

    @pytest.fixture
    def lines(self, baoshan):
        return list(baoshan.indicators.filter(kind="count")[:5])

    def form(self, client, lines, key):
        for line in lines:
            client.post(f"{URL}files/", {"line": line.pk, "file": a_file()})
        typed = {f"{line.pk}.value": "1" for line in lines}
        return {"key": key} | typed | {f"{line.pk}.reason": "核实" for line in lines}

    def test_saving_a_line(self, client, lines, period, miaohang, django_assert_num_queries):
        for count in (1, 5):
            reported(period, miaohang, *[Entry(line, value=Decimal(1)) for line in lines[:count]])
            with django_assert_num_queries(SAVING):
                client.post(
                    f"{URL}line/",
                    {"line": lines[0].pk, f"{lines[0].pk}.value": f"{count}", f"{lines[0].pk}.version": count // 5},
                )

    def test_submitting(self, client, lines, django_assert_num_queries):
        for count in (1, 4):
            chosen = lines[:count] if count == 1 else lines[1:]
            form = self.form(client, chosen, f"key-{count}")
            for line in chosen:  # kept beforehand, as typing does
                client.post(f"{URL}line/", {"line": line.pk, f"{line.pk}.version": 0, **form})
            with django_assert_num_queries(SUBMITTING):
                assert client.post(URL, form).status_code == 302

        assert Evidence.objects.filter(report__isnull=False).count() == 5

    def test_showing_sites(self, client, lines, miaohang, django_assert_num_queries):
        for count in (1, 3):
            for line in lines[:count]:
                line.by_sites = True
                line.save()
            with django_assert_num_queries(SHOWING):
                client.get(URL)


SAVING = 24
SUBMITTING = 42
SHOWING = 26
