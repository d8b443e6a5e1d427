"""Points given by people: written with a reason and a source, taken back with a reason, never changed."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from districts.models import Facility, Town
from scoring import files as storing
from scoring.external import refusal
from scoring.line_settings import setting_of
from scoring.models import Criterion, LineSetting, Mark, MarkFile, Matter
from scoring.rule_json import plain
from tasks import audit, audited, evidence, notifying
from tasks.models import Notification, Programme

MAX_REASON = Mark._meta.get_field("reason").max_length
BY_LEVEL = ("bonus", "penalty")


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
    level: str = "",
    matter: Matter | None = None,
    facility: Facility | None = None,
    files: Iterable[UploadedFile] = (),
    at: dt.datetime | None = None,
) -> Mark:
    """Write one mark, external score, bonus or penalty; a key that was sent before returns what it wrote then.

    Raises MarkingError when the key was sent before with something else, for who is no assessor of the line, for
    points that are not the level's, for an external score that the day has already (`external.refusal`), and for a day
    before the year before the programme's.
    """
    said = {
        "criterion": criterion,
        "town": town,
        "points": points,
        "grade": grade,
        "level": level,
        "matter": matter,
        "facility": facility,
        "reason": reason,
        "document": document,
        "given_on": given_on,
    }
    programme = criterion.section.rubric.programme
    audit.begin(programme.district_id)  # its moment is told only now: none is dated before what was frozen meanwhile
    if not Mark.objects.filter(key=key).exists():
        _check(criterion, setting_of(programme, criterion.title), by, points, level)
        check_day(programme, given_on)
        if criterion.rule["kind"] == "average" and (why := refusal(criterion, town, facility, points, given_on)):
            raise MarkingError(why)
    unsaid = {"district": programme.district, "by": by, "at": at or timezone.now()}
    return _written(key, said, unsaid, list(files))


def _written(key: str, said: dict, unsaid: dict, files: list[UploadedFile]) -> Mark:
    mark, new = Mark.objects.get_or_create(key=key, defaults=said | unsaid)
    if not new and (said != {name: getattr(mark, name) for name in said} or _hashes(files) != _stored(mark)):
        raise MarkingError(_("这张表已提交过，没有重复记录；请核对“已记录”，需要另记一条时请刷新页面。"))
    if new:
        _attach(mark, files)
        audit.append(rows=[mark])
        if mark.criterion.rule["kind"] == "penalty":
            _tell(mark, "penalty", mark)
    return mark


@transaction.atomic
def matter_called(*, programme: Programme, name: str, by) -> Matter | None:
    """What a bonus is given for: the matter of that name, written down where it is new; None without a name."""
    if not name.strip():
        return None
    unsaid = {"district": programme.district, "by": by}
    known, new = Matter.objects.get_or_create(programme=programme, name=name.strip(), defaults=unsaid)
    if new:
        audit.append(rows=[known])
    return known


def revoke(*, mark: Mark, reason: str, by) -> Mark:
    """Take a mark back: a new row that says who, when and why.

    Raises MarkingError without reason, when it was done, or for an assessor's mark by anybody else.
    """
    if not reason.strip():
        raise MarkingError(_("撤销必须填写原因。"))
    if len(reason.strip()) > MAX_REASON:
        found = {"limit": MAX_REASON, "found": len(reason.strip())}
        raise MarkingError(_("撤销原因不超过 %(limit)s 字，现有 %(found)s 字。") % found)
    setting = setting_of(mark.criterion.section.rubric.programme, mark.criterion.title)
    if setting and setting.assessors.exists() and mark.by != by:
        raise MarkingError(_("“%(line)s”由评分人评分，只能由评分人本人撤销。") % {"line": mark.criterion})
    try:
        with transaction.atomic():
            audit.begin(mark.district_id)  # as in `give`
            revocation = Mark.objects.create(
                district=mark.district,
                criterion=mark.criterion,
                town=mark.town,
                points=mark.points,
                grade=mark.grade,
                level=mark.level,
                matter=mark.matter,
                facility=mark.facility,
                reason=reason.strip(),
                given_on=timezone.localdate(),
                by=by,
                revokes=mark,
                key=f"revoke-{mark.pk}",
            )
            audit.append(rows=[revocation])
            if mark.criterion.rule["kind"] in BY_LEVEL:
                _tell(mark, f"{mark.criterion.rule['kind']}_revoked", revocation)
            return revocation
    except IntegrityError as taken:
        raise MarkingError(_("该评分已被撤销。")) from taken


def sealed(programme: Programme, user) -> set[int]:
    """The marks that this user must not see yet, by primary key: others' on an averaged line that still waits (3 queries)."""
    settings = LineSetting.objects.filter(programme=programme).standing().filter(several=LineSetting.Several.AVERAGE)
    assigned = {one.title: {a.user_id for a in one.assessors.all()} for one in settings.prefetch_related("assessors")}
    marks = Mark.objects.filter(criterion__section__rubric__programme=programme, criterion__title__in=assigned)
    rows = list(marks.filter(revokes=None).values_list("pk", "criterion__title", "town", "by", "revocation"))
    marked: dict[tuple[str, int], set[int]] = {}
    for _pk, title, town, by, revocation in rows:
        if revocation is None:
            marked.setdefault((title, town), set()).add(by)
    return {
        pk
        for pk, title, town, by, _revocation in rows
        if by != user.pk and assigned[title] - marked.get((title, town), set())
    }


