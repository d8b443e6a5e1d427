"""What somebody else made of a line of the sheet meanwhile: in words, and field by field beside what is typed here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from tasks import entry, sites
from tasks.models import Report
from tasks.sheet_lines import SheetLine


class Shown(NamedTuple):
    """A field of the other version."""

    name: str
    label: str
    text: str


@dataclass(frozen=True)
class Other:
    """The other version. `version` is the draft's that was typed on here; `values` is what the line holds if it is taken."""

    told: str
    fields: Sequence[Shown]
    values: str  # JSON: lists by field
    version: int


def of_draft(line: SheetLine, version: int) -> Other:
    """Another window's draft, which was saved after `version`."""
    fields = _shown(line, line.draft.typed, line.draft.sites)
    words = _("%(who)s 刚在另一窗口把本行改为“%(typed)s”。您填的内容仍在此处，请核对以哪个为准。")
    texts = [field.text for field in fields if field.name != "sites"] + [site["name"] for site in line.draft.sites]
    told = words % {"who": line.draft.by, "typed": _("，").join(filter(None, texts))}
    return Other(told, fields, _values(line, line.draft.typed, line.sites), version)


def of_report(line: SheetLine) -> Other:
    """A newer revision that was submitted; who takes it has nothing left to submit on the line."""
    report = line.report
    names = (*entry.fields_of(line.subject), "reason")
    typed = {name: entry.as_typed(getattr(report, name)) for name in names}
    told = newer_words(report)
    return Other(told, _shown(line, typed, line.sent_sites), _values(line, {}, line.sent_sites), line.version)


def newer_words(report: Report) -> str:
    """That a revision was submitted meanwhile."""
    return _("%(who)s 已提交本行第 %(revision)s 版：%(value)s。请核对后再次提交。") % {
        "who": report.submission.by,
        "revision": report.revision,
        "value": report.told,
    }


def _shown(line: SheetLine, typed: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> list[Shown]:
    names = (*entry.fields_of(line.subject), "reason")
    shown = [Shown(name, _(entry.FIELD_LABELS[name]), typed.get(name, "")) for name in names]
    shown = [one._replace(text=_state(one.text)) if one.name == "state" else one for one in shown]
    if line.by_sites:
        label = entry.FIELD_LABELS["sites"]
        shown.append(Shown("sites", _(label), "\n".join(map(_site, rows))))
    return shown


def _state(value: str) -> str:
    return str(dict(Report.State.choices).get(value, value))


def _site(row: Mapping[str, str]) -> str:
    return " ".join(filter(None, (row.get(name, "") for name in sites.FIELDS)))


def _values(line: SheetLine, typed: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> str:
    values = {name: [typed.get(name, "")] for name in (*entry.fields_of(line.subject), "reason")}
    if line.by_sites:
        values |= {f"site.{name}": [row.get(name, "") for row in rows] for name in sites.FIELDS}
    return json.dumps(values, ensure_ascii=False)
