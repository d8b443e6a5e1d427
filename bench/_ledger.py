"""What stands in the database against what the officials' browsers were told: lost and doubled lines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bench._officials import Official, Typed
from tasks.models import Draft, Period, Report, Submission

FIELDS = ("value", "numerator", "denominator", "state", "percent", "words", "reason")


def missing(officials: Mapping[int, Official], period: Period) -> list[str]:
    """Acknowledged writes that are not there; `officials` by their town's key. Asked while nobody writes."""
    drafts = {(town, line): typed for town, line, typed in _drafts(period)}
    keys = set(Submission.objects.filter(period=period).values_list("key", flat=True))
    found = []
    for town, official in officials.items():
        if official.key in keys:
            continue  # acknowledged or not, its lines are counted at the end
        if official.sent:
            found.append(f"town {town}: the submit")
        found += [
            f"town {town} line {line}: {typed}"
            for line, typed in official.saved.items()
            if drafts.get((town, line)) not in (typed, official.pending.get(line))
        ]
    return found


def lost_and_doubled(officials: Mapping[int, Official], period: Period) -> tuple[list[str], list[str]]:
    """At the end: lines that are not in the ledger as typed, and what is there more than once or should not be."""
    reports = list(Report.objects.filter(period=period).select_related("submission"))
    written = {(report.town_id, report.line): report for report in reports}
    lost = [
        f"town {town} line {line}"
        for town, official in officials.items()
        for line, typed in official.lines.items()
        if not _is_told(written.get((town, line)), official.key, typed)
    ]
    sent = Counter(Submission.objects.filter(period=period).values_list("town_id", flat=True))
    doubled = [f"town {town}: {count} submissions" for town, count in sent.items() if count != 1]
    doubled += [f"town {one.town_id} line {one.line} revision {one.revision}" for one in reports if one.revision != 1]
    doubled += [f"town {town} line {line}: a draft" for town, line, _typed in _drafts(period)]
    return lost, doubled


def _drafts(period: Period) -> Sequence[tuple[int, int, Typed]]:
    return list(Draft.objects.filter(period=period).values_list("town_id", "line", "typed"))


def _is_told(report: Report | None, key: str, typed: Typed) -> bool:
    """Whether the report says what was typed, in the submit with that key."""
    if report is None or report.submission.key != key:
        return False
    return all(_plain(getattr(report, name)) == typed[name] for name in FIELDS if name in typed)


def _plain(value) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value or "")
