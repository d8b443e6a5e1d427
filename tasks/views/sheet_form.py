"""What a form of the entry sheet brings: the fields of each line, its list of sites, and the versions it was made from."""

from collections.abc import Sequence
from itertools import zip_longest

from tasks import drafts, entry
from tasks import sites as listed
from tasks.sheet_lines import SheetLine


def has(request, line: SheetLine) -> bool:
    """Whether the form holds the line."""
    return f"{line.number}.version" in request.POST


def keep(request, lines: Sequence[SheetLine], town) -> list[SheetLine]:
    """Keep what was typed on these lines; those that another window has changed meanwhile are not, and come back."""
    changed = [line for line in lines if not _is_untouched(request, line)]
    changes = [_change(request, line) for line in changed]
    if not changes:
        return []
    kept = drafts.keep_all(period=lines[0].period, town=town, changes=changes, by=request.user)
    for line, (draft, _is_kept) in zip(changed, kept, strict=True):
        line.draft = draft
    return [line for line, (_draft, is_kept) in zip(changed, kept, strict=True) if not is_kept]


def is_behind(request, line: SheetLine) -> bool:
    """Something is typed here on a line of which the form has not seen the newest revision."""
    name = f"{line.number}.seen"
    return name in request.POST and whole(request, name) < line.revision and bool(line.draft) and not line.is_blank


def typed(request, line: SheetLine) -> dict[str, str]:
    """The fields of a line as typed."""
    names = (*entry.fields_of(line.subject), "reason", "base")
    found = {name: request.POST.get(f"{line.number}.{name}", "").replace("\r\n", "\n") for name in names}
    return entry.as_kept(line.subject, found)


def sites(request, line: SheetLine) -> list[dict[str, str]] | None:
    """The list of sites that came with a line, None where none came."""
    columns = [request.POST.getlist(f"{line.number}.site.{name}") for name in listed.FIELDS]
    if not line.by_sites or not any(columns):
        return None
    rows = [dict(zip(listed.FIELDS, row, strict=True)) for row in zip_longest(*columns, fillvalue="")]
    return listed.as_kept(rows, line.sent_sites)


def whole(request, name: str) -> int:
    """A number from a hidden field."""
    return entry.read_whole(request.POST.get(name, ""))


def _change(request, line: SheetLine) -> drafts.Change:
    version = whole(request, f"{line.number}.version")
    return drafts.Change(line.subject, typed(request, line), version, sites(request, line))


def _is_untouched(request, line: SheetLine) -> bool:
    """Nothing came that is not there already."""
    fields, rows = typed(request, line), sites(request, line)
    if line.draft:
        return fields == line.draft.typed and rows in (None, line.draft.sites)
    return not rows and (fields == line.prefilled or not any(fields.values()))
