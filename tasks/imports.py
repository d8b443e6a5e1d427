"""The wizard's verbs: upload a table and see what it would do, then confirm it; nothing is written in between."""

import hashlib
from dataclasses import asdict

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tasks.importing import Context, Outcome, import_annex
from tasks.models import ImportRecord, Period, Programme

TARGETS = "allocation"


class ImportRefused(Exception):
    """The import can't be confirmed now; the message is for people."""


def upload(*, programme: Programme, file: UploadedFile, kind: str, period: Period | None, by) -> ImportRecord:
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
    _keep(record, _run(record, by, dry_run=True))
    return record


def preview_again(*, record: ImportRecord, choices: dict[str, str], by) -> None:
    """Preview with other choices about columns that the plan does not know (see ImportRecord)."""
    record.choices = choices
    _keep(record, _run(record, by, dry_run=True))


@transaction.atomic
def confirm(*, record: ImportRecord, document: str, reason: str, by) -> bool:
    """Read the file again, check again and write; False where the plan has changed: then the new preview is kept.

    Raises ImportRefused when it was written already, has errors, or changes targets without a reason.
    """
    record = ImportRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if record.state == ImportRecord.State.APPLIED:
        raise ImportRefused(_("这次导入已写入，不能重复写入。"))
    now = _run(record, by, dry_run=True)
    if as_kept(now) != record.outcome:
        _keep(record, now)
        return False
    if now.errors:
        raise ImportRefused(_("表格有错误，不能写入。"))
    if changes_targets(record) and not reason.strip():
        raise ImportRefused(_("调整已下达的指标必须填写原因。"))
    record.document, record.reason = document.strip(), reason.strip()
    _keep(record, _run(record, by, dry_run=False))
    record.state, record.applied_at, record.applied_by = ImportRecord.State.APPLIED, timezone.now(), by
    record.save()
    return True


def changes_targets(record: ImportRecord) -> bool:
    """Does it revise a target that a town already has?"""
    kinds = (record.outcome.get("kind") or "").split("+")
    return TARGETS in kinds and bool(record.outcome.get("updated"))


def context_of(record: ImportRecord, by=None) -> Context:
    """What the record's file is imported for."""
    return Context(
        record.programme,
        period=record.period,
        by=by,
        aliases={name: own for name, own in record.choices.items() if own},
        new_indicators=frozenset(name for name, own in record.choices.items() if not own),
        document=record.document,
        reason=record.reason,
    )


def as_kept(outcome: Outcome) -> dict:
    """The outcome as a record keeps it; whether it was applied is the record's own state."""
    changes = [asdict(change) for change in outcome.changes]
    return outcome.as_json() | {"applied": False, "changes": changes}


def _run(record: ImportRecord, by, *, dry_run: bool) -> Outcome:
    with record.file.open() as file:
        return import_annex(
            file.read(), context_of(record, by), kind=record.kind or None, dry_run=dry_run, name=record.name
        )


def _keep(record: ImportRecord, outcome: Outcome) -> None:
    record.outcome = as_kept(outcome)
    record.save()
