"""Units: other words for the same, and scaled ones."""

from decimal import Decimal

import pytest

from tasks.annexes import units
from tasks.annexes.cells import CellError, in_unit, read_number, read_target
from tasks.annexes.grid import Cell


@pytest.mark.parametrize(
    ("unit", "wanted", "factor"),
    [
        ("人", "人", 1),
        ("名", "人", 1),
        ("床", "张", 1),
        ("家", "个", 1),
        ("万人", "人", 10_000),
        ("万", "人", 10_000),
        ("万", "万人", 1),
        ("人", "万人", "0.0001"),
        ("百户", "户", 100),
        ("十万元", "万元", 10),
        ("人/年", "人", 1),
        ("名/年/街镇", "人/年", 1),
        ("万人次", "人", None),
        ("户", "人", None),
        ("万人", "", None),
        ("万", "", 10_000),
        ("平方米/千人", "平方米", None),
    ],
)
def test_the_factor_between_two_units(unit, wanted, factor):
    assert units.factor(unit, wanted) == (None if factor is None else Decimal(factor))


@pytest.mark.parametrize("text", ["张", "人次", "万人次", "人/年", "%", "平方米/千人", "亿"])
def test_units_of_measure(text):
    assert units.is_measure(text)


@pytest.mark.parametrize("text", ["床位", "民政局", "", "3张"])
def test_what_is_no_unit_of_measure(text):
    assert not units.is_measure(text)


def read(value, wanted, printed="", reader=read_target):
    return in_unit(reader(Cell("表", 1, 1, value)), printed, wanted)


@pytest.mark.parametrize(
    ("value", "printed", "wanted", "number"),
    [
        ("1.2万人", "", "人", "12000"),
        ("1.2万", "", "人", "12000"),
        (1.2, "万人次", "人次", "12000"),
        ("800人", "万人", "人", "800"),
        ("0.3", "百户", "户", "30"),
        ("1.2万人", "", "万人", "1.2"),
        (5, "家", "个", "5"),
        ("85%", "万元", "元", "85"),
        (85, "户", "%", "85"),
    ],
)
def test_a_figure_is_given_in_the_indicators_unit_exactly(value, printed, wanted, number):
    reading = read(value, wanted, printed)

    assert (str(reading.value), reading.cautions) == (number, ())


@pytest.mark.parametrize(
    ("value", "printed", "wanted"), [("1.2万元", "", "人"), (3, "万人次", "户"), ("2千人", "", "")]
)
def test_a_scaled_unit_of_something_else_is_an_error(value, printed, wanted):
    with pytest.raises(CellError) as caught:
        read(value, wanted, printed)

    assert caught.value.code == "unit"


def test_another_unit_without_a_scale_is_a_caution():
    assert [caution.code for caution in read("5户", "张").cautions] == ["unit"]


def test_a_header_with_another_unit_or_no_unit_at_all_is_taken_as_it_is():
    assert [read(5, "张", "户").cautions, read("5户", "").cautions] == [(), ()]


def test_what_grows_too_large_is_an_error():
    with pytest.raises(CellError) as caught:
        read("99999亿", "人", reader=read_number)

    assert caught.value.code == "too_large"
