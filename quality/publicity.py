"""Examples that the bureau makes public, good ones and criticised ones; withdrawn with a reason, nothing is lost."""

import datetime as dt
from collections.abc import Sequence

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import District, Facility
from quality import files as storing
from quality import year_notices
from quality.models import Example, ExampleFile, ExampleWithdrawal, Finding
from quality.sent_before import sent_before
from tasks import audit
from tasks.evidence import EvidenceError
from tasks.models import Programme

Kind = Example.Kind
MAX_REASON = ExampleWithdrawal._meta.get_field("reason").max_length


class ExampleError(Exception):
    """What was asked for can't be published or withdrawn; the message is for people."""


@transaction.atomic
def publish(
    *,
    programme: Programme,
    facility: Facility,
    kind: str,
    title: str,
    words: str,
    published_on: dt.date,
    by,
    key: str,
    finding: Finding | None = None,
    files: Sequence[File] = (),
    at: dt.datetime | None = None,
) -> Example:
    """Publish an example to all of the district's users. A key that was sent before returns what it wrote then.

    Raises ExampleError for a facility of another district, a day to come, a finding that is not the facility's or that a
    good example names, and for a file that is not taken.
    """
    District.objects.select_for_update(no_key=True).get(pk=programme.district_id)
    said = {"kind": kind, "title": title.strip(), "words": words.strip(), "published_on": published_on}
    where = {"programme": programme, "facility": facility, "finding": finding}
    if earlier := sent_before(Example, key, where | said, ExampleError):
        return earlier
    at = at or timezone.now()
    if facility.town.district_id != programme.district_id:
        raise ExampleError(_("“%(facility)s”不在本区。") % {"facility": facility})
    if published_on > timezone.localdate(at):
        raise ExampleError(_("发布日期 %(day)s 还没有到。") % {"day": published_on})
    if finding and not Finding.objects.in_force().filter(pk=finding.pk).exists():
        raise ExampleError(_("%(finding)s已作废，不能用于曝光。") % {"finding": finding})
    if finding and (kind != Kind.CRITICISED or finding.facility_id != facility.pk):
        raise ExampleError(_("%(finding)s只能用于曝光其所在机构的问题。") % {"finding": finding})
    example = Example.objects.create(district=programme.district, **where, **said, key=key, by=by, at=at)
    try:
        storing.attach(ExampleFile, files, example=example)
    except EvidenceError as error:
        raise ExampleError(str(error)) from error
    audit.append(rows=[example])
    year_notices.published(example, example.kind)
    return example


@transaction.atomic
def withdraw(*, example: Example, reason: str, by, at: dt.datetime | None = None) -> ExampleWithdrawal:
    """Take an example out of public view, once. Raises ExampleError without a reason, and where that was done before."""
    District.objects.select_for_update(no_key=True).get(pk=example.district_id)
    reason = reason.strip()
    if not reason:
        raise ExampleError(_("请填写撤回原因。"))
    if len(reason) > MAX_REASON:
        told = {"limit": MAX_REASON, "found": len(reason)}
        raise ExampleError(_("原因不超过 %(limit)s 字，现有 %(found)s 字。") % told)
    if ExampleWithdrawal.objects.filter(example=example).exists():
        raise ExampleError(_("“%(example)s”已撤回。") % {"example": example})
    said = {"example": example, "reason": reason, "by": by, "at": at or timezone.now()}
    row = ExampleWithdrawal.objects.create(district_id=example.district_id, **said)
    audit.append(rows=[row])
    year_notices.published(example, "withdrawn")
    return row
