"""Numbers as people read them."""

from decimal import Decimal

NOTHING = "—"


def number(value: Decimal | None, places: int = 2) -> str:
    """`948`, `85.37`, `—` for None: at most `places` decimals, no trailing zeros (for showing, never for computing)."""
    if value is None:
        return NOTHING
    if value == value.to_integral_value():
        return str(int(value))
    return f"{round(value, places):f}".rstrip("0").rstrip(".")


def points(value: Decimal | None) -> str:
    """`3.00`: points always with two decimals."""
    return NOTHING if value is None else f"{value:.2f}"
