"""Recording what was found (问题、隐患): by an inspection, or by hand. Every function is one transaction."""

import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import NamedTuple

from django.core.files import File
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import District, Facility
from quality import finding_notices, voiding
from quality.finding_rules import FindingError
from quality.models import (
    Finding,
    FindingAct,
    FindingFile,
    Inspection,
    InspectionAnswer,
    InspectionItem,
    InspectionPhoto,
    Severity,
)
from tasks import audit, evidence

MAX_SUBJECT = Finding._meta.get_field("subject").max_length
MAX_WORDS = Finding._meta.get_field("words").max_length


class Found(NamedTuple):
    """What an inspection found of one of its items, with the photos that were taken of it."""

    item: InspectionItem
    words: str
    severity: str = Severity.ORDINARY
    photos: Sequence[InspectionPhoto] = ()


@transaction.atomic
def raise_findings(
    *,
    inspection: Inspection,
    findings: Iterable[Found],
    by,
    found_on: dt.date | None = None,
    at: dt.datetime | None = None,
) -> list[Finding]:
    """Write what an inspection found, once for each item; asked again it returns what it wrote.

    A correction of an inspection keeps the findings that the corrected one raised of the same items; of those that it
    does not find the bureau is told.
    `found_on` is the day of the visit (default: today).
    """
    _lock(inspection.facility)
    at = at or timezone.now()
    chain, findings = _chain(inspection), list(findings)
    kept = Finding.objects.filter(inspection__in=chain).in_force().order_by("number")
    earlier = {one.item_id: one for one in kept}
    written = []
    for found in findings:
        if found.item.pk not in earlier:
            key = f"inspection-{inspection.pk}-{found.item.pk}"
            said = {"subject": found.item.words, "words": found.words, "severity": found.severity, "key": key}
            said |= {"inspection": inspection, "item": found.item, "found_on": found_on or timezone.localdate(at)}
            finding = earlier[found.item.pk] = _write(inspection.facility, at=at, by=by, **said)
            written.append(finding)
            for photo in found.photos:  # stored once, with the inspection
                same = {name: getattr(photo, name) for name in ("name", "file", "size", "sha256")}
                FindingFile.objects.create(district_id=finding.district_id, finding=finding, **same)
    audit.append(rows=written)
    finding_notices.found(written, by=by)
    if inspection.replaces_id:
        finding_notices.unfounded(voiding.unfounded(chain, [found.item.pk for found in findings]), inspection)
    return list(earlier.values())


def findings_of(inspection: Inspection, answers: Iterable[InspectionAnswer]) -> list[Found]:
    """The answers of an inspection that say how grave something is, each with its photos (1 query)."""
    photos: dict[int, list[InspectionPhoto]] = {}
    for photo in inspection.photos.all():
        photos.setdefault(photo.item_id, []).append(photo)
    grave = [one for one in answers if one.severity]
    return [
        Found(one.item, one.words or one.get_verdict_display(), one.severity, photos.get(one.item_id, ()))
        for one in grave
    ]


@transaction.atomic
def record(
    *,
    facility: Facility,
    subject: str,
    words: str,
    severity: str,
    found_on: dt.date,
    by,
    key: str,
    files: Sequence[File] = (),
    at: dt.datetime | None = None,
) -> Finding:
    """Write a finding by hand; a key that was sent before returns what it wrote then.

    Raises FindingError for a person who may not, a day to come, missing or too long words, a file that is not taken,
    and where the key was sent before with something else.
    """
    _lock(facility)
    said = {"facility_id": facility.pk, "subject": subject.strip(), "words": words.strip(), "severity": severity}
    said |= {"found_on": found_on}
    if earlier := Finding.objects.filter(key=key).first():
        if said != {name: getattr(earlier, name) for name in said}:
            raise FindingError(_("这张表已提交过，没有重复登记；另登记一项请重新打开本页。"))
        return earlier
    at = at or timezone.now()
    _check(facility, said, by, timezone.localdate(at))
    del said["facility_id"]
    finding = _write(facility, at=at, by=by, files=files, key=key, **said)
    audit.append(rows=[finding])
    finding_notices.found([finding], by=by)
    return finding


def _lock(facility: Facility) -> None:
    """Findings of a district are numbered, and those of a facility counted, one at a time."""
    District.objects.select_for_update(no_key=True).get(pk=facility.town.district_id)


def _chain(inspection: Inspection) -> list[int]:
    """An inspection and those that it corrects."""
    keys = []
    while inspection:
        keys.append(inspection.pk)
        inspection = inspection.replaces
    return keys


def _check(facility: Facility, said: dict, by, on: dt.date) -> None:
    here = facility.town.district_id in by.district_ids and by.town_id in (None, facility.town_id)
    if not by.may(Permission.FIND) or not here:
        raise FindingError(_("问题隐患由街镇或区民政局登记。"))
    if said["found_on"] > on:
        raise FindingError(_("发现日期 %(day)s 还没有到。") % {"day": said["found_on"]})
    if not said["subject"] or not said["words"]:
        raise FindingError(_("请填写检查项目和问题描述。"))
    for name, limit in (("subject", MAX_SUBJECT), ("words", MAX_WORDS)):
        if len(said[name]) > limit:
            raise FindingError(
                _("内容不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": limit, "found": len(said[name])}
            )


def _write(
    facility: Facility, *, subject: str, found_on: dt.date, at, by, files: Sequence[File] = (), **said
) -> Finding:
    """The row, counted after the last one on the same subject, with its photos."""
    district, year = facility.town.district_id, found_on.year
    last = Finding.objects.filter(district=district, year=year).aggregate(last=Max("number"))["last"] or 0
    previous = Finding.objects.filter(facility=facility, subject=subject).order_by("-occurrence").first()
    finding = Finding.objects.create(
        district_id=district,
        facility=facility,
        year=year,
        number=last + 1,
        subject=subject,
        previous=previous,
        occurrence=previous.occurrence + 1 if previous else 1,
        found_on=found_on,
        at=at,
        by=by,
        **said,
    )
    for file in files:
        attach(finding, None, file)
    return finding


def attach(finding: Finding, act: FindingAct | None, file: File) -> None:
    """Store a file of a finding or of one of its acts. Raises FindingError for one that is not taken."""
    try:
        evidence.check(file)
    except evidence.EvidenceError as error:
        raise FindingError(str(error)) from error
    facts = {"name": PurePath(file.name).name[-200:], "size": file.size, "sha256": evidence.sha256_of(file)}
    FindingFile.objects.create(district_id=finding.district_id, finding=finding, act=act, file=file, **facts)
