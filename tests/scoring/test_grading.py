"""Grades: a band includes its lower number; every total has one."""

from decimal import Decimal

import pytest

from scoring.grading import DEFAULT_BANDS, Band, faults, grade


@pytest.mark.parametrize(
    ("total", "name"),
    [
        ("100", "优秀"),
        ("90", "优秀"),
        ("89.99", "良好"),
        ("80", "良好"),
        ("79.99", "合格"),
        ("60", "合格"),
        ("59.99", "不合格"),
        ("0", "不合格"),
    ],
)
def test_the_lower_number_belongs_to_the_band(total, name):
    assert grade(Decimal(total), DEFAULT_BANDS) == name


@pytest.mark.parametrize(
    ("leasts", "wrong"),
    [
        (["90", "80", "0"], []),
        (["90", "90", "0"], [1]),
        (["80", "90", "0"], [1]),
        (["90", "0", "0"], [2]),
        (["90", "80", "1"], [2]),
        ([], [0]),
    ],
)
def test_bands_fall_and_end_at_0(leasts, wrong):
    assert faults([Band(f"{at}", Decimal(least)) for at, least in enumerate(leasts)]) == wrong
