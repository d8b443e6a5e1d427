"""Files that back a report (佐证材料): checked, hashed, stored once written, never changed."""

import hashlib
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from tasks.models import Draft, Evidence, Report

KINDS = "pdf ofd jpg jpeg png doc docx wps xls xlsx et csv ppt pptx dps txt zip mp4"
# What a program begins with, whatever its file is called: Windows, Linux, scripts.
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")


class EvidenceError(Exception):
    """A file that is not taken; the message is for people."""


def attach(file: UploadedFile, *, by, report: Report | None = None, draft: Draft | None = None) -> Evidence:
    """Store a checked file on a report or on a draft. Raises EvidenceError (see `check`)."""
    check(file)
    district = (report or draft.period.programme).district
    return Evidence.objects.create(
        district=district,
        report=report,
        draft=draft,
        name=PurePath(file.name).name[-200:],
        file=file,
        size=file.size,
        sha256=sha256_of(file),
        by=by,
    )


def check(file: UploadedFile) -> None:
    """Raises EvidenceError for a file that is empty, too large, a program, or of a kind that is not taken."""
    suffix = PurePath(file.name).suffix.lower()
    if suffix.lstrip(".") not in KINDS.split() or file.read(4).startswith(_PROGRAMS):
        raise EvidenceError(_("“%(name)s”的类型不允许上传，可上传：%(kinds)s") % {"name": file.name, "kinds": KINDS})
    file.seek(0)
    if not file.size:
        raise EvidenceError(_("“%(name)s”是空文件。") % {"name": file.name})
    if file.size > settings.EVIDENCE_MAX_BYTES:
        raise EvidenceError(too_large(file.name))


def too_large(name: str) -> str:
    """The message for a file over the limit."""
    limit = settings.EVIDENCE_MAX_BYTES // 1024 // 1024
    return _("“%(name)s”超过 %(limit)s MB，未上传。请压缩或拆分后重试。") % {"name": name, "limit": limit}


def sha256_of(file: UploadedFile) -> str:
    """The hash of a file's content; the file is left at its beginning."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
