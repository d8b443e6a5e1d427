"""The page where administrators say who marks, what levels are worth and what monitoring calls a line."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.line_settings import setting_of
from scoring.models import LineSetting
from tests.factories import CriterionFactory, ProgrammeFactory, RubricFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/plan/scores/settings/"


@pytest.fixture
def section(district):
    rubric = RubricFactory(programme=ProgrammeFactory(slug="plan", district=district))
    return SectionFactory(rubric=rubric, title="加分项")


@pytest.fixture
def bonus(section):
    return CriterionFactory(section=section, title="试点", weight=Decimal(10), rule={"kind": "bonus"})


def form(line, **fields):
    return {"criterion": line.pk} | {f"{line.pk}-{name}": value for name, value in fields.items()}


def errors(response, line):
    (found,) = [row["form"] for row in response.context["rows"] if row["line"] == line]
    return {name: list(messages) for name, messages in found.errors.items()}


def test_levels_are_typed_a_line_each_also_in_full_width(bonus, admin, sign_in):
    client = sign_in(admin)
    page = client.post(PAGE, form(bonus, levels="国家级　５分\n\n 市级：2.5 \n"), follow=True).content.decode()

    assert setting_of(bonus.section.rubric.programme, "试点").levels == [["国家级", "5"], ["市级", "2.5"]]
    assert "已保存“试点”的设置。" in page
    assert "国家级 5 分" in page


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ("国家级 5\n市级", {"levels": ["第 2 行“市级”应为级别和分值，如：市级 5"]}),
        ("市级 1.234", {"levels": ["第 1 行“市级 1.234”应为级别和分值，如：市级 5"]}),
        ("市级 -1", {"levels": ["第 1 行“市级 -1”应为级别和分值，如：市级 5"]}),
        ("市级 1e3", {"levels": ["第 1 行“市级 1e3”应为级别和分值，如：市级 5"]}),
        ("市级 11", {"__all__": ["级别分值 11 不正确：应大于 0、不超过 10，最多两位小数。"]}),
    ],
)
def test_what_cannot_be_read_is_told_by_its_line_and_kept(bonus, admin, sign_in, levels, expected):
    response = sign_in(admin).post(PAGE, form(bonus, levels=levels))

    assert (response.status_code, errors(response, bonus)) == (422, expected)
    assert not LineSetting.objects.exists()


def test_an_average_names_its_assessors(section, admin, staff, sign_in):
    line = CriterionFactory(section=section, title="现场评定")
    client = sign_in(admin)
    alone = client.post(PAGE, form(line, several="average", assessors=[staff.pk]))
    client.post(PAGE, form(line, several="average", assessors=[staff.pk, admin.pk]))

    assert errors(alone, line) == {"__all__": ["取平均值须指定至少 2 位评分人。"]}
    assert "取各评分人评分的平均值" in client.get(f"{PAGE}?export=csv").content.decode("utf-8-sig")


@pytest.mark.parametrize("who", ["leader", "city_user"])
def test_a_neighbouring_role_is_no_choice(section, admin, sign_in, who, request):
    line, other = CriterionFactory(section=section), request.getfixturevalue(who)

    assert list(errors(sign_in(admin).post(PAGE, form(line, several="latest", assessors=[other.pk])), line)) == [
        "assessors"
    ]


def test_a_line_that_is_not_there_is_not_found(bonus, admin, sign_in):
    assert sign_in(admin).post(PAGE, {"criterion": "0"}).status_code == 404


def test_staff_read_and_do_not_set(bonus, staff, sign_in):
    client = sign_in(staff)

    assert [row["form"] for row in client.get(PAGE).context["rows"]] == [None]
    assert client.post(PAGE, form(bonus, levels="市级 5")).status_code == 403


def test_the_lines_life_tells_its_settings(bonus, admin, sign_in):
    client = sign_in(admin)
    client.post(PAGE, form(bonus, levels="市级 5"))

    assert "市级 5 分" in client.get(f"/p/plan/history/criterion/{bonus.pk}/").content.decode()


def test_the_page_costs_the_same_for_one_line_and_for_three(bonus, section, admin, sign_in):
    client, counts = sign_in(admin), []
    CriterionFactory(section=section, title="评定")
    for more in (0, 2):
        for number in range(more):
            CriterionFactory(section=section, title=f"评定{number}")
        with CaptureQueriesContext(connection) as found:
            client.get(PAGE)
        counts.append(len(found))

    assert counts == [8, 8]
