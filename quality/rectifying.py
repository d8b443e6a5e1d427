"""Rectification (交办、签收、整改、验收、销号) of what was found. Every function is one transaction and writes to the ledger."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quality import finding_notices
from quality.finding_rules import (
    FindingError,
    Kind,
    done,
    is_major,
    last_of,
    refusal,
    refused_assignment,
    refused_extension,
)
from quality.models import Finding, FindingAct, HazardCriterion, Severity
from quality.recording import Found, attach, findings_of, raise_findings, record
from tasks import audit

__all__ = ["VERBS", "FindingError", "Found", "findings_of", "raise_findings", "record"]


@transaction.atomic
def assign(
    *,
    finding: Finding,
    responsible: str,
    due_on: dt.date,
    by,
    key: str,
    severity: str,
    criterion: HazardCriterion | None = None,
    words: str = "",
    seen: int | None = None,
    at: dt.datetime | None = None,
) -> FindingAct:
    """Rule how grave it is and put it to a person of the facility with a last day; before it is signed for, also anew.

    A major hazard needs a criterion of the list in force on the day it was found; another severity than found, words.
    """
    said = {"responsible": responsible.strip(), "due_on": due_on, "words": words.strip()}
    said |= {"criterion": criterion, "major": severity == Severity.MAJOR}
    on = timezone.localdate(at)
    return _act(
        finding,
        Kind.ASSIGNED,
        by,
        key,
        seen,
        at,
        refused=lambda _acts: refused_assignment(finding, on=on, **said),
        **said,
    )


@transaction.atomic
def assign_all(
    *, findings: Iterable[Finding], due_on: dt.date, by, key: str, responsible: str = "", at: dt.datetime | None = None
) -> list[FindingAct]:
    """Assign ordinary findings with one last day, all or none; without a name each to its facility's director.

    Raises FindingError for one that was found to be major: its criterion is chosen on its own page.
    """
    acts = []
    for finding in findings:
        if finding.severity == Severity.MAJOR:
            raise FindingError(_("%(finding)s判断为重大，请打开后选择判定标准再交办。") % {"finding": finding})
        name = responsible.strip() or finding.facility.director
        if not name:
            raise FindingError(_("%(facility)s没有登记负责人，请填写责任人。") % {"facility": finding.facility})
        said = {"responsible": name, "due_on": due_on, "severity": Severity.ORDINARY, "seen": 0}
        acts.append(assign(finding=finding, by=by, key=f"{key}-{finding.pk}", at=at, **said))
    return acts


def sign(*, finding: Finding, by, key: str, seen: int | None = None, at: dt.datetime | None = None) -> FindingAct:
    """The facility has received it. Raises FindingError when it was signed for before."""
    return _act(finding, Kind.SIGNED, by, key, seen, at)


def report_progress(
    *, finding: Finding, words: str, by, key: str, files: Sequence = (), seen: int | None = None, at=None
) -> FindingAct:
    """Say how far it is, before it is submitted."""
    return _act(finding, Kind.PROGRESSED, by, key, seen, at, files=files, words=words.strip())


def submit(
    *, finding: Finding, words: str, by, key: str, files: Sequence = (), seen: int | None = None, at=None
) -> FindingAct:
    """Say what was done; a major hazard needs a file. Raises FindingError before it was signed for."""
    return _act(finding, Kind.SUBMITTED, by, key, seen, at, files=files, words=words.strip())


def return_(*, finding: Finding, words: str, by, key: str, files: Sequence = (), seen: int | None = None, at=None):
    """What was submitted is not enough: it goes back with a reason."""
    return _act(finding, Kind.RETURNED, by, key, seen, at, files=files, words=words.strip())


def extend(*, finding: Finding, words: str, due_on: dt.date, by, key: str, seen: int | None = None, at=None):
    """Give a later last day, with a reason."""
    on = timezone.localdate(at)
    return _act(
        finding,
        Kind.EXTENDED,
        by,
        key,
        seen,
        at,
        refused=lambda acts: refused_extension(acts, due_on, on),
        words=words.strip(),
        due_on=due_on,
    )


def verify(*, finding: Finding, words: str, by, key: str, files: Sequence = (), seen: int | None = None, at=None):
    """A major hazard was looked at on the spot and is gone; somebody else closes it."""
    return _act(finding, Kind.VERIFIED, by, key, seen, at, files=files, words=words.strip())


def close(*, finding: Finding, words: str, by, key: str, files: Sequence = (), seen: int | None = None, at=None):
    """The finding is settled (销号). Raises FindingError for one who rectified it, or verified it where it is major."""
    return _act(finding, Kind.CLOSED, by, key, seen, at, files=files, words=words.strip())


def void(*, finding: Finding, words: str, by, key: str, seen: int | None = None, at=None) -> FindingAct:
    """It should not have been recorded (作废); every list and count leaves it out. Raises FindingError by voiding.refusal."""
    return _act(finding, Kind.VOIDED, by, key, seen, at, words=words.strip())


VERBS = {
    Kind.ASSIGNED: assign,
    Kind.SIGNED: sign,
    Kind.PROGRESSED: report_progress,
    Kind.SUBMITTED: submit,
    Kind.RETURNED: return_,
    Kind.EXTENDED: extend,
    Kind.VERIFIED: verify,
    Kind.CLOSED: close,
    Kind.VOIDED: void,
}


@transaction.atomic
def _act(
    finding: Finding, kind: Kind, by, key: str, seen: int | None, at, *, words: str = "", files=(), refused=None, **said
) -> FindingAct:
    """Write one act after all rules; a key that was sent before returns what it wrote then.

    `seen` is how many acts the person had before them: where there are more, nothing is written.
    """
    Finding.objects.select_for_update(no_key=True, of=("self",)).get(pk=finding.pk)  # one act at a time
    if earlier := FindingAct.objects.filter(key=key).first():
        if (earlier.finding_id, earlier.kind, earlier.by_id) != (finding.pk, kind, by.pk):
            raise FindingError(_("提交凭证已被使用，请刷新页面后重试。"))
        return earlier
    acts = list(finding.acts.select_related("by"))
    if seen is not None and len(acts) > seen:
        raise FindingError(_("打开本页以后%(done)s，请看过后再办理。") % {"done": done(acts[-1])})
    why = refusal(finding, acts, kind, by, words=words, files=len(files)) or (refused(acts) if refused else "")
    if why:
        raise FindingError(why)
    place = {"district_id": finding.district_id, "finding": finding, "number": len(acts) + 1}
    said = {"major": is_major(finding, acts)} | _parts(acts, kind) | said
    act = FindingAct.objects.create(**place, kind=kind, words=words, key=key, at=at or timezone.now(), by=by, **said)
    for file in files:
        attach(finding, act, file)
    audit.append(rows=[act])
    finding_notices.acted(finding, [*acts, act])
    return act


def _parts(acts: Sequence[FindingAct], kind: Kind) -> dict:
    """Who had the other parts, for the constraints: who rectified and, of a major hazard, who verified."""
    if kind not in (Kind.VERIFIED, Kind.CLOSED):
        return {}
    parts = {"rectifier": last_of(acts, Kind.SUBMITTED).by}
    return parts | {"verifier": last_of(acts, Kind.VERIFIED).by} if kind == Kind.CLOSED and acts[-1].major else parts
