"""Wrong input on the pages: a clear message in Chinese, what was typed is kept, nothing is lost, never a fault of ours."""

import datetime as dt
from decimal import Decimal

import pytest

from scoring.models import Criterion, Mark
from tasks.models import Evidence, Report
from tasks.reporting import Entry, log_task
from tests.factories import TownFactory, a_file, accepted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
PLAN = "/p/baoshan-2024/"
TASK = f"{PLAN}tasks/8/"
MARKS = f"{PLAN}scores/marks/"


@pytest.fixture
def client(sign_in, staff):
    return sign_in(staff)


@pytest.fixture
def q3(baoshan):
    return baoshan.periods.get(label="2024Q3")


@pytest.fixture
def task(baoshan):
    return baoshan.tasks.get(number=8)


@pytest.fixture
def beds(baoshan):
    return baoshan.indicators.get(name="新增养老床位")


def text(response):
    return response.content.decode()


# --- The two dates

DATED = [
    *("", "tasks/", "tasks/8/", "indicators/", "indicators/01/", "towns/310113112/"),
    *("scores/", "scores/rubric/", "scores/marks/"),
]
OF_NOW = ["report/2024Q3/", "review/", "review/310113112/", "imports/", "reconcile/"]


@pytest.mark.parametrize("path", DATED)
def test_every_dated_page_takes_both_dates(client, q3, miaohang, beds, path):
    response = client.get(f"{PLAN}{path}?as_of=2024-09-30&known_on=2024-10-01")

    assert response.context["moment"] == (dt.date(2024, 9, 30), dt.date(2024, 10, 1))


@pytest.mark.parametrize("path", DATED)
@pytest.mark.parametrize("name", ["as_of", "known_on"])
def test_a_date_that_is_none_is_told_and_today_is_shown(client, baoshan, path, name):
    response = client.get(f"{PLAN}{path}", {name: "nonsense"})

    assert response.status_code == 200
    assert "“nonsense”不是日期，应如 2024-09-30；已按今天显示。" in text(response)
    assert response.context["moment"].as_of == dt.date(2024, 10, 15)


@pytest.mark.parametrize("path", OF_NOW)
@pytest.mark.parametrize("query", ["as_of=2024-09-30", "known_on=nonsense"])
def test_a_page_that_is_of_now_by_its_nature_says_so(sign_in, admin, baoshan, miaohang, path, query):
    page = sign_in(admin).get(f"{PLAN}{path}?{query}")

    assert page.status_code == 200
    assert "本页只显示当前情况，不按日期查询。" in text(page)
    assert "本页只显示当前情况" not in text(sign_in(admin).get(f"{PLAN}{path}"))


def test_the_record_on_a_page_ends_on_the_day_it_is_known_from(client, q3, miaohang, beds, staff):
    accepted(q3, miaohang, subject=beds, value=Decimal(31), by=staff, at=dt.datetime(2024, 10, 5, tzinfo=dt.UTC))
    address = f"{PLAN}indicators/{beds.code}/"

    counts = [len(client.get(f"{address}?known_on=2024-10-{day}").context["events"]) for day in ("04", "05")]

    assert counts == [0, 2]


