"""ECharts options of the scoring pages; every chart stands beside a table that says the same. Numbers only for drawing."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from scoring.waterfall import Step, Waterfall

TOTAL, GAINED, LOST = "#4a7fc1", "#2e8a99", "#c8553d"
NAMES_WIDE = 150  # pixels for the names beside lying bars; longer ones are cut
CLEAR = {"color": "transparent"}


def falls(found: Waterfall, *, down: bool) -> dict:
    """The waterfall as lying bars from top to bottom: where it starts, each line that changes it, and the total."""
    steps = [step for step in found.steps if step.change]
    rows = [*steps, Step(_("总分"), None, found.end, found.end)]
    if down:
        rows.insert(0, Step(_("满分"), None, found.start, found.start))
    whole = {0, len(rows) - 1} if down else {len(rows) - 1}
    bases = [0 if at in whole else _low(step) for at, step in enumerate(rows)]
    parts = [
        (_("总分"), TOTAL, [step.after if at in whole else None for at, step in enumerate(rows)]),
        (_("得分"), GAINED, [_of(step, at in whole, gained=True) for at, step in enumerate(rows)]),
        (_("失分"), LOST, [_of(step, at in whole, gained=False) for at, step in enumerate(rows)]),
    ]
    series = [{"type": "bar", "stack": "points", "silent": True, "itemStyle": CLEAR, "data": _numbers(bases)}]
    series += [_bars(name, colour, values) for name, colour, values in parts if any(values)]
    return _lying([step.title for step in rows], series, names=[one["name"] for one in series[1:]])


def lying(title: str, names: Sequence[str], values: Sequence[Decimal]) -> dict:
    """One lying bar a name, in order from the top."""
    return _lying(names, [_bars(title, TOTAL, values)], names=[])


def standing(title: str, names: Sequence[str], values: Sequence[int]) -> dict:
    """One column a name, from left to right."""
    return {
        "grid": {"left": 8, "right": 8, "top": 32, "bottom": 8, "containLabel": True},
        "legend": {"show": False},
        "xAxis": {"type": "category", "data": list(names)},
        "yAxis": {"type": "value", "name": title, "minInterval": 1},
        "series": [_bars(title, TOTAL, values, label="top")],
    }


def lines(titles: Sequence[str], rows: Sequence[tuple[str, Sequence[Decimal | None]]]) -> dict:
    """A line a name over the titles, from left to right; a gap where there is no value."""
    series = [{"type": "line", "name": name, "data": _numbers(values)} for name, values in rows]
    return {
        "grid": {"left": 8, "right": 24, "top": 56, "bottom": 8, "containLabel": True},
        "legend": {"show": True, "type": "scroll", "top": 0, "data": [name for name, _values in rows]},
        "xAxis": {
            "type": "category",
            "data": list(titles),
            "axisLabel": {"interval": 0, "overflow": "break", "width": 120},
        },
        "yAxis": {"type": "value", "scale": True},
        "series": series,
    }


def _lying(titles: Sequence[str], series: Sequence[dict], *, names: Sequence[str]) -> dict:
    axis = {"interval": 0, "width": NAMES_WIDE, "overflow": "truncate"}
    return {
        "grid": {"left": 8, "right": 48, "top": 32 if names else 8, "bottom": 8, "containLabel": True},
        "legend": {"show": bool(names), "top": 0, "data": list(names)},
        "xAxis": {"type": "value"},
        "yAxis": {"type": "category", "inverse": True, "data": list(titles), "axisLabel": axis},
        "series": list(series),
    }


def _bars(name: str, colour: str, values: Sequence, label: str = "right") -> dict:
    return {
        "type": "bar",
        "name": name,
        "stack": "points",
        "itemStyle": {"color": colour},
        "label": {"show": True, "position": label, "color": "inherit"},
        "data": _numbers(values),
    }


def _numbers(values: Sequence) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def _low(step: Step) -> Decimal:
    return min(step.after, step.after - step.change)


def _of(step: Step, whole: bool, *, gained: bool) -> Decimal | None:
    return None if whole or (step.change > 0) != gained else abs(step.change)
