"""The wizard's verbs: upload a table and see what it would do, then confirm it; nothing is written in between."""

import hashlib

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tasks import findings
from tasks.importing import Context, Outcome, import_annex
from tasks.models import ImportRecord, Period, Programme
from tasks.progress import Progress

UNKNOWN = "unknown_indicator"  # the problem of a column that the plan does not know


class ImportRefused(Exception):
    """The import can't be confirmed now; the message is for people."""


def upload(
    *, programme: Programme, file: UploadedFile, kind: str, period: Period | None, by, progress: Progress | None = None
) -> ImportRecord:
    """Keep the file and preview it. `kind` is empty where the headers shall tell it."""
    data = file.read()
    file.seek(0)
    record = ImportRecord.objects.create(
        district=programme.district,
        programme=programme,
        kind=kind,
        period=period,
        name=file.name[-200:],
        file=file,
        size=file.size,
        sha256=hashlib.sha256(data).hexdigest(),
        by=by,
    )
    del data
    _preview(record, by, progress)
    return record


def preview_again(*, record: ImportRecord, choices: dict[str, str], by, progress: Progress | None = None) -> None:
    """Preview with other choices about columns that the plan does not know (see ImportRecord)."""
    record.choices = choices
    _preview(record, by, progress)


@transaction.atomic
def confirm(*, record: ImportRecord, document: str, reason: str, by, progress: Progress | None = None) -> bool:
    """Read the file again, check again and write; False where the plan has changed: then the new preview is kept.

    Raises ImportRefused when it was written already, has errors, or changes targets without a reason.
    """
    record = ImportRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if record.state == ImportRecord.State.APPLIED:
        raise ImportRefused(_("这次导入已写入，不能重复写入。"))
    if record.outcome.get("needs_reason") and not reason.strip():
        raise ImportRefused(_("调整已下达的指标必须填写原因。"))
    previewed = record.outcome
    record.document, record.reason = document.strip(), reason.strip()
    with transaction.atomic():
        found = _run(record, by, progress, dry_run=False)
        told, archive = _told(found)
        changed = told != previewed
        transaction.set_rollback(changed)
    if changed:
        record.document = record.reason = ""
        _keep(record, told, archive)
        return False
    if found.errors:
        raise ImportRefused(_("表格有错误，不能写入。"))
    record.state, record.applied_at, record.applied_by = ImportRecord.State.APPLIED, timezone.now(), by
    record.save()
    return True


def findings_of(record: ImportRecord) -> findings.Findings:
    """Every problem and every change of the last preview, or of what was written."""
    return findings.Findings(record.findings.open if record.findings else None)


def _preview(record: ImportRecord, by, progress: Progress | None) -> None:
    _keep(record, *_told(_run(record, by, progress, dry_run=True)))


def _run(record: ImportRecord, by, progress: Progress | None, *, dry_run: bool) -> Outcome:
    context = Context(
        record.programme,
        period=record.period,
        by=by,
        aliases={name: own for name, own in record.choices.items() if own},
        new_indicators=frozenset(name for name, own in record.choices.items() if not own),
        document=record.document,
        reason=record.reason,
        progress=progress or Progress(),
    )
    with record.file.open() as file:
        data = file.read()
    return import_annex(data, context, kind=record.kind or None, dry_run=dry_run, name=record.name, drawn=True)


def _told(found: Outcome) -> tuple[dict, bytes]:
    """What a record keeps of an outcome, and the archive of its rows; equal where the same was found."""
    archive, digest = findings.pack(found.problems, found.changes, found.sheets)
    counts = {name: getattr(found, name) for name in ("kind", "created", "updated", "unchanged", "needs_reason")}
    problems = {"errors": len(found.errors), "warnings": len(found.warnings)}
    asks = any(problem.code == UNKNOWN for problem in found.problems)
    return counts | problems | {"asks": asks, "digest": digest}, archive


def _keep(record: ImportRecord, told: dict, archive: bytes) -> None:
    """An earlier archive stays where it is: files are only ever added, so that a backup can be made while people work."""
    record.outcome = told
    record.findings.save("", ContentFile(archive))
