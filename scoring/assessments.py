"""Assessments: drafted, frozen, published, finished. Every function is one transaction; what was frozen is never changed."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from districts.models import Town
from scoring import canonical, sealing
from scoring.acting import AssessmentError, Kind, State, act_of, did, may, reason_of
from scoring.freezing import BATCH, Placed, Waiting, placed, scored_again, scores_of, sections_json, waiting, write
from scoring.grading import DEFAULT_BANDS, Band, faults
from scoring.models import (
    AppealRuling,
    Assessment,
    AssessmentAct,
    FinalResult,
    Rubric,
    Ties,
    Visibility,
)
from scoring.replacing import AlreadyAssessed, all_ruled, replace, sealed_before
from tasks import audit, notifying
from tasks.models import Notification, Period, Programme


class StillWaiting(AssessmentError):
    """Lines wait for reports or marks: freezing needs a reason. `lines` names them."""

    def __init__(self, lines: Sequence[Waiting]):
        self.lines = lines
        told = _("；").join(f"{line.title}（{_('、').join(line.towns)}）" for line in lines)
        super().__init__(_("以下评分项尚待填报或评定，如仍要冻结，请填写原因：%(lines)s") % {"lines": told})


@transaction.atomic
def draft(
    *,
    programme: Programme,
    kind: str,
    title: str,
    as_of: dt.date,
    by,
    key: str,
    period: Period | None = None,
    bands: Sequence[Band] = DEFAULT_BANDS,
    ties: str = Ties.SHARED,
    appeal_days: int = 7,
    at: dt.datetime | None = None,
) -> Assessment:
    """Begin an assessment by the rubric in force; its points are computed live until it is frozen.

    A key that was sent before returns what it wrote then. Raises AssessmentError without a rubric, with wrong bands, for
    a day outside the programme's year and the one after it, or for a spent key that comes with something else.
    """
    rubric = Rubric.objects.filter(programme=programme).in_force().first()
    if rubric is None:
        raise AssessmentError(_("本方案还没有执行中的评分细则，不能开展考核。"))
    if faults(bands):
        raise AssessmentError(_("等次界限应由高到低，末等从 0 分起。"))
    if as_of.year not in (programme.year, programme.year + 1):
        told = {"year": programme.year, "day": as_of}
        raise AssessmentError(_("数据截至日应在 %(year)s 年或次年，现为 %(day)s。") % told)
    said = {"kind": kind, "period": period, "title": title.strip(), "as_of": as_of, "ties": ties}
    said |= {"bands": [[band.name, str(band.least)] for band in bands], "appeal_days": appeal_days}
    same = {"programme": programme, "district": programme.district, "by": by}
    by_rubric = {"rubric": rubric, "no_target": rubric.no_target, "at": at or timezone.now()}
    assessment, new = Assessment.objects.get_or_create(key=key, defaults=said | same | by_rubric)
    if not new and (said | {"programme": programme}) != {n: getattr(assessment, n) for n in (*said, "programme")}:
        raise AssessmentError(_("这张表已提交过，没有重复建立；需要另建一次考核时请刷新页面。"))
    if new:
        audit.append(rows=[assessment])
    return Assessment.objects.standing().get(pk=assessment.pk)


def live(assessment: Assessment) -> list[Placed]:
    """The towns as they stand now, by the assessment's rubric and day: what a draft shows."""
    scores = scores_of(assessment)
    return placed(assessment, [(town, scores.of(town)) for town in _towns(assessment)])


@transaction.atomic
def freeze(*, assessment: Assessment, by, reason: str = "", at: dt.datetime | None = None) -> AssessmentAct:
    """Store every input, rule, mark and point, sealed by a hash, as of the assessment's day and as known now: to the moment.

    One of the same quarter or year that is frozen and not public is replaced now, a public one when this one is published.
    Raises StillWaiting where lines wait and AlreadyAssessed where there is such a one, both unless a reason is given;
    AssessmentError before the day or in a wrong state.
    """
    may(assessment, Kind.FROZEN)  # holds the district's chain: no decision and no mark comes in between
    if (before := sealed_before(assessment)) and not reason.strip():
        raise AlreadyAssessed(before)
    at = at or timezone.now()
    today = timezone.localdate(at)
    if assessment.as_of > today:
        raise AssessmentError(_("数据截至日 %(day)s 还没有到，不能冻结。") % {"day": assessment.as_of})
    with translation.override(settings.LANGUAGE_CODE):  # what is stored is in the portal's own language
        scores = scores_of(assessment, at)
        rows = placed(assessment, [(town, scores.of(town)) for town in _towns(assessment)])
        if (lines := waiting(rows)) and not reason.strip():
            raise StillWaiting(lines)
        results = write(assessment, scores, rows)
    act = AssessmentAct(kind=Kind.FROZEN, known_on=today, reason=reason_of(reason))
    act.sha256 = canonical.digest(sealing.document(assessment, act, results))
    act = did(assessment, act, by, at)
    replace([one for one in before if one.state == State.FROZEN], assessment, act)
    return act


