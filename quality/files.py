"""Storing the files that come with what is recorded: checked as evidence, hashed, never changed."""

from collections.abc import Iterable
from pathlib import PurePath

from django.core.files import File

from tasks import evidence
from tasks.models.report import LedgerRow


def attach(model: type[LedgerRow], files: Iterable[File], **owner: LedgerRow) -> None:
    """Store files on the row that they belong to, such as `act=act`. Raises EvidenceError (see `evidence.check`)."""
    (row,) = owner.values()
    for file in files:
        evidence.check(file)
        facts = {"name": PurePath(file.name).name[-200:], "size": file.size, "sha256": evidence.sha256_of(file)}
        model.objects.create(district_id=row.district_id, file=file, **facts, **owner)


def join(model: type[LedgerRow], owner: str):
    """For the audit chain: what puts into rows the files that belong to them (tasks/audited.py)."""

    def with_files(rows: list[dict]) -> None:
        of_row: dict[int, list[dict]] = {row["id"]: [] for row in rows}
        names = ("name", "size", "sha256", "file")
        for file in model._base_manager.filter(**{f"{owner}__in": of_row}).order_by("pk"):
            told = {name: str(getattr(file, name)) for name in names}
            of_row[getattr(file, f"{owner}_id")].append(told)
        for row in rows:
            row["files"] = of_row[row["id"]]

    return with_files
