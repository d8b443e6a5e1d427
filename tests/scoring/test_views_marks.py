"""The page where staff give and take back points."""

import datetime as dt
import hashlib
from decimal import Decimal

import pytest
import time_machine

from scoring.line_settings import set_line
from scoring.marking import give, revoke
from scoring.models import Mark, MarkFile, Matter
from scoring.scores import Scores
from tasks.audit import begin
from tasks.board import Moment
from tasks.verifying import verify
from tests.factories import CriterionFactory, ProgrammeFactory, RubricFactory, SectionFactory, a_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/plan/scores/marks/"
GRADES = {"kind": "graded", "grades": {"优秀": "10", "良好": "6"}}


@pytest.fixture
def lines(district):
    """A line for each kind of point that people give, and one that they don't."""
    rubric = RubricFactory(programme=ProgrammeFactory(slug="plan", district=district))
    section = SectionFactory(rubric=rubric, title="重点项目")
    kinds = {"manual": Decimal(10), "average": Decimal(5), "bonus": Decimal(10), "penalty": Decimal(-5)}
    lines = {
        kind: CriterionFactory(section=section, title=f"{kind}项", weight=weight, rule={"kind": kind})
        for kind, weight in kinds.items()
    }
    rule = {"kind": "completion", "part": "", "all_or_nothing": False}
    return lines | {"completion": CriterionFactory(section=section, title="完成率项", rule=rule)}


@pytest.fixture
def desk(staff, sign_in):
    return sign_in(staff)


def form(line, place, /, **fields):
    typed = {"points": "8.5", "reason": "季度检查", "document": "检查记录3号", "given_on": "2024-09-30", "key": "one"}
    return {"criterion": line.pk, "town": place.pk} | typed | fields


def total(lines, town):
    programme = lines["bonus"].section.rubric.programme
    return Scores(programme, Moment(dt.date(2024, 9, 30))).of(town).total


def errors(response):
    return {name: list(messages) for name, messages in response.context["form"].errors.items()}


def test_a_mark_is_written_and_told(lines, desk, miaohang, staff):
    response = desk.post(PAGE, form(lines["manual"], miaohang), follow=True)

    mark = Mark.objects.get()
    assert (mark.criterion, mark.town, mark.points, mark.by) == (lines["manual"], miaohang, Decimal("8.50"), staff)
    assert "已记录 庙行镇 的“manual项”。" in response.content.decode()


def test_only_lines_that_people_give_points_on_can_be_chosen(lines, desk, miaohang):
    choices = [label for _value, label in desk.get(PAGE).context["form"].fields["criterion"].choices]
    response = desk.post(PAGE, form(lines["completion"], miaohang))

    assert choices[1:] == [
        "重点项目 · manual项（10 分）",
        "重点项目 · average项（5 分）",
        "重点项目 · bonus项（10 分）",
        "重点项目 · penalty项（-5 分）",
    ]
    assert list(errors(response)) == ["criterion"]


@pytest.mark.parametrize(
    ("kind", "points"),
    [("manual", "0"), ("manual", "10"), ("average", "100"), ("bonus", "10.00"), ("penalty", "5"), ("bonus", "0.01")],
)
def test_points_up_to_the_limit_are_taken(lines, desk, miaohang, kind, points):
    desk.post(PAGE, form(lines[kind], miaohang, points=points))

    assert Mark.objects.get().points == Decimal(points)


@pytest.mark.parametrize(
    ("kind", "points", "message"),
    [
        ("manual", "10.01", "最多 10 分，现为 10.01 分。"),
        ("average", "100.01", "最多 100 分，现为 100.01 分。"),
        ("bonus", "10.5", "最多 10 分，现为 10.5 分。"),
        ("penalty", "5.01", "最多 5 分，现为 5.01 分。"),
        ("manual", "", "请填写分值。"),
    ],
)
def test_points_over_the_limit_are_refused_with_both_numbers(lines, desk, miaohang, kind, points, message):
    response = desk.post(PAGE, form(lines[kind], miaohang, points=points))

    assert errors(response) == {"points": [message]}
    assert not Mark.objects.exists()