@pytest.mark.parametrize("as_of", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("path", DATED)
def test_the_ends_of_the_calendar_are_dates_like_others(client, q3, miaohang, beds, path, as_of):
    accepted(q3, miaohang, subject=beds, value=Decimal(6))

    assert client.get(f"{PLAN}{path}?as_of={as_of}&known_on={as_of}").status_code == 200


@pytest.mark.parametrize(("known_on", "shown"), [("2024-10-04", "—"), ("2024-10-05", "31")])
def test_known_on_shows_the_figure_as_it_was_known(client, q3, miaohang, beds, staff, known_on, shown):
    when = dt.datetime(2024, 10, 5, tzinfo=dt.UTC)
    accepted(q3, miaohang, subject=beds, value=Decimal(31), by=staff, at=when)

    page = client.get(f"{PLAN}indicators/{beds.code}/?as_of=2024-12-31&known_on={known_on}")

    assert page.context["summary"]["actual"] == (None if shown == "—" else Decimal(shown))


# --- Addresses

LONG = "9" * 30


@pytest.mark.parametrize(
    "address",
    [
        f"{PLAN}report/2024Q9/",
        f"{PLAN}report/nonsense/",
        f"{PLAN}report/2024Q3/?town=nonsense",
        f"{PLAN}towns/nonsense/",
        f"{PLAN}indicators/99/",
        f"{PLAN}tasks/99/",
        f"{PLAN}tasks/{LONG}/",
        f"/evidence/{LONG}/",
        "/p/nonsense/",
    ],
)
def test_an_address_of_nothing_is_not_found(client, baoshan, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["town=nonsense", "q=%25", "category=x&light=y", "period=nonsense", "no_target=x", "q=%00", "town=%00"]
)
@pytest.mark.parametrize("path", ["tasks/", "tasks/8/", "review/", "scores/", "report/2024Q3/"])
def test_a_filter_of_nothing_is_no_fault(client, baoshan, path, query):
    assert client.get(f"{PLAN}{path}?{query}").status_code in (200, 400, 404)


@pytest.mark.parametrize("address", ["?q=%00", "?town=%00", "%00"])
@pytest.mark.parametrize("path", ["tasks/", "review/", "report/2024Q3/", "towns/"])
def test_a_nul_in_an_address_is_refused(client, baoshan, path, address):
    assert client.get(f"{PLAN}{path}{address}").status_code == 400


def test_a_nul_in_a_form_is_refused(client, baoshan):
    assert log(client, words="已\0开工").status_code == 400
    assert not Report.objects.exists()


# --- Logging a task


def log(client, **typed):
    form = {
        "period": "2024Q3",
        "state": "in_progress",
        "percent": "60",
        "words": "",
        "as_at": "",
        "key": "key",
        "seen": "",
    }
    return client.post(TASK, {name: value for name, value in (form | typed).items() if value is not None})


def test_a_quarter_of_a_task_is_logged(client, task):
    assert log(client, words="已开工", files=[a_file()]).url == TASK

    report = Report.objects.get()
    assert (report.task, report.town, report.percent, report.words) == (task, None, 60, "已开工")
    assert report.evidence.get().name == "验收单.pdf"


def test_words_that_are_too_long_are_told_and_kept_whole(client, task):
    page = log(client, words="字" * 2001)

    assert "说明不超过 2000 字，现有 2001 字。" in page.text
    assert "字" * 2001 in page.text
    assert "maxlength" not in str(page.context["form"]["words"])


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"percent": "8o"}, "“8o”不是数字"),
        ({"percent": "-1"}, "“-1”不能为负"),
        ({"percent": "1" + "0" * 30}, "数值过大"),
        ({"percent": "101"}, "完成比例应在 0 至 100 之间"),
        ({"percent": ""}, "请填写数字，没有进展填 0。"),
        ({"state": "nonsense"}, "nonsense"),
        ({"state": None}, "必填"),
        ({"period": "2024Q9"}, "2024Q9"),
        ({"period": None}, "必填"),
        ({"as_at": "九月"}, "“九月”不是日期"),
        ({"as_at": "2024-01-01"}, "不在填报期"),
        ({"words": "字" * 3000}, "2000"),
        ({"files": [a_file("x.exe", b"MZ")]}, "“x.exe”的类型不允许上传"),
        ({"files": [a_file("x.pdf", b"MZ")]}, "“x.pdf”的类型不允许上传"),
        ({"files": [a_file("x.pdf", b"")]}, "空"),
    ],
)
def test_a_log_that_is_wrong_is_told_and_kept(client, baoshan, typed, message):
    page = log(client, **({"words": "已开工"} | typed))

    assert page.status_code == 200
    assert message in text(page)
    assert typed.get("words", "已开工") in text(page)
    assert not Report.objects.exists()


def test_a_log_with_an_oversized_file_is_told_and_its_words_are_kept(client, baoshan, settings):
    settings.EVIDENCE_MAX_BYTES = 1000

    page = log(client, words="已开工", files=[a_file("big.pdf", b"%PDF" + b"0" * 5000)])

    assert "“big.pdf”超过" in text(page)
    assert "已开工" in text(page)
    assert (Report.objects.count(), Evidence.objects.count()) == (0, 0)


@pytest.mark.parametrize("seen", ["", "nonsense", "2024Q3:x", "2024Q3:-1", "2024Q3:" + "9" * 5000, "2024Q3:²"])
def test_garbage_in_the_hidden_field_of_a_log_loses_nothing(client, baoshan, seen):
    assert log(client, seen=seen).status_code == 302
    assert Report.objects.count() == 1


