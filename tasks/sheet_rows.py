"""Lines of the entry sheet as the template shows them: texts and classes, nothing left to decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from tasks import checks, entry
from tasks.conversation import Turn
from tasks.formats import number
from tasks.lights import Light
from tasks.models import Decision, Evidence, Report, Submission
from tasks.sheet_lines import SheetLine
from tasks.sheet_others import Other


class Status(NamedTuple):
    """What became of a report: for components/status.html, with what was reported and why it was returned."""

    value: str
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Input:
    name: str
    label: str
    value: str
    error: str


@dataclass(frozen=True)
class SiteRow:
    """One row of the list behind a count, as typed."""

    name: str = ""
    address: str = ""
    facility: str = ""
    on: str = ""


@dataclass(frozen=True)
class SheetRow:
    line: int
    group: str
    name: str
    url: str
    unit: str
    is_task: bool
    target: str
    planned: str
    last: str
    inputs: list[Input]
    words: Input
    reason: Input
    states: list[tuple[str, str]]
    status: Status
    light: Light
    light_to_come: bool  # what is typed would give it; else it stands
    makes: str  # the cumulative value that an increment or a list of sites makes
    base: str
    source: str
    source_url: str
    errors: list[str]
    warnings: list[str]
    files: list[Evidence]
    sent_files: list[Evidence]
    files_required: bool
    by_sites: bool
    sites: list[SiteRow]
    facilities: list[str]
    version: int
    seen: int
    saved: bool
    draft: bool
    turns: Sequence[Turn]
    other: Other | None  # what somebody else made of the line meanwhile


BLANK_SITES = 3  # rows to fill below those that are filled


def sheet_rows(
    lines: list[SheetLine], errors: Mapping[int, Mapping[str, str]], others: Mapping[int, Other] | None = None
) -> list[tuple[str, list[SheetRow]]]:
    """The lines under their group titles; `errors` are messages by line and field ("" for the whole line)."""
    others = others or {}
    rows = [sheet_row(line, errors.get(line.number, {}), other=others.get(line.number)) for line in lines]
    return [(title, list(group)) for title, group in groupby(rows, key=lambda row: row.group)]


def sheet_row(
    line: SheetLine, errors: Mapping[str, str], *, saved: bool = False, other: Other | None = None
) -> SheetRow:
    """One line with its messages; what is typed is checked again here, so that a page opened later shows them too."""
    subject, checked = line.subject, line.check()
    found = checked.errors | dict(errors)
    inputs = [_input(line, name, found) for name in entry.fields_of(subject)]
    return SheetRow(
        line=line.number,
        group=_("各街镇任务") if line.is_task else subject.group or _("其他指标"),
        name=str(subject) if line.is_task else subject.name,
        url=reverse(
            "task" if line.is_task else "indicator",
            args=[line.period.programme.slug, subject.number if line.is_task else subject.code],
        ),
        unit=line.unit,
        is_task=line.is_task,
        target=_target(line),
        planned=_planned(line),
        last=number(line.last),
        inputs=inputs[:-1],
        words=inputs[-1],
        reason=_input(line, "reason", found),
        states=Report.State.choices if line.is_task else [],
        status=status_of(line.report),
        light=line.light(checked),
        light_to_come=checked.entry is not None,
        makes=_makes(line, checked),
        base=entry.as_typed(line.base),
        source=line.known.source if line.known else "",
        source_url=_source_url(line) if line.known else "",
        errors=[message for text in found.values() for message in text.splitlines()],
        warnings=[checks.told(warning) for warning in checked.warnings],
        files=line.files,
        sent_files=line.sent_files,
        files_required=not line.is_task and subject.evidence_required,
        by_sites=line.by_sites,
        sites=_site_rows(line),
        facilities=list(line.facilities),
        version=line.version,
        seen=line.revision,
        saved=saved,
        draft=line.draft is not None and not line.is_blank,
        turns=line.turns,
        other=other,
    )


def _input(line: SheetLine, name: str, errors: Mapping[str, str]) -> Input:
    return Input(name, _label(name), line.typed.get(name, ""), errors.get(name, ""))


def _site_rows(line: SheetLine) -> list[SiteRow]:
    """The list, with rows to go on."""
    return [SiteRow(**row) for row in line.sites] + [SiteRow()] * BLANK_SITES if line.by_sites else []


def _makes(line: SheetLine, checked: entry.Checked) -> str:
    """The cumulative value where it is not what was typed."""
    if not checked.entry:
        return ""
    facts = {"sum": number(checked.entry.value), "unit": line.unit}
    if checked.entry.increment is not None:
        facts |= {"base": number(line.base), "increment": number(checked.entry.increment)}
        return _("累计 %(sum)s%(unit)s（此前 %(base)s ＋ 本期新增 %(increment)s）") % facts
    return _("按点位清单计 %(sum)s%(unit)s") % facts if line.by_sites else ""


def _source_url(line: SheetLine) -> str:
    """The facilities behind the figure."""
    address = reverse("roll-up", args=[line.period.programme.slug, line.subject.code])
    return f"{address}?as_of={line.period.ends_on}"


def _planned(line: SheetLine) -> str:
    """The planned share at the period's end, with the figure that it makes of a count's target."""
    if not line.is_task and line.board.owed is None:
        return "—"
    share = f"{number(line.board.planned * 100)}%"
    target = None if line.is_task or line.subject.is_rate else line.board.owed.value
    if target is None:
        return share
    facts = {"value": number(line.board.planned * target), "unit": line.unit, "share": share}
    return _("%(value)s%(unit)s（%(share)s）") % facts


def _label(name: str) -> str:
    return _(entry.FIELD_LABELS[name])


def _target(line: SheetLine) -> str:
    if line.is_task:
        return line.subject.deadline_text
    return line.board.owed.text if line.board.owed else "—"


def status_of(report: Report | None) -> Status:
    """Where a report stands, in a word and a detail; what was entered on the town's behalf says by whom."""
    if report is None:
        return Status("none", _("未填报"))
    told = report.told
    if report.submission.source == Submission.Source.ON_BEHALF:
        told = _("%(told)s（%(who)s 代填）") % {"told": told, "who": report.submission.by}
    decision = getattr(report, "decision", None)
    if decision is None:
        return Status("waiting", _("待审核"), told)
    if decision.own:
        told = _("%(told)s · 本人审核") % {"told": told}
    if decision.outcome == Decision.Outcome.ACCEPTED:
        return Status("accepted", _("已通过"), told)
    return Status("returned", _("已退回"), f"{told} · {decision.reason}")
