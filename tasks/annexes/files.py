"""Opening a table file: what it holds decides how it is read, and what cannot be opened is one clear refusal."""

import io
import logging
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tasks.annexes import comma_file, excel, old_excel, word
from tasks.annexes.grid import Grid, GridError
from tasks.annexes.words import text as _

logger = logging.getLogger(__name__)

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_AREA = 5_000_000  # rows × columns in use: far above any table

_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"
# Streams of an OLE file, by their names as its directory spells them.
_ENCRYPTED, _WORD = ("EncryptedPackage".encode("utf-16-le"), "WordDocument".encode("utf-16-le"))
_IS_ENCRYPTED_ENTRY = 0x1
_IN_WORD = "word/document.xml"


def read_grids(source: bytes | Path, *, name: str = "") -> list[Grid]:
    """Open a table file and give its sheets, or its Word tables, that hold something.

    Reads .xlsx and .xlsm (macros are never looked at), .xls, .docx and CSV (UTF-8 or GB18030), whatever the file is
    called; `name` only stands in messages. Formulas give the values that were saved with them, or themselves as
    `Uncomputed`; hidden rows and columns are read, and hidden sheets told (`Grid.hidden`). Raises GridError.
    """
    name = name or (source.name if isinstance(source, Path) else "")
    try:
        data = _load(source)
        grids = [grid for grid in _open(data, Path(name).stem) if grid.rows]
        if not grids:
            raise GridError("empty", _("文件是空的，没有任何内容"))
        if any(len(grid.rows) * len(grid.columns) > MAX_AREA for grid in grids):
            raise GridError("too_large", _("表格过大，请删除表格以外的内容后再导入"))
    except GridError as error:
        error.name = name
        raise
    return grids


def read_paragraphs(source: bytes | Path) -> list[str]:
    """Open a Word file and give the paragraphs outside its tables. Raises GridError, also for any other file."""
    data = _load(source)
    if data.startswith(_OLE) and _ENCRYPTED in data:
        raise encrypted()
    found = _guarded(_paragraphs, data) if data.startswith(_ZIP) else None
    if found is None:
        raise GridError("unsupported", _("这不是 .docx 文件；请将通知另存为 .docx 后再上传"))
    return found


def _load(source: bytes | Path) -> bytes:
    too_large = GridError("too_large", _("文件超过 20 MB，请删除表格以外的内容后再导入"))
    if isinstance(source, Path):
        try:
            if source.stat().st_size > MAX_BYTES:
                raise too_large
            source = source.read_bytes()
        except OSError as error:
            raise GridError("unreadable", _("文件无法读取：%(reason)s") % {"reason": error.strerror}) from error
    if len(source) > MAX_BYTES:
        raise too_large
    if not source:
        raise GridError("empty", _("文件是空的，没有任何内容"))
    return source


def _open(data: bytes, name: str) -> list[Grid]:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise encrypted()
        if _WORD in data:
            raise GridError("unsupported", _("这是旧版 Word 文件；请另存为 .docx 后再导入"))
        return _guarded(old_excel.read, data)
    if data.startswith(_ZIP):
        return _guarded(_read_archive, data)
    grid = comma_file.read(data, name)
    if grid is None:
        raise _unsupported()
    return [grid]


def _guarded(read: Callable[[bytes], Any], data: bytes) -> Any:
    """Run a reader on a file that may be damaged: its library can then fail in any way, a Rust panic included."""
    try:
        return read(data)
    except (GridError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        logger.warning("a table file could not be read: %r", error)
        logger.debug("where it failed", exc_info=True)  # a fault of ours would look the same
        raise GridError("damaged", _("文件已损坏或不完整，无法打开；请重新保存后再导入")) from error


def _read_archive(data: bytes) -> list[Grid]:
    with _checked_archive(data) as archive:
        names = archive.namelist()
        if "xl/workbook.xml" in names:
            return excel.read(data, archive)
        if _IN_WORD in names:
            return word.read(data)
    raise _unsupported()


def _paragraphs(data: bytes) -> list[str] | None:
    with _checked_archive(data) as archive:
        return word.paragraphs(data) if _IN_WORD in archive.namelist() else None


@contextmanager
def _checked_archive(data: bytes) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise GridError("too_large", _("文件解压后超过 200 MB，无法导入"))
        if any(part.flag_bits & _IS_ENCRYPTED_ENTRY for part in parts):
            raise encrypted()
        yield archive


def encrypted() -> GridError:
    return GridError("encrypted", _("文件已加密；请去掉密码后再导入"))


def _unsupported() -> GridError:
    return GridError("unsupported", _("不支持这种文件；请另存为 .xlsx、.docx 或 .csv 后再导入"))
