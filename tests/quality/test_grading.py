"""Points, shares and grades: bounds include the number, shares are exact, what does not apply counts on neither side."""

from decimal import Decimal

import pytest

from quality.grading import Answered, Bound, Part, grade

MONITORING = [
    Bound("excellent", "优秀", Decimal(90)),
    Bound("good", "良好", Decimal(80)),
    Bound("poor", "较差", Decimal(0)),
]
STARS = [
    Bound(code, code, Decimal(minimum), Decimal(part))
    for code, minimum, part in (("5", 900, 90), ("4", 780, 80), ("3", 570, 60), ("2", 450, 50), ("1", 360, 40))
]
PARTS = {"环境": 120, "设施设备": 130, "运营管理": 150, "服务": 600}


def of(got, points=100, group="甲", **fields):
    return Answered(group, Decimal(points), None if got is None else Decimal(got), **fields)


def code(outcome):
    return outcome.grade and outcome.grade.code


@pytest.mark.parametrize(
    ("got", "expected"),
    [("90", "excellent"), ("89.99", "good"), ("80", "good"), ("79.99", "poor"), ("0", "poor"), ("100", "excellent")],
)
def test_a_bound_includes_its_number(got, expected):
    assert code(grade([of(got)], MONITORING, in_points=False)) == expected


def test_a_share_is_compared_before_it_is_rounded():
    almost = grade([of("89.999", 100)], MONITORING, in_points=False)

    assert (almost.total.percent, code(almost)) == (Decimal("90.00"), "good")


def test_what_does_not_apply_counts_on_neither_side():
    found = grade([of(9, 10), of(None, 90)], MONITORING, in_points=False)

    assert (found.total, code(found)) == (Part("", Decimal(9), Decimal(10)), "excellent")


def test_where_nothing_applies_there_is_no_grade():
    found = grade([of(None)], MONITORING, in_points=False)

    assert (found.grade, found.total.percent) == (None, None)


def test_a_veto_gives_the_lowest_grade_whatever_the_points():
    assert code(grade([of(100), of(0, 1, vetoed=True)], MONITORING, in_points=False)) == "poor"


def test_without_grades_there_are_points_only():
    assert grade([of(5, 10, vetoed=True)], [], in_points=False).grade is None


def test_groups_stand_in_the_order_of_their_items():
    found = grade([of(1, 2, "乙"), of(3, 4, "甲"), of(1, 4, "乙")], MONITORING, in_points=False)

    assert [(part.name, part.points, part.attainable, part.percent) for part in found.parts] == [
        ("乙", 2, 6, Decimal("33.33")),
        ("甲", 3, 4, Decimal("75.00")),
    ]


def stars(**got):
    """The star level of GB/T 37276-2018 for the points of each part; what is not named has full points."""
    return code(grade([of(got.get(name, full), full, name) for name, full in PARTS.items()], STARS, in_points=True))


class TestStarLevels:
    def test_the_parts_make_a_thousand_points(self):
        assert sum(PARTS.values()) == 1000

    @pytest.mark.parametrize(
        ("share", "level"),
        [(90, "5"), (80, "4"), (60, "3"), (50, "2"), (40, "1")],
    )
    def test_every_part_at_its_share_reaches_the_level(self, share, level):
        assert stars(**{name: Decimal(full * share) / 100 for name, full in PARTS.items()}) == level

    @pytest.mark.parametrize("part", PARTS)
    @pytest.mark.parametrize(("share", "level"), [(90, "4"), (80, "3"), (60, "2"), (50, "1"), (40, None)])
    def test_one_part_a_hundredth_below_its_share_misses_the_level(self, part, share, level):
        assert stars(**{part: Decimal(PARTS[part] * share) / 100 - Decimal("0.01")}) == level

    @pytest.mark.parametrize(
        ("total", "level"),
        [
            *(("900", "5"), ("899.99", "4"), ("780", "4"), ("779.99", "3"), ("570", "3"), ("569.99", "2")),
            *(("450", "2"), ("449.99", "1"), ("360", "1"), ("359.99", None)),
        ],
    )
    def test_the_total_is_points_even_where_all_that_applies_was_gained(self, total, level):
        gained = Decimal(total)
        answers = [of(gained, gained, "服务"), of(None, 1000 - gained, "环境")]

        assert code(grade(answers, STARS, in_points=True)) == level
