"""Storing the files that people send with a mark, a claim or an appeal."""

from collections.abc import Iterable
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile

from scoring.models.files import LedgerFile
from tasks import evidence
from tasks.models.report import LedgerRow


def attach(model: type[LedgerFile], files: Iterable[UploadedFile], **owner: LedgerRow) -> list[LedgerFile]:
    """Store checked files on the row that they back, such as `mark=mark`. Raises EvidenceError (see `evidence.check`)."""
    return [_attach(model, file, owner) for file in files]


def _attach(model: type[LedgerFile], file: UploadedFile, owner: dict[str, LedgerRow]) -> LedgerFile:
    evidence.check(file)
    (row,) = owner.values()
    facts = {"name": PurePath(file.name).name[-200:], "size": file.size, "sha256": evidence.sha256_of(file)}
    return model.objects.create(district_id=row.district_id, file=file, **facts, **owner)


def join(model: type[LedgerFile], owner: str):
    """For the audit chain: what puts into rows the files that belong to them (tasks/audited.py)."""

    def with_files(rows: list[dict]) -> None:
        names = ("name", "size", "sha256", "file")
        found: dict[int, list[dict]] = {}
        for key, *values in model.objects.filter(**{f"{owner}__in": [row["id"] for row in rows]}).values_list(
            owner, *names
        ):
            found.setdefault(key, []).append(dict(zip(names, values, strict=True)))
        for row in rows:
            row["files"] = found.get(row["id"], [])

    return with_files
