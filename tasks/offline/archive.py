"""A zip of the filled workbook and its evidence: files are named by the number of their line."""

import io
import re
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePosixPath
from typing import NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from tasks import evidence
from tasks.annexes.names import squash
from tasks.annexes.problems import Problem
from tasks.drafts import SheetLine
from tasks.offline.columns import code_of
from tasks.offline.reading import OfflineError

MAX_FILES = 500
UNPACKED_TIMES = 5  # all files together, in times of the limit for one
_UTF8 = 0x800
_ENCRYPTED = 0x1
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)", re.I)
_NUMBERED = re.compile(r"(任务\s*\d+|[A-Za-z0-9]+)\s*[_\-—–.、\s]")


class Packed(NamedTuple):
    """What an archive holds: the workbook, and each file of evidence with its line's number."""

    workbook: bytes
    files: list[tuple[int, SimpleUploadedFile]]


def is_archive(data: bytes) -> bool:
    """Whether this is a zip that is no workbook or document itself; what cannot be opened is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except Exception:  # a damaged directory can raise anything in zipfile
        return False


def unpack(data: bytes, lines: Mapping[int, SheetLine]) -> Packed:
    """Take an archive apart, all in memory. Raises OfflineError with every file that is not taken."""
    by_path = _without_root(_contents(data))
    codes = {_plain_code(code_of(line.subject)): number for number, line in lines.items()}
    workbooks, files, problems = [], [], []
    for path, content in by_path.items():
        number = codes.get(_code(path))
        if number is None and path.suffix.lower() == ".xlsx" and len(path.parts) == 1:
            workbooks.append(content)
        elif number is None:
            message = _("“%(name)s”没有以编号命名，不知道是哪一行的材料；应如 08_合同.pdf 或 08/合同.pdf")
            problems.append(_of_file(path, message))
        else:
            files.append((number, SimpleUploadedFile(path.name, content)))
            problems += _check(path, files[-1][1])
    if len(workbooks) != 1:
        message = _("压缩包里应有一份填报工作簿（.xlsx），现有 %(count)s 份。") % {"count": len(workbooks)}
        problems.insert(0, Problem("", "", "", "workbooks", message))
    if problems:
        raise OfflineError(problems)
    return Packed(workbooks[0], files)


def _contents(data: bytes) -> dict[PurePosixPath, bytes]:
    """The files by path. What they unpack to is counted while it is read: a header can say anything."""
    left = UNPACKED_TIMES * settings.EVIDENCE_MAX_BYTES
    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [part for part in archive.infolist() if not part.is_dir() and not _LITTER.search(_name(part))]
            if len(parts) > MAX_FILES:
                message = _("压缩包里的文件超过 %(limit)s 个，请分几次上传。") % {"limit": MAX_FILES}
                raise OfflineError.of_file("too_many", message)
            if any(part.flag_bits & _ENCRYPTED for part in parts):
                raise OfflineError.of_file("encrypted", _("压缩包有密码，请去掉密码后再上传。"))
            for part in parts:
                with archive.open(part) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    limit = UNPACKED_TIMES * settings.EVIDENCE_MAX_BYTES // 1024 // 1024
                    message = _("压缩包解压后超过 %(limit)s MB，请分几次上传。") % {"limit": limit}
                    raise OfflineError.of_file("too_large", message)
                found[PurePosixPath(_name(part))] = content
    except OfflineError:
        raise
    except Exception as fault:  # a damaged archive can raise anything in zipfile and zlib
        raise OfflineError.of_file("damaged", _("压缩包已损坏或不完整，请重新打包后上传。")) from fault
    return found


def _name(part: zipfile.ZipInfo) -> str:
    """The name as its maker wrote it: Chinese Windows packs in GB18030 and does not say so."""
    name = part.filename
    if not part.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return name.replace("\\", "/")


def _without_root(files: dict[PurePosixPath, bytes]) -> dict[PurePosixPath, bytes]:
    """Without the one folder around everything that packing a folder makes."""
    roots = {path.parts[0] for path in files}
    if len(roots) == 1 and all(len(path.parts) > 1 for path in files):
        return {PurePosixPath(*path.parts[1:]): content for path, content in files.items()}
    return files


def _code(path: PurePosixPath) -> str:
    """The line's number that a file is named by: its folder's name, or what its own name begins with."""
    if len(path.parts) > 1:
        return _plain_code(path.parts[0])
    numbered = _NUMBERED.match(path.name)
    return _plain_code(numbered[1]) if numbered else ""


def _plain_code(code: str) -> str:
    """`8` and `08` name the same line."""
    task, number = re.fullmatch(r"(任务)?(.*)", squash(code), re.S).groups(default="")
    return f"{task}{number.lstrip('0')}".upper()


def _check(path: PurePosixPath, file: SimpleUploadedFile) -> list[Problem]:
    try:
        evidence.check(file)
    except evidence.EvidenceError as refused:
        return [Problem("", str(path), "", "evidence", str(refused))]
    return []


def _of_file(path: PurePosixPath, message: str) -> Problem:
    return Problem("", str(path), "", "unnamed", message % {"name": path})
