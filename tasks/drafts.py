"""A town's entry sheet while it is being filled: every line is kept as typed, until it is submitted."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Town
from tasks import entry, evidence
from tasks.models import Decision, Draft, Evidence, Indicator, Period, Report, Submission, Task
from tasks.reporting import ReportingError, line_of, lock, submit
from tasks.sheet import sheet
from tasks.sheet_lines import SheetLine

Rows = Sequence[Mapping[str, str]]


class SheetErrors(ReportingError):
    """The sheet was not submitted: `errors` are messages by line and field."""

    def __init__(self, errors: Mapping[int, Mapping[str, str]]):
        self.errors = errors
        super().__init__(_("有 %(count)s 行需要修改，尚未提交。已填内容均已保存。") % {"count": len(errors)})


class Change(NamedTuple):
    """What was typed on a line that was last known at `version` (0: there was no draft).

    `rows` are its sites, as `sites.as_kept` gives them; None: they are as they were.
    """

    subject: Indicator | Task
    typed: Mapping[str, str]
    version: int
    rows: Rows | None = None

    @property
    def values(self) -> dict:
        return {"typed": entry.as_kept(self.subject, self.typed)} | ({} if self.rows is None else {"sites": self.rows})

    @property
    def is_blank(self) -> bool:
        return not any(self.values["typed"].values()) and not self.rows


Kept = tuple[Draft | None, bool]  # the draft, and whether the change was kept


def keep(*, period: Period, town: Town, subject, typed: Mapping, version: int, by, rows: Rows | None = None) -> Kept:
    """Keep one line as typed: the draft, and whether it was kept (see `keep_all`)."""
    return keep_all(period=period, town=town, changes=[Change(subject, typed, version, rows)], by=by)[0]


@transaction.atomic
def keep_all(*, period: Period, town: Town, changes: Sequence[Change], by) -> list[Kept]:
    """Keep lines as typed, in a fixed number of queries.

    A draft that another window saved after the change's version is not overwritten, and is given back as not kept.
    """
    lock(period, town)
    rows = Draft.objects.filter(period=period, town=town, line__in=[line_of(change.subject) for change in changes])
    drafts = {draft.line: draft for draft in rows.select_related("by")}
    kept: list[Kept] = []
    new, newer = [], []
    for change in changes:
        draft = drafts.get(line_of(change.subject))
        if draft is None and not change.is_blank:
            draft = Draft(**_place(period, town, change.subject), **change.values, by=by)
            new.append(draft)
        elif draft and any(getattr(draft, name) != value for name, value in change.values.items()):
            if draft.version != change.version:
                kept.append((draft, False))
                continue
            for name, value in change.values.items():
                setattr(draft, name, value)
            draft.version, draft.by, draft.at = draft.version + 1, by, timezone.now()
            newer.append(draft)
        kept.append((draft, True))
    Draft.objects.bulk_create(new)
    Draft.objects.bulk_update(newer, ["typed", "sites", "version", "by", "at"])
    return kept


@transaction.atomic
def attach(file, *, line: SheetLine, town: Town, by) -> Evidence:
    """Hang a file on a line that is being filled. Raises evidence.EvidenceError for a file that is not taken.

    A draft that holds nothing but the file has version 0: nobody has typed in it yet.
    """
    lock(line.period, town)
    place = _place(line.period, town, line.subject)
    first = {"by": by, "typed": dict(line.prefilled), "version": 0}
    draft, _is_new = Draft.objects.get_or_create(**place, defaults=first)
    return evidence.attach(file, by=by, draft=draft)


def submit_sheet(
    *,
    period: Period,
    town: Town,
    by,
    key: str,
    seen: Mapping[int, int],
    as_at: dt.date | None = None,
    confirmed: Collection[int] = (),
    lines: Sequence[SheetLine] | None = None,
) -> Submission | None:
    """Submit every typed line of the sheet, all or none; None when nothing is typed. `lines` is the sheet, if just read.

    `confirmed` are the lines that were shown with the facilities' figure and left so: they are submitted as well.
    Raises SheetErrors with every message at once, Conflict where another official has submitted a line meanwhile.
    """
    every = sheet(period, town) if lines is None else lines
    lines = [line for line in every if line.draft or (line.number in confirmed and line.is_news)]
    # Asked after the sheet was read: what a request with the same key has taken off it is then known to be written.
    if earlier := Submission.objects.filter(key=key, period=period, town=town).first():
        found = {line: line.read(as_at) for line in lines if line.draft}
        entries = [one.entry for one in found.values() if one.entry] or None
        return _submit(found, entries, period, town, by, key, {}) if entries else earlier
    found = {line: line.check(as_at) for line in lines}
    errors = {line.number: one.errors | (line.demands(one) if one.entry else {}) for line, one in found.items()}
    if errors := {number: messages for number, messages in errors.items() if messages}:
        raise SheetErrors(errors)
    entries = [one.entry for one in found.values() if one.entry]
    return _submit(found, entries, period, town, by, key, seen) if entries else None


@transaction.atomic
def _submit(lines: Iterable[SheetLine], entries, period: Period, town: Town, by, key: str, seen) -> Submission:
    source = Submission.Source.ENTERED if by.town_id == town.pk else Submission.Source.ON_BEHALF
    submitted = {sent.line: seen.get(sent.line, 0) for sent in entries}
    submission = submit(period=period, town=town, entries=entries, by=by, key=key, source=source, seen=submitted)
    _spend([line for line in lines if line.number in submitted], submission)
    return submission


def _spend(lines: Sequence[SheetLine], submission: Submission) -> None:
    """The drafts of the submitted lines go, their files move to the reports; what was typed meanwhile stays a draft.

    A report that was decided takes no more files: sent again after that, its line's draft stays.
    """
    sent = list(submission.reports.select_for_update(of=("self",)))
    decided = set(Decision.objects.filter(report__in=sent).values_list("report", flat=True))
    reports = {report.line: report for report in sent if report.pk not in decided}
    lines = [line for line in lines if line.number in reports]
    drafts = {line.draft.pk: line for line in lines if line.draft}
    files = list(Evidence.objects.filter(draft__in=drafts))
    for file in files:
        file.report, file.draft = reports[drafts[file.draft_id].number], None
    Evidence.objects.bulk_update(files, ["report", "draft"])
    _carry_on(lines, reports)
    versions = {pk: line.draft.version for pk, line in drafts.items()}
    spent = [draft.pk for draft in Draft.objects.filter(pk__in=versions) if draft.version == versions[draft.pk]]
    Draft.objects.filter(pk__in=spent).delete()


def _carry_on(lines: Sequence[SheetLine], reports: Mapping[int, Report]) -> None:
    """A correction without files of its own keeps those of the report that came back."""
    came_back = [line for line in lines if line.sent_files]
    renewed = set()
    if came_back:
        renewed = set(Evidence.objects.filter(report__in=reports.values()).values_list("report", flat=True))
    kept = [
        (file, report)
        for line in came_back
        for file in line.sent_files
        if (report := reports[line.number]).pk not in renewed
    ]
    Evidence.objects.bulk_create(
        Evidence(
            district_id=file.district_id,
            report=report,
            name=file.name,
            file=file.file.name,
            size=file.size,
            sha256=file.sha256,
            at=file.at,
            by_id=file.by_id,
        )
        for file, report in kept
    )


def _place(period: Period, town: Town, subject: Indicator | Task) -> dict:
    is_indicator = isinstance(subject, Indicator)
    return {
        "period": period,
        "town": town,
        "indicator": subject if is_indicator else None,
        "task": None if is_indicator else subject,
    }
