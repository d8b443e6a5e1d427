"""Wherever a report or its decision is shown, it says who spoke: on a town's behalf, and of one's own."""

from decimal import Decimal

import pytest

from districts.models import District
from tasks.models import Submission
from tasks.reporting import Entry, accept, new_key, return_, submit
from tests.factories import accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
SHEET = "/p/baoshan-2024/report/2024Q3/?town=310113112"
TOWN = "/p/baoshan-2024/towns/310113112/"


@pytest.fixture
def q3(baoshan):
    return baoshan.periods.get(label="2024Q3")


@pytest.fixture
def beds(baoshan):
    return baoshan.indicators.get(name="新增养老床位")


@pytest.fixture
def own(q3, beds, miaohang, staff, district):
    """Entered for the town and accepted by the same person, as the district allows."""
    district.reviews_own = True
    district.save()
    source, entry = Submission.Source.ON_BEHALF, Entry(beds, value=Decimal(6))
    submission = submit(period=q3, town=miaohang, entries=[entry], by=staff, key=new_key(), source=source)
    accept(reports=submission.reports.all(), by=staff)
    return submission.reports.get()


@pytest.fixture
def page(sign_in, staff):
    """What the bureau reads at an address."""

    def page(address):
        return sign_in(staff).get(address).content.decode()

    return page


def test_the_sheets_line_says_both(own, page):
    assert "6（养老服务科 代填） · 本人审核" in page(SHEET)


def test_the_indicators_history_says_both(own, page, beds):
    history = page(f"/p/baoshan-2024/indicators/{beds.code}/")

    assert "代填 2024Q3 庙行镇 第1版：6" in history
    assert "通过（本人审核） 2024Q3 庙行镇 第1版" in history


def test_the_indicators_history_says_both_in_its_file(own, page, beds):
    history = page(f"/p/baoshan-2024/indicators/{beds.code}/?export=csv&list=history")

    assert "代填 2024Q3 庙行镇 第1版：6" in history
    assert "通过（本人审核） 2024Q3 庙行镇 第1版" in history


def test_the_score_that_rests_on_it_says_both(own, page):
    trace = page(TOWN)

    assert "代填：养老服务科" in trace
    assert "审核通过：养老服务科 2024-10-15 10:00（本人审核）" in trace


def test_the_review_of_its_correction_says_both(own, page, q3, beds, miaohang, official, staff):
    back = reported(q3, miaohang, subject=beds, value=Decimal(7), by=official)
    return_(reports=back, by=staff, reason="请附清单")
    source, entry = Submission.Source.ON_BEHALF, Entry(beds, value=Decimal(8))
    submit(period=q3, town=miaohang, entries=[entry], by=staff, key=new_key(), source=source)

    review = page("/p/baoshan-2024/review/310113112/")

    assert '<span class="state">代填</span>' in review
    assert "请附清单" in review


def test_a_task_that_the_bureau_logged_says_that_it_was_its_own(page, q3, staff):
    task = q3.programme.tasks.get(number=8)
    accepted(q3, None, subject=task, state="done", percent=Decimal(100), by=staff)

    assert "通过（本人审核） 2024Q3 第1版" in page("/p/baoshan-2024/tasks/8/")


def test_a_lines_conversation_stays_on_the_sheet(page, q3, beds, miaohang, official, staff):
    back = reported(q3, miaohang, subject=beds, value=Decimal(7), words="含新建2处", by=official)
    assert "往来记录" not in page(SHEET)  # nobody has answered yet

    return_(reports=back, by=staff, reason="请附清单")
    reported(q3, miaohang, subject=beds, value=Decimal(8), by=official)

    sheet = page(SHEET)
    for words in ("往来记录 3 条", "填报 第1版：7", "含新建2处", "请附清单", "填报 第2版：8"):
        assert words in sheet


def test_the_administrator_sets_whether_the_district_reviews_its_own(sign_in, admin, district, staff):
    form = f"/admin/districts/district/{district.pk}/change/"
    client = sign_in(admin)
    fields = client.get(form).context["adminform"].form.fields
    values = {"code": district.code, "name": district.name, "webhook_url": "", "reviews_own": "on"}
    assert {"reviews_own", "webhook_url"} <= set(fields)

    assert client.post(form, values).status_code == 302

    assert District.objects.get().reviews_own
    assert list(district.history.order_by("history_id").values_list("reviews_own", flat=True)) == [False, True]
    assert sign_in(staff).post(form, values).status_code in (302, 403)