def test_a_stale_log_is_told_who_was_first_and_goes_through_when_sent_again(client, baoshan, task, q3, admin):
    log_task(period=q3, entry=Entry(task, state="blocked", percent=Decimal(5)), by=admin, key="other", seen=0)

    page = log(client, words="已开工")
    assert "admin 刚记录了本季度进展：受阻 5%（第1版）" in text(page)
    assert "已开工" in text(page)
    hidden = {name: page.context["form"][name].value() for name in ("seen", "key")}

    assert log(client, words="已开工", **hidden).status_code == 302
    assert list(Report.objects.order_by("pk").values_list("state", flat=True)) == ["blocked", "in_progress"]


def test_a_spent_log_with_another_percent_is_told_and_goes_through_when_sent_again(client, baoshan):
    log(client)
    page = log(client, percent="70")
    assert page.status_code == 200
    assert 'value="70"' in text(page)
    hidden = {name: page.context["form"][name].value() for name in ("seen", "key")}

    assert log(client, percent="70", **hidden).status_code == 302
    assert list(Report.objects.order_by("pk").values_list("percent", flat=True)) == [60, 70]


@pytest.mark.parametrize("key", [None, "", "k" * 3000], ids=["missing", "empty", "long"])
def test_a_log_without_a_usable_key_is_written_all_the_same(client, baoshan, key):
    assert log(client, key=key).status_code == 302
    assert Report.objects.count() == 1


def test_the_same_log_twice_is_written_once(client, baoshan):
    assert [log(client).status_code, log(client).status_code] == [302, 302]
    assert Report.objects.count() == 1


def test_a_log_for_a_period_that_has_not_opened_is_told_and_kept(client, baoshan, time_machine):
    time_machine.move_to(dt.datetime(2024, 6, 1, tzinfo=dt.UTC))

    page = log(client, words="已开工")

    assert "2024年第三季度尚未开放填报，2024-07-01 起开放。" in text(page)
    assert "已开工" in text(page)


# --- Marks


@pytest.fixture
def manual(baoshan):
    return Criterion.objects.filter(section__rubric__programme=baoshan, rule__kind="manual").first()


def mark(client, line, place, **typed):
    form = {
        "criterion": line.pk,
        "town": place.pk,
        "points": "1",
        "reason": "检查记录",
        "document": "检查单",
        "given_on": "2024-10-01",
        "key": "key",
    }
    return client.post(MARKS, {name: value for name, value in (form | typed).items() if value is not None})


def test_a_mark_is_given_once_for_its_key(client, manual, miaohang):
    assert [mark(client, manual, miaohang).status_code for _ in range(2)] == [302, 302]
    assert Mark.objects.get().points == 1


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"points": "8o"}, "“8o”不是分值"),
        ({"points": "-1"}, "“-1”不是分值"),
        ({"points": "1" + "0" * 30}, "不是分值"),
        ({"points": "NaN"}, "“NaN”不是分值"),
        ({"points": ""}, "请填写分值。"),
        ({"points": "99"}, "最多"),
        ({"reason": " "}, "必填"),
        ({"reason": "错" * 3000}, "500"),
        ({"document": None}, "必填"),
        ({"document": "件" * 3000}, "200"),
        ({"given_on": "九月"}, "有效的日期"),
        ({"given_on": "2024-10-16"}, "还没有到"),
        ({"criterion": "x"}, "选择一个有效的选项"),
        ({"criterion": LONG}, "选择一个有效的选项"),
        ({"town": LONG}, "选择一个有效的选项"),
    ],
)
def test_a_mark_that_is_wrong_is_told_and_kept(client, manual, miaohang, typed, message):
    page = mark(client, manual, miaohang, **({"reason": "检查记录"} | typed))

    assert page.status_code == 200
    assert message in text(page)
    assert typed.get("reason", "检查记录") in text(page)
    assert not Mark.objects.exists()


def test_a_mark_for_a_town_of_another_district_is_refused(client, manual, stranger):
    assert "选择一个有效的选项" in text(mark(client, manual, TownFactory(district=stranger.district)))


def test_a_mark_is_not_taken_back_without_a_reason(client, manual, miaohang):
    mark(client, manual, miaohang)

    page = client.post(f"{MARKS}{Mark.objects.get().pk}/revoke/", {"reason": " "}, follow=True)

    assert "撤销必须填写原因。" in text(page)
    assert Mark.objects.count() == 1
