"""What the rule sees of the marks that stand: the latest, the mean of the assessors, one award for each matter."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from scoring.awarding import assembled
from scoring.facts import Inputs, round_points
from scoring.rules import load_rule

WANG, LI, ZHANG = (SimpleNamespace(pk=pk, name=name) for pk, name in ((1, "王"), (2, "李"), (3, "张")))


class Person(str):
    """Told by its name."""


def mark(pk, points, by=WANG, **fields):
    said = {"grade": "", "level": "", "matter_id": None, "facility_id": None, "facility": None}
    said |= {"reason": "检查", "document": "记录"}
    return SimpleNamespace(pk=pk, points=Decimal(points), by_id=by.pk, by=Person(by.name), **(said | fields))


def averaged(*people):
    rows = [SimpleNamespace(user_id=one.pk, user=Person(one.name)) for one in people]
    return SimpleNamespace(is_averaged=True, assessors=SimpleNamespace(all=lambda: rows))


def points(found):
    return [str(award.points) for award in found.awards]


def scored(found, weight="10"):
    """The line's points, rounded by the engine's own step."""
    result = load_rule({"kind": "manual"}).evaluate(Inputs(awards=found.awards), Decimal(weight))
    return str(round_points(result.points)), result.status


class TestOneAfterTheOther:
    def test_every_mark_is_an_award_and_only_the_latest_counts_on_a_manual_line(self):
        found = assembled([mark(1, "6"), mark(2, "8")], None, "manual")

        assert points(found) == ["6", "8"]
        assert found.dropped == {1: "later"}
        assert scored(found) == ("8.00", "computed")

    @pytest.mark.parametrize("kind", ["average", "bonus", "penalty"])
    def test_where_marks_add_up_none_is_dropped(self, kind):
        assert assembled([mark(1, "6"), mark(2, "8")], None, kind).dropped == {}

    def test_level_and_facility_stand_before_the_reason(self):
        rows = [mark(1, "6", level="市级"), mark(2, "80", facility_id=7, facility="庙行养老院")]

        assert [award.reason for award in assembled(rows, None, "penalty").awards] == ["市级 检查", "庙行养老院 检查"]


class TestAveraged:
    def test_a_line_waits_until_every_assessor_has_marked(self):
        found = assembled([mark(1, "8", WANG), mark(2, "9", LI)], averaged(WANG, LI, ZHANG), "manual")

        assert (found.awards, found.missing, found.assessors) == ((), ("张",), 3)
        assert scored(found) == ("0.00", "awaiting")

    def test_the_mean_is_exact_and_rounded_once_at_the_line(self):
        rows = [mark(1, "8", WANG), mark(2, "9", LI), mark(3, "9", ZHANG)]
        found = assembled(rows, averaged(WANG, LI, ZHANG), "manual")

        assert found.awards[0].points == Decimal(26) / 3
        assert found.awards[0].reason == "王 8、李 9、张 9"
        assert scored(found) == ("8.67", "computed")

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            (("8.33", "8.34"), "8.34"),  # 8.335: half a cent goes up
            (("8.32", "8.33"), "8.33"),  # 8.325
            (("0", "0.01"), "0.01"),
            (("10", "10"), "10.00"),
            (("0", "0"), "0.00"),
        ],
    )
    def test_half_a_cent_is_rounded_up(self, given, expected):
        rows = [mark(pk, one, by) for pk, (one, by) in enumerate(zip(given, (WANG, LI), strict=True))]

        assert scored(assembled(rows, averaged(WANG, LI), "manual")) == (expected, "computed")

    def test_each_assessor_counts_once_with_the_latest_mark(self):
        rows = [mark(1, "2", WANG), mark(2, "9", LI), mark(3, "7", WANG)]
        found = assembled(rows, averaged(WANG, LI), "manual")

        assert (points(found), found.dropped) == (["8"], {1: "later"})

    def test_who_is_no_assessor_does_not_count(self):
        rows = [mark(1, "0", ZHANG), mark(2, "9", LI), mark(3, "7", WANG)]
        found = assembled(rows, averaged(WANG, LI), "manual")

        assert (points(found), found.dropped) == (["8"], {1: "unassigned"})

    def test_the_order_of_the_marks_does_not_matter(self):
        rows = [mark(1, "8.1", WANG), mark(2, "9.25", LI), mark(3, "6", ZHANG)]

        assert {points(assembled(order, averaged(WANG, LI, ZHANG), "manual"))[0] for order in (rows, rows[::-1])} == {
            str(Decimal("23.35") / 3)
        }

    def test_until_all_have_marked_each_sees_only_their_own(self):
        found = assembled([mark(1, "8", WANG), mark(2, "9", LI)], averaged(WANG, LI, ZHANG), "manual")

        assert [one.mark.pk for one in found.shown_to(WANG)] == [1]
        assert [one.mark.pk for one in found.shown_to(ZHANG)] == []

    def test_then_everybody_sees_all(self):
        found = assembled([mark(1, "8", WANG), mark(2, "9", LI)], averaged(WANG, LI), "manual")

        assert [one.mark.pk for one in found.shown_to(ZHANG)] == [1, 2]


class TestMatters:
    def test_of_one_matter_the_highest_counts_and_the_other_is_told(self):
        rows = [mark(1, "3", matter_id=7), mark(2, "5", matter_id=7)]
        found = assembled(rows, None, "bonus")

        assert (points(found), found.dropped) == (["5"], {1: "matter"})
        assert [one.why_not for one in found.shown_to(WANG)] == ["未计入：同一事项只计最高级别", ""]

    def test_of_equal_ones_the_first_counts(self):
        assert assembled([mark(1, "5", matter_id=7), mark(2, "5", matter_id=7)], None, "bonus").dropped == {2: "matter"}

    def test_other_matters_and_those_without_one_count_each(self):
        rows = [mark(1, "3", matter_id=7), mark(2, "5", matter_id=8), mark(3, "1"), mark(4, "1")]

        assert points(assembled(rows, None, "bonus")) == ["3", "5", "1", "1"]
