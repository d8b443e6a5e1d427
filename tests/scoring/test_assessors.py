"""Several assessors of one line: what waits for whom, what each may see and do until all have marked."""

import datetime as dt
from decimal import Decimal

import pytest

from accounts.permissions import Role
from scoring.assessors import todos, waiting_for
from scoring.changed_since import changed_since
from scoring.line_settings import set_line
from scoring.marking import MarkingError, give, revoke, sealed
from scoring.scores import Scores
from scoring.verifying import verify
from tasks.board import Moment
from tests.factories import CriterionFactory, UserFactory, a_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

PAGE = "/p/plan/scores/marks/"


@pytest.fixture
def colleague(district):
    return UserFactory(username="colleague", name="老李", role=Role.STAFF, district=district)


@pytest.fixture
def line(plan, staff, colleague):
    """A line that the two of them mark."""
    line = CriterionFactory(section=plan.by_hand.section, key="1.9", title="现场评定", weight=Decimal(10), order=9)
    set_line(line=line, several="average", assessors=[staff, colleague], by=staff)
    return line


def marked(line, town, by, points, **fields):
    said = {"reason": "现场", "document": "评分表", "given_on": dt.date(2024, 10, 1)}
    key = f"{by.pk}-{town.pk}-{points}"
    return give(criterion=line, town=town, by=by, points=Decimal(points), key=key, **said, **fields)


def score(plan, line, town):
    (found,) = [
        one for one in Scores(plan.programme, Moment(dt.date(2024, 10, 15))).of(town).criteria if one.key == line.key
    ]
    return str(found.points), found.status


def test_the_line_waits_until_all_have_marked_and_then_is_their_mean(plan, line, staff, colleague):
    marked(line, plan.miaohang, staff, "8")
    waiting = score(plan, line, plan.miaohang)
    marked(line, plan.miaohang, colleague, "9.01")

    assert (waiting, score(plan, line, plan.miaohang)) == (("0.00", "awaiting"), ("8.51", "computed"))


def test_nobody_else_marks_the_line(plan, line, admin):
    with pytest.raises(MarkingError, match="“现场评定”的评分人是养老服务科、老李，其他人不能评分。"):
        marked(line, plan.miaohang, admin, "8")


def test_only_its_author_takes_a_mark_back(plan, line, staff, colleague):
    mark = marked(line, plan.miaohang, staff, "8")

    with pytest.raises(MarkingError, match="只能由评分人本人撤销"):
        revoke(mark=mark, reason="不同意", by=colleague)
    assert revoke(mark=mark, reason="录错", by=staff).revokes == mark


def test_each_is_told_the_towns_that_wait_for_them(plan, line, staff, colleague, admin):
    marked(line, plan.miaohang, staff, "8")

    assert [(found.line, len(found.towns)) for found in waiting_for(staff, plan.programme)] == [(line, 2)]
    assert [(todo.title, todo.detail) for todo in todos(staff, plan.programme)] == [
        ("评分：现场评定", "还有 2 个街镇待评：友谊路街道、高境镇")
    ]
    assert [len(found.towns) for found in waiting_for(colleague, plan.programme)] == [3]
    assert waiting_for(admin, plan.programme) == []


def test_a_mark_taken_back_waits_again(plan, line, staff):
    mark = marked(line, plan.miaohang, staff, "8")
    revoke(mark=mark, reason="录错", by=staff)

    assert [len(found.towns) for found in waiting_for(staff, plan.programme)] == [3]


class TestSealed:
    @pytest.fixture
    def mark(self, plan, line, colleague):
        return marked(line, plan.miaohang, colleague, "7.77", files=[a_file("评分表.pdf")])

    def test_anothers_mark_is_sealed_until_all_have_marked(self, plan, line, mark, staff, colleague):
        before = [sealed(plan.programme, one) for one in (staff, colleague)]
        marked(line, plan.miaohang, staff, "8")

        assert before == [{mark.pk}, set()]
        assert sealed(plan.programme, staff) == set()

    def test_it_stands_on_no_page_and_in_no_file(self, plan, mark, staff, sign_in):
        client = sign_in(staff)
        pages = [
            PAGE,
            f"{PAGE}?export=csv",
            "/p/plan/towns/310113112/",
            "/p/plan/towns/310113112/?export=csv&list=lines",
        ]

        assert [page for page in pages if "7.77" in client.get(page).content.decode("utf-8-sig")] == []
        assert client.get(f"/marks/files/{mark.files.get().pk}/").status_code == 404
        assert client.get(f"/p/plan/history/mark/{mark.pk}/").status_code == 404
        assert client.post(f"{PAGE}{mark.pk}/revoke/", {"reason": "不同意"}).status_code == 404

    def test_its_author_sees_it(self, plan, mark, colleague, sign_in):
        client = sign_in(colleague)

        assert "7.77" in client.get(PAGE).content.decode()
        assert "还有 1 位未评分" in client.get("/p/plan/towns/310113112/").content.decode()
        response = client.get(f"/marks/files/{mark.files.get().pk}/")
        assert b"".join(response.streaming_content) == b"%PDF-1.7 evidence"


def test_the_page_leads_to_the_form_for_what_waits(plan, line, staff, sign_in):
    client = sign_in(staff)

    assert f"?criterion={line.pk}&amp;town={plan.youyi.pk}#give" in client.get(PAGE).content.decode()
    form = client.get(f"{PAGE}?criterion={line.pk}&town={plan.youyi.pk}").context["form"]
    assert (form["criterion"].value(), form["town"].value()) == (str(line.pk), str(plan.youyi.pk))


def test_the_frozen_line_names_every_assessor(plan, line, staff, colleague):
    for town in plan.towns:
        marked(line, town, staff, "8")
        marked(line, town, colleague, "9.01")
    assessment = plan.frozen(as_of=dt.date(2024, 10, 15))

    (award,) = plan.line(assessment, plan.miaohang, line.key).inputs["awards"]

    assert (award["points"], award["reason"]) == ("8.505", "养老服务科 8.00、老李 9.01")
    assert [(mark["by"], mark["points"], mark["document"]) for mark in award["marks"]] == [
        ("养老服务科", "8", "评分表"),
        ("老李", "9.01", "评分表"),
    ]


def test_a_setting_that_changes_after_freezing_leaves_what_was_frozen(plan, line, staff, colleague, time_machine):
    for town in plan.towns:
        marked(line, town, staff, "8")
        marked(line, town, colleague, "10")
    assessment = plan.frozen(as_of=dt.date(2024, 10, 15))
    time_machine.shift(60)
    set_line(line=line, by=staff)

    verdict = verify(assessment)

    assert (verdict.intact, verdict.equal) == (True, True)
    assert score(plan, line, plan.miaohang) == ("10.00", "computed")
    assert [[one.after for one in town.lines] for town in changed_since(assessment)] == [[Decimal("10.00")]] * 3