def test_a_monitoring_score_is_taken_once_a_day_here_too(lines, desk, miaohang):
    desk.post(PAGE, form(lines["average"], miaohang, points="88"))
    response = desk.post(PAGE, form(lines["average"], miaohang, points="90", key="two"))

    assert "已有得分 88；需要更正时请先撤销。" in errors(response)["__all__"][0]
    assert Mark.objects.get().points == Decimal(88)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("points", "-1"),
        ("points", "8o"),
        ("points", "1e30"),
        ("points", "NaN"),
        ("points", "8.555"),
        ("reason", " "),
        ("reason", "长" * 501),
        ("document", ""),
        ("given_on", "2024-10-16"),
        ("given_on", "昨天"),
        ("town", "0"),
        ("criterion", "abc"),
        ("key", ""),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_kept_as_typed(lines, desk, miaohang, field, typed):
    response = desk.post(PAGE, form(lines["manual"], miaohang, **{field: typed}))

    assert response.status_code == 200
    assert list(errors(response)) == [field]
    assert response.context["form"][field].value() == typed
    assert response.context["form"]["reason"].value() == (typed if field == "reason" else "季度检查")
    assert not Mark.objects.exists()


@pytest.mark.parametrize("points", ["-1", "8o", "8.555", "1e3", "NaN", "5分", "1,000"])
def test_points_that_are_none_are_told_as_typed(lines, desk, miaohang, points):
    response = desk.post(PAGE, form(lines["manual"], miaohang, points=points))

    assert errors(response) == {"points": [f"“{points}”不是分值：应为不小于 0、最多两位小数的数字，如 5 或 2.5。"]}


def test_points_in_full_width_digits_are_read(lines, desk, miaohang):
    desk.post(PAGE, form(lines["manual"], miaohang, points=" ８．５ "))

    assert Mark.objects.get().points == Decimal("8.50")


def test_the_browser_neither_cuts_what_is_typed_nor_judges_it(lines, desk):
    page = desk.get(PAGE).context["form"].as_p()

    assert "maxlength" not in page
    assert 'type="number"' not in page
    assert 'inputmode="decimal"' in page


def test_a_day_that_has_not_come_is_refused_in_words(lines, desk, miaohang):
    response = desk.post(PAGE, form(lines["manual"], miaohang, given_on="2024-10-16"))

    assert errors(response) == {"given_on": ["日期 2024-10-16 还没有到。"]}


def test_a_grade_of_the_table_is_needed_where_grades_give_the_points(lines, desk, miaohang):
    line = CriterionFactory(section=lines["manual"].section, title="等次项", rule=GRADES)

    wrong = desk.post(PAGE, form(line, miaohang, points="", grade="优"))
    desk.post(PAGE, form(line, miaohang, points="", grade="良好"))

    assert errors(wrong) == {"grade": ["等次应为：优秀、良好"]}
    assert [mark.grade for mark in Mark.objects.all()] == ["良好"]


def test_a_form_sent_twice_is_written_once(lines, desk, miaohang):
    for _ in range(2):
        assert desk.post(PAGE, form(lines["bonus"], miaohang)).status_code == 302

    assert Mark.objects.count() == 1


def test_an_old_form_with_other_content_is_kept_and_told(lines, desk, miaohang, youyi):
    desk.post(PAGE, form(lines["bonus"], miaohang))

    response = desk.post(PAGE, form(lines["bonus"], youyi, reason="另一件事"))

    assert "这张表已提交过，没有重复记录" in response.content.decode()
    assert response.context["form"]["reason"].value() == "另一件事"
    assert Mark.objects.count() == 1


class TestLevels:
    """A line with levels is marked by level: the points follow from it."""

    @pytest.fixture
    def penalty(self, lines, staff):
        set_line(line=lines["penalty"], levels=[("全国", Decimal(5)), ("全市", Decimal("2.5"))], by=staff)
        return lines["penalty"]

    @pytest.mark.parametrize(
        ("level", "typed", "points"), [("全市", "", "2.5"), ("全国", "5", "5"), ("全国", "5.00", "5")]
    )
    def test_the_level_decides_the_points(self, penalty, desk, miaohang, level, typed, points):
        desk.post(PAGE, form(penalty, miaohang, level=level, points=typed))

        assert [(mark.level, mark.points) for mark in Mark.objects.all()] == [(level, Decimal(points))]

    @pytest.mark.parametrize(
        ("said", "expected"),
        [
            ({"level": "", "points": ""}, {"level": ["级别“”不正确，应为：全国 5 分、全市 2.5 分"]}),
            ({"level": "全市", "points": "5"}, {"points": ["“全市”为 2.5 分，现为 5 分；可以不填。"]}),
        ],
    )
    def test_points_that_are_not_the_levels_are_refused(self, penalty, desk, miaohang, said, expected):
        assert errors(desk.post(PAGE, form(penalty, miaohang, **said))) == expected
        assert not Mark.objects.exists()

    def test_a_line_without_levels_takes_none(self, penalty, lines, desk, miaohang):
        response = desk.post(PAGE, form(lines["bonus"], miaohang, level="全市"))

        assert errors(response) == {"__all__": ["“bonus项”没有设置级别与分值。"]}

    def test_penalties_are_capped_at_the_lines_weight(self, penalty, desk, miaohang):
        for key in ("one", "two"):
            desk.post(PAGE, form(penalty, miaohang, level="全国", points="", key=key))

        score = Scores(penalty.section.rubric.programme, Moment(dt.date(2024, 10, 15))).of(miaohang)
        assert {line.title: str(line.points) for line in score.criteria}["penalty项"] == "-5.00"


