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
from scoring.freezing import BATCH, Placed, Waiting, placed, scored_again, scores_of, sections_json, waiting, write
from scoring.grading import DEFAULT_BANDS, Band, faults
from scoring.models import (
    Appeal,
    AppealRuling,
    Assessment,
    AssessmentAct,
    AssessmentState,
    FinalResult,
    Rubric,
    Ties,
    Visibility,
)
from tasks import audit, notifying
from tasks.models import Notification, Period, Programme

Kind, State = AssessmentAct.Kind, AssessmentState
MAX_REASON = AssessmentAct._meta.get_field("reason").max_length
FOLLOWS = {  # what can be done in each state
    State.DRAFT: (Kind.FROZEN, Kind.DISCARDED),
    State.FROZEN: (Kind.PUBLISHED, Kind.DISCARDED),
    State.PUBLISHED: (Kind.FINAL,),
    State.FINAL: (),
    State.DISCARDED: (),
}


class AssessmentError(Exception):
    """What was asked can't be done; the message is for people."""


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

    Raises StillWaiting where lines wait and no reason is given, AssessmentError before the day or in a wrong state.
    """
    _may(assessment, Kind.FROZEN)
    audit.begin(assessment.district_id)  # holds the district's chain: no decision and no mark comes in between
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
    act = AssessmentAct(kind=Kind.FROZEN, known_on=today, reason=_reason(reason))
    act.sha256 = canonical.digest(sealing.document(assessment, act, results))
    return _did(assessment, act, by, at)


@transaction.atomic
def publish(*, assessment: Assessment, visibility: str, by, at: dt.datetime | None = None) -> AssessmentAct:
    """Let the towns see their results, and of the others what `visibility` says; appeals begin.

    The last day to appeal is the assessment's number of days after today. Raises AssessmentError unless it is frozen.
    """
    at = at or timezone.now()
    _may(assessment, Kind.PUBLISHED)
    until = timezone.localdate(at) + dt.timedelta(days=assessment.appeal_days)
    act = AssessmentAct(kind=Kind.PUBLISHED, visibility=Visibility(visibility), appeal_until=until)
    act = _did(assessment, act, by, at)
    _tell_towns(assessment, {"act": "published", "until": until.isoformat()})
    return act


@transaction.atomic
def finalise(*, assessment: Assessment, by, at: dt.datetime | None = None) -> AssessmentAct:
    """End the assessment: totals with the points that were ruled, and places among them. The frozen rows stay.

    Raises AssessmentError while towns may still appeal or an appeal has no ruling.
    """
    at = at or timezone.now()
    _may(assessment, Kind.FINAL)
    published = act_of(assessment, Kind.PUBLISHED)
    if timezone.localdate(at) <= published.appeal_until:
        told = {"day": published.appeal_until}
        raise AssessmentError(_("申诉期到 %(day)s（含当日）为止，期满后才能定稿。") % told)
    if open_ := [str(appeal) for appeal in appeals_of(assessment).open()]:
        raise AssessmentError(_("还有申诉没有裁定：%(lines)s。") % {"lines": _("、").join(open_)})
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
    act = _did(assessment, act, by, at)
    _tell_towns(assessment, {"act": "final"})
    return act


@transaction.atomic
def discard(*, assessment: Assessment, reason: str, by, at: dt.datetime | None = None) -> AssessmentAct:
    """Give up a draft, or a frozen assessment that was not published, with a reason; its rows stay."""
    _may(assessment, Kind.DISCARDED)
    if not reason.strip():
        raise AssessmentError(_("作废必须填写原因。"))
    return _did(assessment, AssessmentAct(kind=Kind.DISCARDED, reason=_reason(reason)), by, at or timezone.now())


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


def appeals_of(assessment: Assessment):
    return Appeal.objects.filter(line__result__assessment=assessment).select_related("line__result", "ruling__by", "by")


def act_of(assessment: Assessment, kind: str) -> AssessmentAct | None:
    return AssessmentAct.objects.filter(assessment=assessment, kind=kind).first()


def lock(assessment: Assessment) -> Assessment:
    """The assessment as it stands now; others wait until the transaction ends."""
    Assessment.objects.select_for_update(no_key=True).get(pk=assessment.pk)
    return Assessment.objects.standing().get(pk=assessment.pk)


def _towns(assessment: Assessment) -> list[Town]:
    return list(Town.objects.filter(district=assessment.district_id))


def _may(assessment: Assessment, kind: str) -> None:
    state = lock(assessment).state
    if kind not in FOLLOWS[state]:
        told = {"state": state.label, "act": Kind(kind).label}
        raise AssessmentError(_("考核%(state)s，不能%(act)s；请刷新页面核对。") % told)


def _reason(typed: str) -> str:
    if len(typed.strip()) > MAX_REASON:
        found = {"limit": MAX_REASON, "found": len(typed.strip())}
        raise AssessmentError(_("原因不超过 %(limit)s 字，现有 %(found)s 字。") % found)
    return typed.strip()


def _did(assessment: Assessment, act: AssessmentAct, by, at: dt.datetime) -> AssessmentAct:
    act.assessment, act.district_id, act.by, act.at = assessment, assessment.district_id, by, at
    act.save()
    audit.append(rows=[act])
    return act


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
