"""The district's dashboard: what it shows, and that it is kept only for as long as it is true."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from scoring.marking import give, revoke
from scoring.models import Criterion, CriterionLink
from tasks.models import Milestone, Target
from tasks.reporting import accept
from tests.factories import TaskFactory, accepted, reported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/baoshan-2024/"


@pytest.fixture
def period(baoshan):
    return baoshan.periods.select_related("programme__district").get(label="2024Q3")


@pytest.fixture
def stations(baoshan):
    return baoshan.indicators.get(name="新增家门口养老服务站")


@pytest.fixture
def desk(staff, sign_in):
    return sign_in(staff)


def section(page, name):
    """The text of one card."""
    return " ".join(strip_tags(re.search(rf'<section class="card[^>]*"{name}">.*?</section>', page, re.S)[0]).split())


def read(client, query="?as_of=2024-10-15"):
    """The page below its heading: what is kept."""
    return client.get(PAGE + query).context["overview"]


def cell(page, town, index):
    row = re.search(rf'<tr>\s*<th[^>]*><a [^>]*>{town}</a></th>\s*((?:<td class="cell.*?</td>\s*)+)</tr>', page, re.S)[
        1
    ]
    found = re.findall(r'<td class="cell cell-(\w+)">(.*?)<small>(.*?)</small></td>', row)
    return found[index]


class TestWhatItShows:
    def test_an_indicator_in_a_town_with_its_light_as_a_word(self, period, stations, miaohang, desk):
        accepted(period, miaohang, subject=stations, value=Decimal(4))

        page = read(desk, "?as_of=2024-09-30")

        assert cell(page, "庙行镇", 7) == ("far_behind", "4 / 10", "严重滞后")
        assert cell(page, "庙行镇", 0) == ("no_target", "—", "未分解")
        assert cell(page, "大场镇", 0) == ("far_behind", "— / 948", "严重滞后")
        assert cell(page, "大场镇", 11)[1] == "—% / 85%"

    def test_the_ranking_with_shared_places(self, period, stations, miaohang, desk):
        accepted(period, miaohang, subject=stations, value=Decimal(4))

        rows = desk.get(f"{PAGE}scores/?as_of=2024-10-15").context["rows"]
        text = section(read(desk), "ranking")

        assert [(row.ranked.rank, str(row.ranked.score.total)) for row in rows] == [(1, "1.20"), *[(2, "0.00")] * 11]
        assert rows[0].ranked.town == miaohang
        assert "1 庙行镇 1.20" in text
        assert "2 友谊路街道 0.00" in text

    def test_tasks_by_category_and_light(self, baoshan, period, desk):
        task = baoshan.tasks.get(number=8)
        accepted(period, None, subject=task, state="done", percent=Decimal(100))

        rows = re.findall(r'<th class="text-nowrap" scope="row"><a [^>]*>(.{4})</a></th>(.*?)</tr>', read(desk), re.S)
        counts = {name: re.findall(r'<td class="num">(?:<strong>)?(\d*)', cells) for name, cells in rows[:4]}
        assert {name: cells[-1] for name, cells in counts.items()} == {
            "实事项目": "6",
            "民心工程": "5",
            "重点项目": "25",
            "常规工作": "20",
        }
        assert counts["民心工程"][0] == "1"

    def test_what_is_late_names_who_and_how_far(self, period, stations, miaohang, desk):
        accepted(period, miaohang, subject=stations, value=Decimal(4))

        text = section(read(desk, "?as_of=2024-11-01"), "late")

        assert "逾期 新增家门口养老服务站 庙行镇 4 / 10" in text

    def test_an_empty_programme_says_what_to_do(self, baoshan, desk):
        page = read(desk)
        baoshan.tasks.all().delete()
        baoshan.rubrics.update(state="retired")
        Target.objects.all().delete()

        empty = read(desk)

        for words in ("尚无任务", "尚无评分细则", "尚未分解指标"):
            assert words not in page
            assert words in empty


def a_report(world):
    accepted(world.period, world.town, subject=world.stations, value=Decimal(6))


def a_decision(world):
    accept(reports=[world.waiting], by=world.staff)


def a_mark(world):
    given = {"reason": "检查", "document": "1号", "given_on": dt.date(2024, 10, 1), "by": world.staff, "key": "new"}
    give(criterion=world.mark.criterion, town=world.town, points=Decimal(9), **given)


def a_revocation(world):
    revoke(mark=world.mark, reason="录错", by=world.staff)


def a_target(world):
    old = Target.objects.get(indicator=world.stations, town=world.town)
    Target.objects.create(
        district=old.district, indicator=old.indicator, town=old.town, revision=2, comparator="ge", value=8, text="8"
    )


def a_rule(world):
    world.line.rule = {**world.line.rule, "all_or_nothing": True}
    world.line.save()


def a_link(world):
    """Replaced: as many rows as before."""
    world.line.links.all().delete()
    other = world.programme.indicators.get(name="新增社区长者食堂")
    CriterionLink.objects.create(criterion=world.line, indicator=other, part="")


def a_town_name(world):
    world.town.name = "新庙行镇"
    world.town.save()


def a_threshold(world):
    world.programme.behind_threshold = Decimal("0.40")
    world.programme.save()


def a_task(world):
    TaskFactory(programme=world.programme, number=99, category="新类别")


def a_milestone(world):
    task = world.stations.tasks.get()
    days = {"starts_on": dt.date(2024, 7, 1), "due_on": dt.date(2024, 9, 30)}
    Milestone.objects.create(task=task, label="三季度（新）", text="累计完成40%", planned_percent=40, **days)


CHANGES = [
    *(a_report, a_decision, a_mark, a_revocation, a_target, a_rule, a_link),
    *(a_town_name, a_threshold, a_task, a_milestone),
]


class TestKept:
    """With the cache that the portal runs with."""

    @pytest.fixture(autouse=True)
    def pages(self, settings):
        backend = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "tests"}
        settings.CACHES = settings.CACHES | {"pages": backend}
        caches["pages"].clear()

    @pytest.fixture
    def world(self, baoshan, period, stations, miaohang, staff):
        class World:
            programme, town = baoshan, miaohang

        world = World()
        world.period, world.stations, world.staff = period, stations, staff
        criteria = Criterion.objects.select_related("section__rubric__programme__district")
        world.line = criteria.get(title="新建家门口养老服务站")
        accepted(period, miaohang, subject=stations, value=Decimal(4))
        world.waiting = reported(period, miaohang, subject=stations, value=Decimal(5))[0]
        given = {"reason": "检查", "document": "1号", "given_on": dt.date(2024, 10, 1), "by": staff, "key": "old"}
        supervision = criteria.get(title="养老服务综合监管水平")
        world.mark = give(criterion=supervision, town=miaohang, points=Decimal(8), **given)
        return world

    def queries(self, client, query="?as_of=2024-09-30"):
        with CaptureQueriesContext(connection) as captured:
            page = read(client, query)
        return len(captured), page

    def test_a_second_look_costs_a_third_of_the_queries_and_shows_the_same(self, world, desk):
        first, page = self.queries(desk)
        second, same = self.queries(desk)

        assert second * 3 <= first
        assert same == page

    @pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
    def test_any_change_is_seen_at_once(self, world, desk, change):
        query = "?as_of=2024-10-15" if change in (a_mark, a_revocation) else "?as_of=2024-09-30"
        before = read(desk, query)

        change(world)

        after = read(desk, query)
        caches["pages"].clear()
        assert after != before
        assert after == read(desk, query)

    def test_each_date_and_language_has_its_own(self, world, desk):
        pages = [read(desk, query) for query in ("?as_of=2024-09-30", "?as_of=2024-09-29", "?known_on=2024-10-14")]
        desk.post("/i18n/setlang/", {"language": "en", "next": PAGE})
        pages.append(read(desk, "?as_of=2024-09-30"))

        assert len(set(pages)) == 4

    def test_a_leader_and_staff_see_the_same(self, world, desk, leader, sign_in):
        cards = [section(read(client), "ranking") for client in (desk, sign_in(leader))]

        assert cards[0] == cards[1]

    def test_another_district_never_gets_it(self, world, desk, stranger, sign_in):
        read(desk)

        assert sign_in(stranger).get(PAGE).status_code == 404