class TestFiles:
    def test_a_file_is_kept_with_its_hash_and_given_to_the_town(self, lines, desk, miaohang, official, sign_in):
        desk.post(PAGE, form(lines["penalty"], miaohang, points="5", files=a_file("通报.pdf")))

        file = Mark.objects.get().files.get()
        response = sign_in(official).get(f"/marks/files/{file.pk}/")
        assert (file.name, file.sha256) == ("通报.pdf", hashlib.sha256(b"%PDF-1.7 evidence").hexdigest())
        assert b"".join(response.streaming_content) == b"%PDF-1.7 evidence"

    def test_it_is_not_the_neighbours(self, lines, desk, miaohang, neighbour, facility_user, sign_in):
        desk.post(PAGE, form(lines["penalty"], miaohang, points="5", files=a_file("通报.pdf")))
        address = f"/marks/files/{Mark.objects.get().files.get().pk}/"

        assert [sign_in(one).get(address).status_code for one in (neighbour, facility_user)] == [404, 404]

    def test_a_file_that_is_not_taken_is_told_and_nothing_is_written(self, lines, desk, miaohang):
        response = desk.post(PAGE, form(lines["penalty"], miaohang, points="5", files=a_file("空.pdf", b"")))

        assert errors(response) == {"files": ["“空.pdf”是空文件。"]}
        assert not Mark.objects.exists()

    def test_a_spent_key_with_another_file_is_refused(self, lines, desk, miaohang):
        desk.post(PAGE, form(lines["penalty"], miaohang, points="5", files=a_file("通报.pdf")))
        response = desk.post(
            PAGE, form(lines["penalty"], miaohang, points="5", files=a_file("通报.pdf", b"%PDF other"))
        )

        assert "这张表已提交过" in response.content.decode()
        assert Mark.objects.count() == 1

    def test_a_file_that_was_removed_is_found_by_the_chain(self, lines, desk, miaohang, district):
        begin(district.pk)
        desk.post(PAGE, form(lines["penalty"], miaohang, points="5", files=a_file("通报.pdf")))
        before = verify(district).intact
        MarkFile._base_manager.all()._raw_delete("default")

        assert (before, verify(district).broken.code) == (True, "changed_row")


class TestRevoking:
    @pytest.fixture
    def mark(self, lines, miaohang, staff):
        given = {"reason": "季度检查", "document": "3号", "given_on": dt.date(2024, 9, 30), "key": "one", "by": staff}
        return give(criterion=lines["manual"], town=miaohang, points=Decimal(8), **given)

    def test_is_told_with_its_reason_on_the_page(self, mark, desk):
        page = desk.post(f"{PAGE}{mark.pk}/revoke/", {"reason": "录错街镇"}, follow=True).content.decode()

        assert "已撤销" in page
        assert "养老服务科：录错街镇" in page

    def test_without_a_reason_leaves_the_mark(self, mark, desk):
        page = desk.post(f"{PAGE}{mark.pk}/revoke/", {"reason": " "}, follow=True).content.decode()

        assert "撤销必须填写原因。" in page
        assert Mark.objects.count() == 1

    def test_twice_at_once_says_so(self, mark, desk):
        desk.post(f"{PAGE}{mark.pk}/revoke/", {"reason": "录错街镇"})
        page = desk.post(f"{PAGE}{mark.pk}/revoke/", {"reason": "录错分值"}, follow=True).content.decode()

        assert "该评分已被撤销。" in page
        assert Mark.objects.count() == 2

    def test_a_revocation_is_not_a_mark_to_revoke(self, mark, desk):
        desk.post(f"{PAGE}{mark.pk}/revoke/", {"reason": "录错街镇"})
        revocation = Mark.objects.get(revokes=mark)

        assert desk.post(f"{PAGE}{revocation.pk}/revoke/", {"reason": "再来"}).status_code == 404


