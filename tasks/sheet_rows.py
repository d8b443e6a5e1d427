"""Lines of the entry sheet as the template shows them: texts and classes, nothing left to decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tasks import entry
from tasks.drafts import SheetLine
from tasks.formats import number
from tasks.models import Decision, Evidence, Report, Task


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
class SheetRow:
    line: int
    group: str
    name: str
    url: str
    unit: str
    is_task: bool
    target: str
    last: str
    inputs: list[Input]
    words: Input
    states: list[tuple[str, str]]
    status: Status
    errors: list[str]
    warnings: list[str]
    files: list[Evidence]
    version: int
    seen: int
    saved: bool
    draft: bool


FIELD_LABELS = {
    "value": gettext_noop("累计完成"),
    "numerator": gettext_noop("分子"),
    "denominator": gettext_noop("分母"),
    "state": gettext_noop("状态"),
    "percent": gettext_noop("完成比例（%）"),
    "words": gettext_noop("情况说明"),
}


def sheet_rows(lines: list[SheetLine], errors: Mapping[int, Mapping[str, str]]) -> list[tuple[str, list[SheetRow]]]:
    """The lines under their group titles; `errors` are messages by line and field ("" for the whole line)."""
    rows = [sheet_row(line, errors.get(line.number, {})) for line in lines]
    return [(title, list(group)) for title, group in groupby(rows, key=lambda row: row.group)]


def sheet_row(line: SheetLine, errors: Mapping[str, str], *, saved: bool = False) -> SheetRow:
    """One line with its messages; what is typed is checked again here, so that a page opened later shows them too."""
    subject, checked = line.subject, line.check()
    is_task = isinstance(subject, Task)
    found = checked.errors | dict(errors)
    inputs = [Input(n, _label(n), line.typed.get(n, ""), found.get(n, "")) for n in entry.fields_of(subject)]
    return SheetRow(
        line=line.number,
        group=_("各街镇任务") if is_task else subject.group or _("其他指标"),
        name=str(subject) if is_task else subject.name,
        url=reverse(
            "task" if is_task else "indicator",
            args=[line.period.programme.slug, subject.number if is_task else subject.code],
        ),
        unit="%" if is_task or subject.is_rate else subject.unit,
        is_task=is_task,
        target=_target(line),
        last=number(line.last),
        inputs=inputs[:-1],
        words=inputs[-1],
        states=Report.State.choices if is_task else [],
        status=status_of(line.report),
        errors=[message for message in found.values() if message],
        warnings=checked.warnings,
        files=line.files,
        version=line.version,
        seen=line.revision,
        saved=saved,
        draft=line.draft is not None and any(line.typed.values()),
    )


def _label(name: str) -> str:
    return _(FIELD_LABELS[name])


def _target(line: SheetLine) -> str:
    if isinstance(line.subject, Task):
        return line.subject.deadline_text
    return line.board.owed.text if line.board.owed else "—"


def status_of(report: Report | None) -> Status:
    """Where a report stands, in a word and a detail."""
    if report is None:
        return Status("none", _("未填报"))
    decision = getattr(report, "decision", None)
    if decision is None:
        return Status("waiting", _("待审核"), report.told)
    if decision.outcome == Decision.Outcome.ACCEPTED:
        return Status("accepted", _("已通过"), report.told)
    return Status("returned", _("已退回"), f"{report.told} · {decision.reason}")
