"""External scores of facilities and towns (服务质量监测): which line they count on, recorded once a day, corrected by new rows."""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.models import Facility, Town
from scoring.line_settings import lines_by_people
from scoring.marking import give, revoke
from scoring.models import Criterion, LineSetting, Mark
from tasks.annexes.names import squash
from tasks.models import Programme


def monitored_lines(programme: Programme) -> list[Criterion]:
    """The lines of the rubric in force that average external scores."""
    return list(lines_by_people(programme).filter(rule__kind="average"))


def categories(programme: Programme) -> dict[str, str]:
    """What monitoring tables call the lines, by the lines' titles; only where somebody has set it."""
    standing = LineSetting.objects.filter(programme=programme).standing().exclude(category="")
    return dict(standing.values_list("title", "category"))


def lines_called(word: str, lines: Sequence[Criterion], named: dict[str, str]) -> list[Criterion]:
    """The lines that a table's category may mean: the one that is called so, else those whose titles hold the word."""
    key = squash(word)
    called = [line for line in lines if squash(named.get(line.title, "")) == key]
    return called or [line for line in lines if key and key in squash(line.title) and line.title not in named]


def record(
    *,
    line: Criterion,
    town: Town,
    score: Decimal,
    on: dt.date,
    document: str,
    by,
    key: str,
    facility: Facility | None = None,
    reason: str = "",
    files: Iterable[UploadedFile] = (),
) -> Mark:
    """Record one score of 0–100 of a facility, or of a town as a whole, on a day.

    Raises MarkingError as `marking.give` does.
    """
    said = {"points": score, "reason": reason or line.title, "document": document, "given_on": on}
    return give(criterion=line, town=town, facility=facility, by=by, key=key, files=files, **said)


@transaction.atomic
def correct(*, mark: Mark, score: Decimal, document: str, reason: str, by, key: str) -> Mark:
    """Another score in place of a standing one: the old row is taken back with the reason, a new one is written."""
    revoke(mark=mark, reason=reason, by=by)
    facts = {"line": mark.criterion, "town": mark.town, "facility": mark.facility, "on": mark.given_on}
    return record(score=score, document=document, reason=mark.reason, by=by, key=key, **facts)
