"""Points given by people: written with a reason and a source, taken back with a reason, never changed."""

import datetime as dt
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Town
from scoring.models import Criterion, Mark
from tasks import audit, audited

MAX_REASON = Mark._meta.get_field("reason").max_length


class MarkingError(Exception):
    """What was asked can't be done; the message is for people."""


@transaction.atomic
def give(
    *,
    criterion: Criterion,
    town: Town,
    points: Decimal,
    reason: str,
    document: str,
    given_on: dt.date,
    by,
    key: str,
    grade: str = "",
    at: dt.datetime | None = None,
) -> Mark:
    """Write one mark, external score, bonus or penalty; a key that was sent before returns what it wrote then.

    Raises MarkingError when the key was sent before with something else.
    """
    said = {
        "criterion": criterion,
        "town": town,
        "points": points,
        "grade": grade,
        "reason": reason,
        "document": document,
        "given_on": given_on,
    }
    district = criterion.section.rubric.programme.district
    unsaid = {"district": district, "by": by, "at": at or timezone.now()}
    mark, new = Mark.objects.get_or_create(key=key, defaults=said | unsaid)
    if not new and said != {name: getattr(mark, name) for name in said}:
        raise MarkingError(_("这张表已提交过，没有重复记录；请核对“已记录”，需要另记一条时请刷新页面。"))
    if new:
        audit.append(rows=[mark])
    return mark


def revoke(*, mark: Mark, reason: str, by) -> Mark:
    """Take a mark back: a new row that says who, when and why. Raises MarkingError without reason, or when it was done."""
    if not reason.strip():
        raise MarkingError(_("撤销必须填写原因。"))
    if len(reason.strip()) > MAX_REASON:
        found = {"limit": MAX_REASON, "found": len(reason.strip())}
        raise MarkingError(_("撤销原因不超过 %(limit)s 字，现有 %(found)s 字。") % found)
    try:
        with transaction.atomic():
            revocation = Mark.objects.create(
                district=mark.district,
                criterion=mark.criterion,
                town=mark.town,
                points=mark.points,
                grade=mark.grade,
                reason=reason.strip(),
                given_on=timezone.localdate(),
                by=by,
                revokes=mark,
                key=f"revoke-{mark.pk}",
            )
            audit.append(rows=[revocation])
            return revocation
    except IntegrityError as taken:
        raise MarkingError(_("该评分已被撤销。")) from taken


def register_audited() -> None:
    """Marks stand in the audit chain."""
    audited.register(Mark, told=_told)


def _told(key: int) -> str:
    names = ("town__name", "criterion__title", "given_on")
    return " ".join(str(part) for row in Mark.objects.filter(pk=key).values_list(*names) for part in row)
