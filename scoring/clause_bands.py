"""Items about one figure put together as bands that lie beside each other."""

from decimal import Decimal
from itertools import pairwise, zip_longest

from scoring.rules import Band


def bands_of(items):
    """The bands of bounds and ranges, lowest first, or None where tiers contradict each other.

    Bounds include their number (Civil Code, Art. 1259) unless they say otherwise; an end of a range is included
    unless another item claims it. Of several tiers that hold, the best counts, so each ends where the next begins.
    """
    floors = sorted((item for item in items if item.comparator in ("ge", "gt")), key=lambda item: item.value)
    ceilings = sorted((item for item in items if item.comparator in ("le", "lt")), key=lambda item: item.value)
    rising = all(low.points < high.points for low, high in pairwise(floors))
    falling = all(low.points > high.points for low, high in pairwise(ceilings))
    if not rising or not falling:
        return None
    ranges = [_range(item, items) for item in items if item.high is not None]
    bands = [*_from_ceilings(ceilings, items), *ranges, *_from_floors(floors)]
    return in_order(bands)


def in_order(bands):
    """Bands by where they start, lowest first."""
    return tuple(sorted(bands, key=_start))


def overlaps(bands):
    """Neighbouring bands that share a number."""
    return [(one, other) for one, other in pairwise(bands) if _meet(one, other) == "overlap"]


def gaps(bands):
    """Neighbouring bands with numbers between them that belong to neither."""
    return [(one, other) for one, other in pairwise(bands) if _meet(one, other) == "gap"]


def _from_floors(items):
    bands = []
    for item, above in zip_longest(items, items[1:]):
        high, high_included = (above.value, above.comparator == "gt") if above else (None, False)
        bands.append(Band(item.value, high, item.points, item.comparator == "ge", high_included))
    return bands


def _from_ceilings(items, all_items):
    """Where less is better, nothing at all is best; where more is better, nothing built earns nothing."""
    if not items:
        return []
    best = max(item.points for item in all_items)
    low, low_included = (None if items[0].points == best else Decimal(0)), False
    bands = []
    for item in items:
        bands.append(Band(low, item.value, item.points, low_included, item.comparator == "le"))
        low, low_included = item.value, item.comparator == "lt"
    return bands


def _range(item, items):
    claimed = {other.value for other in items if other.comparator in ("ge", "le")}
    claimed |= {other.value for other in items if other.high is not None and other.low_marked}
    claimed |= {other.high for other in items if other.high_marked and other.high is not None}
    low_included = item.value not in claimed if item.low_marked is None else item.low_marked
    high_included = item.high not in claimed if item.high_marked is None else item.high_marked
    return Band(item.value, item.high, item.points, low_included, high_included)


def _start(band):
    return (band.low is not None, band.low or Decimal(0), not band.low_included)


def _meet(one, other):
    if one.high is None or other.low is None or one.high > other.low:
        return "overlap"
    if one.high < other.low or not (one.high_included or other.low_included):
        return "gap"
    return "overlap" if one.high_included and other.low_included else "touch"