def test_a_long_list_of_marks_comes_in_pages(lines, desk, miaohang, staff):
    shared = {"criterion": lines["bonus"], "town": miaohang, "points": Decimal(1), "document": "1号", "by": staff}
    for number in range(51):
        give(**shared, reason=f"事由{number}", given_on=dt.date(2024, 10, 1), key=f"mark-{number}")

    first, second = (desk.get(PAGE, {"page": page}) for page in (1, 2))

    assert [len(response.context["page"]) for response in (first, second)] == [50, 1]


class TestTheTwoDates:
    """The list as it stood on a day, and as it was known on a day."""

    @pytest.fixture
    def mark(self, lines, miaohang, staff):
        """Dated 1 October, written on the 5th, taken back on the 10th."""
        with time_machine.travel(dt.datetime(2024, 10, 5, 2, tzinfo=dt.UTC), tick=False):
            mark = give(
                criterion=lines["manual"], town=miaohang, points=Decimal(8), reason="季度检查", document="检查记录3号",
                given_on=dt.date(2024, 10, 1), by=staff, key="one",
            )  # fmt: skip
        with time_machine.travel(dt.datetime(2024, 10, 10, 2, tzinfo=dt.UTC), tick=False):
            revoke(mark=mark, reason="重复记录", by=staff)
        return mark

    @pytest.mark.parametrize(
        ("query", "taken_back"),
        [
            ("", [True]),
            ("as_of=2024-10-01", [True]),
            ("as_of=2024-09-30", []),
            ("known_on=2024-10-04", []),
            ("known_on=2024-10-05", [False]),
            ("known_on=2024-10-09", [False]),
            ("known_on=2024-10-10", [True]),
        ],
    )
    def test_a_mark_is_shown_as_it_was_known(self, mark, desk, query, taken_back):
        page = desk.get(f"{PAGE}?{query}")
        rows = desk.get(f"{PAGE}?{query}&export=csv").content.decode("utf-8-sig").splitlines()[1:]

        assert [found.taken_back is not None for found in page.context["page"].object_list] == taken_back
        assert ["重复记录" in row for row in rows] == taken_back

    def test_what_was_taken_back_since_cannot_be_taken_back_again(self, mark, desk):
        assert "revoke/" not in desk.get(f"{PAGE}?known_on=2024-10-05").content.decode()


@pytest.mark.parametrize(("known_on", "version"), [("2024-06-30", 1), ("2024-07-01", 2)])
def test_the_rubric_is_the_version_known_on_the_day(lines, desk, known_on, version):
    first = lines["manual"].section.rubric
    first.state = "retired"
    first.save()
    RubricFactory(programme=first.programme, version=2, created_at=dt.datetime(2024, 7, 1, 2, tzinfo=dt.UTC))

    page = desk.get(f"/p/plan/scores/rubric/?known_on={known_on}")

    assert page.context["rubric"].version == version


def test_typed_bonuses_on_one_matter_count_once_at_the_highest(lines, desk, miaohang):
    for key, points, matter in (("a", "3", "认知症友好社区"), ("b", "5", " 认知症友好社区 "), ("c", "2", "助餐试点")):
        desk.post(PAGE, form(lines["bonus"], miaohang, key=key, points=points, matter=matter))

    assert total(lines, miaohang) == Decimal(7)
    assert list(Matter.objects.values_list("name", flat=True)) == ["助餐试点", "认知症友好社区"]
    assert '<option value="助餐试点">' in desk.get(PAGE).content.decode()


def test_bonuses_without_a_matter_add_up(lines, desk, miaohang):
    for key in ("a", "b"):
        desk.post(PAGE, form(lines["bonus"], miaohang, key=key, points="3"))

    assert (total(lines, miaohang), Matter.objects.count()) == (Decimal(6), 0)


def test_only_a_bonus_has_a_matter(lines, desk, miaohang):
    response = desk.post(PAGE, form(lines["manual"], miaohang, matter="认知症友好社区"))

    assert errors(response) == {"matter": ["只有加分项填写加分事项。"]}
    assert (Mark.objects.count(), Matter.objects.count()) == (0, 0)