def _check(criterion: Criterion, setting: LineSetting | None, by, points: Decimal, level: str) -> None:
    assessors = [one.user for one in setting.assessors.all()] if setting else []
    if assessors and by not in assessors:
        told = {"line": criterion, "names": _("、").join(map(str, assessors))}
        raise MarkingError(_("“%(line)s”的评分人是%(names)s，其他人不能评分。") % told)
    levels = setting.points if setting and criterion.rule["kind"] in BY_LEVEL else {}
    if levels and points != levels.get(level):
        raise MarkingError(not_a_level(levels, level))
    if level and not levels:
        raise MarkingError(_("“%(line)s”没有设置级别与分值。") % {"line": criterion})


def check_day(programme: Programme, day: dt.date) -> None:
    """Raises MarkingError for a day long before the programme: a year typed wrong would count without a word."""
    if day.year < programme.year - 1:
        raise MarkingError(_("日期 %(day)s 不正确：应不早于 %(year)s 年。") % {"day": day, "year": programme.year - 1})


def not_a_level(levels: dict[str, Decimal], found: str) -> str:
    """The message for a level that a line does not have, or for points that are not its own."""
    names = _("、").join(_("%(level)s %(points)s 分") % {"level": n, "points": plain(p)} for n, p in levels.items())
    return _("级别“%(found)s”不正确，应为：%(names)s") % {"found": found, "names": names}


def _attach(mark: Mark, files: list[UploadedFile]) -> None:
    try:
        storing.attach(MarkFile, files, mark=mark)
    except evidence.EvidenceError as error:
        raise MarkingError(str(error)) from error


def _tell(mark: Mark, act: str, row: Mark) -> None:
    """Tell the town of a penalty, or that a bonus or a penalty was taken back: `row` says why."""
    programme = mark.criterion.section.rubric.programme
    facts = {"act": act, "line": mark.criterion.title, "points": plain(mark.points), "level": mark.level}
    address = reverse("town", args=[programme.slug, mark.town.code])
    notifying.tell(
        users=User.objects.filter(town=mark.town_id, is_active=True).who_may(Permission.CLAIM),
        kind=Notification.Kind.CLAIM,
        district=programme.district,
        programme=programme,
        facts=facts | {"reason": row.reason, "document": row.document},
        url=f"{address}#line-{mark.criterion.key}",
        key=f"mark-{act}-{mark.pk}",
    )


def _hashes(files: list[UploadedFile]) -> list[str]:
    return sorted(map(evidence.sha256_of, files))


def _stored(mark: Mark) -> list[str]:
    return sorted(mark.files.values_list("sha256", flat=True))


def register_audited() -> None:
    """Marks stand in the audit chain, with their files."""
    audited.register(Mark, told=_told, join=storing.join(MarkFile, "mark"))


def _told(key: int) -> str:
    names = ("town__name", "criterion__title", "given_on")
    return " ".join(str(part) for row in Mark.objects.filter(pk=key).values_list(*names) for part in row)