@transaction.atomic
def publish(*, assessment: Assessment, visibility: str, by, at: dt.datetime | None = None) -> AssessmentAct:
    """Let the towns see their results, and of the others what `visibility` says; appeals begin.

    The last day to appeal is the assessment's number of days after today. What was published of the same quarter or year
    is replaced, for the reason that was given when this one was frozen. Raises AssessmentError unless it is frozen, and
    while an appeal against what it replaces has no ruling.
    """
    at = at or timezone.now()
    may(assessment, Kind.PUBLISHED)
    before = sealed_before(assessment)
    for one in before:
        all_ruled(one)
    until = timezone.localdate(at) + dt.timedelta(days=assessment.appeal_days)
    act = AssessmentAct(kind=Kind.PUBLISHED, visibility=Visibility(visibility), appeal_until=until)
    act.first_of = "" if before else assessment.scope
    act = did(assessment, act, by, at)
    replace(before, assessment, act)
    replaces = {"replaces": [one.title for one in before]} if before else {}
    _tell_towns(assessment, {"act": "published", "until": until.isoformat()} | replaces)
    return act


@transaction.atomic
def finalise(*, assessment: Assessment, by, at: dt.datetime | None = None) -> AssessmentAct:
    """End the assessment: totals with the points that were ruled, and places among them. The frozen rows stay.

    Raises AssessmentError while towns may still appeal or an appeal has no ruling.
    """
    at = at or timezone.now()
    may(assessment, Kind.FINAL)
    published = act_of(assessment, Kind.PUBLISHED)
    if timezone.localdate(at) <= published.appeal_until:
        told = {"day": published.appeal_until}
        raise AssessmentError(_("申诉期到 %(day)s（含当日）为止，期满后才能定稿。") % told)
    all_ruled(assessment)
    results = {result.town_id: result for result, _lines in sealing.stored(assessment)}
    FinalResult.objects.bulk_create(
        [
            FinalResult(
                district_id=assessment.district_id,
                result=results[row.town.pk],
                total=row.score.total,
                rank=row.rank,
                grade=row.grade,
                sections=sections_json(row.score),
            )
            for row in ruled(assessment)
        ],
        BATCH,
    )
    frozen = act_of(assessment, Kind.FROZEN)
    act = AssessmentAct(kind=Kind.FINAL, sha256=canonical.digest(sealing.final_document(frozen)))
    act = did(assessment, act, by, at)
    _tell_towns(assessment, {"act": "final"})
    return act


@transaction.atomic
def discard(*, assessment: Assessment, reason: str, by, at: dt.datetime | None = None) -> AssessmentAct:
    """Give up a draft, or a frozen assessment that was not published, with a reason; its rows stay."""
    may(assessment, Kind.DISCARDED)
    if not reason.strip():
        raise AssessmentError(_("作废必须填写原因。"))
    return did(assessment, AssessmentAct(kind=Kind.DISCARDED, reason=reason_of(reason)), by, at or timezone.now())


def ruled(assessment: Assessment) -> list[Placed]:
    """The towns with the points that were ruled in place of the frozen ones, and their places then (4 queries)."""
    points = ruled_points(assessment)
    scored = [
        (result.town, scored_again(assessment, result, lines, points.get(result.town_id, {})))
        for result, lines in sealing.stored(assessment)
    ]
    return placed(assessment, scored)


def ruled_points(assessment: Assessment) -> dict[int, dict]:
    """The points that were ruled, by town and the line's key (1 query)."""
    upheld = AppealRuling.objects.filter(appeal__line__result__assessment=assessment, points__isnull=False)
    found: dict[int, dict] = {}
    for town, key, points in upheld.values_list("appeal__line__result__town", "appeal__line__key", "points"):
        found.setdefault(town, {})[key] = points
    return found


def _towns(assessment: Assessment) -> list[Town]:
    return list(Town.objects.filter(district=assessment.district_id))


def _tell_towns(assessment: Assessment, facts: dict) -> None:
    programme = assessment.programme
    users = User.objects.filter(town__district=assessment.district_id, is_active=True).who_may(Permission.APPEAL)
    notifying.tell(
        users=users,
        kind=Notification.Kind.ASSESSMENT,
        district=programme.district,
        programme=programme,
        facts=facts | {"title": assessment.title},
        url=reverse("assessment", args=[programme.slug, assessment.pk]),
        key=f"assessment-{facts['act']}-{assessment.pk}",
    )
