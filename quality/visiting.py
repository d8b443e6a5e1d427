"""A visit as it goes on: what is typed of each item, and the photos; the same thing sent twice is kept once."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from quality.inspection_rules import InspectionError, refusal
from quality.models import Inspection, InspectionItem, InspectionPhoto, VisitLine
from quality.visit_reading import FIELDS
from tasks import evidence

PHOTO_KINDS = "jpg jpeg png"
MAX_TYPED = 2000  # characters of a field that are kept: more than any message would allow


class Kept(NamedTuple):
    """A line as it stands now. `is_other`: somebody else's, newer than what the sender had before them."""

    line: VisitLine
    is_other: bool = False


@transaction.atomic
def keep(*, inspection: Inspection, lines: Mapping[int, tuple[Mapping[str, str], int]], by) -> dict[int, Kept]:
    """Keep what is typed of items, by their keys, each with the version that the sender had before them (0: none).

    A line that somebody changed meanwhile is not overwritten: it comes back as `is_other`. The same words again change
    nothing. Raises InspectionError when the inspection was submitted or cancelled, and for an item of another list.
    """
    inspection = Inspection.objects.select_for_update(no_key=True, of=("self",)).get(pk=inspection.pk)
    if refused := refusal(inspection):
        raise InspectionError(refused)
    items = {item.pk: item for item in inspection.item_list.items.filter(pk__in=list(lines))}
    if unknown := set(lines) - set(items):
        raise InspectionError(_("检查项目表里没有这一项（%(found)s），请刷新页面。") % {"found": min(unknown)})
    standing = {line.item_id: line for line in inspection.lines.select_related("by").filter(item__in=items)}
    return {
        key: _keep(inspection, items[key], standing.get(key), typed, seen, by) for key, (typed, seen) in lines.items()
    }


@transaction.atomic
def attach(*, inspection: Inspection, item: InspectionItem, file: UploadedFile, key: str, by) -> InspectionPhoto:
    """Keep a photo of an item; a key that was sent before returns the photo that it brought.

    Raises EvidenceError for a file that is empty, too large or no photo, InspectionError once the inspection is closed.
    """
    locked = Inspection.objects.select_for_update(no_key=True, of=("self",)).get(pk=inspection.pk)
    if earlier := InspectionPhoto.objects.filter(key=key).first():
        if earlier.inspection_id != locked.pk:
            raise InspectionError(_("提交凭证已被使用，请刷新页面后重试。"))
        return earlier
    if refused := refusal(locked):
        raise InspectionError(refused)
    if PurePath(file.name).suffix.lower().lstrip(".") not in PHOTO_KINDS.split():
        told = {"name": file.name, "kinds": PHOTO_KINDS}
        raise evidence.EvidenceError(_("“%(name)s”不是照片，可上传：%(kinds)s") % told)
    evidence.check(file)
    return InspectionPhoto.objects.create(
        district_id=locked.district_id,
        inspection=locked,
        item=item,
        key=key,
        name=PurePath(file.name).name[-200:],
        file=file,
        size=file.size,
        sha256=evidence.sha256_of(file),
        by=by,
    )


@transaction.atomic
def remove(*, photo: InspectionPhoto) -> None:
    """Take a photo back. Raises InspectionError once the inspection is closed."""
    inspection = Inspection.objects.select_for_update(no_key=True, of=("self",)).get(pk=photo.inspection_id)
    if refused := refusal(inspection):
        raise InspectionError(refused)
    photo.delete()


def _keep(inspection, item, line: VisitLine | None, typed: Mapping[str, str], seen: int, by) -> Kept:
    said = {name: typed.get(name, "")[:MAX_TYPED] for name in FIELDS}
    if line is None:
        return Kept(VisitLine.objects.create(inspection=inspection, item=item, typed=said, by=by))
    if line.typed == said:
        return Kept(line)
    if line.version != seen:
        return Kept(line, is_other=True)
    line.typed, line.version, line.by = said, line.version + 1, by
    line.save()
    return Kept(line)
