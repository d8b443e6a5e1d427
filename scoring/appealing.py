"""Appeals of towns against lines of their results, and the rulings on them: rows on top of what was frozen."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from scoring import files as storing
from scoring.acting import AssessmentError, act_of, lock
from scoring.freezing import stored_inputs
from scoring.models import Appeal, AppealFile, AppealRuling, Assessment, AssessmentAct, AssessmentState, ResultLine
from scoring.rules import load_rule
from tasks import audit, evidence, notifying
from tasks.formats import points as shown
from tasks.models import Notification

Outcome = AppealRuling.Outcome
MAX_WORDS = Appeal._meta.get_field("words").max_length
MAX_REASON = AppealRuling._meta.get_field("reason").max_length


@transaction.atomic
def appeal(
    *, line: ResultLine, words: str, by, key: str, files: Iterable = (), at: dt.datetime | None = None
) -> Appeal:
    """Appeal against one line of one's own town's result, once, before the term is over.

    A key that was sent before returns what it wrote then. Raises AssessmentError, also for a file that is not taken
    and for a spent key that comes with something else.
    """
    at = at or timezone.now()
    assessment = line.result.assessment
    standing = lock(assessment)
    if earlier := Appeal.objects.filter(key=key).first():
        if (earlier.line_id, earlier.words) != (line.pk, words.strip()):
            raise AssessmentError(_("这张表已提交过，没有重复申诉；需要对另一项申诉时请刷新页面。"))
        return earlier
    _may_appeal(standing, line, by, timezone.localdate(at))
    said = {"words": _words(words, MAX_WORDS, _("请填写申诉理由。")), "key": key, "at": at, "by": by}
    made = Appeal.objects.create(district_id=line.district_id, line=line, **said)
    _attach(made, files)
    audit.append(rows=[made])
    users = User.objects.filter(district=line.district_id, is_active=True).who_may(Permission.ASSESS)
    facts = {"act": "lodged", "town": line.result.name, "criterion": line.title, "title": assessment.title}
    _tell(made, users, facts)
    return made


@transaction.atomic
def rule(
    *, appeal: Appeal, upheld: bool, reason: str, by, points: Decimal | None = None, at: dt.datetime | None = None
) -> AppealRuling:
    """Uphold an appeal with the points that the line gets instead, or refuse it; once, with a reason.

    Raises AssessmentError where it was ruled before, the assessment is final, or the points are not above the frozen
    ones and within the line's weight.
    """
    line = appeal.line
    if lock(line.result.assessment).state != AssessmentState.PUBLISHED:
        raise AssessmentError(_("考核已定稿，不能再裁定。"))
    if AppealRuling.objects.filter(appeal=appeal).exists():
        raise AssessmentError(_("该申诉已有裁定，不能更改。"))
    if upheld:
        _check_points(line, points)
    ruling = AppealRuling.objects.create(
        district_id=appeal.district_id,
        appeal=appeal,
        outcome=Outcome.UPHELD if upheld else Outcome.REFUSED,
        points=points if upheld else None,
        reason=_words(reason, MAX_REASON, _("请填写裁定理由。")),
        at=at or timezone.now(),
        by=by,
    )
    audit.append(rows=[ruling])
    facts = {"act": ruling.outcome, "criterion": line.title, "title": line.result.assessment.title}
    users = User.objects.filter(town=line.result.town_id, is_active=True).who_may(Permission.APPEAL)
    _tell(appeal, users, facts)
    return ruling


def refusal(assessment: Assessment, line: ResultLine, user, on: dt.date) -> str:
    """Why this user can't appeal against the line on a day, in words; empty where they can."""
    if not user.may(Permission.APPEAL) or user.town_id != line.result.town_id:
        return _("只能对本街镇的得分提出申诉。")
    if assessment.state != AssessmentState.PUBLISHED:
        return _("考核%(state)s，不能提出申诉。") % {"state": assessment.state.label}
    until = act_of(assessment, AssessmentAct.Kind.PUBLISHED).appeal_until
    return _("申诉期已于 %(day)s 结束。") % {"day": until} if on > until else ""


def limits(line: ResultLine) -> tuple[Decimal, Decimal]:
    """The least and the most points that a line can have."""
    is_penalty = line.weight < 0 or line.rule["kind"] == "penalty"
    return (-abs(line.weight), Decimal(0)) if is_penalty else (Decimal(0), line.weight)


def is_full(line: ResultLine) -> bool:
    """Whether no appeal could bring more: no points are missing, and it vetoes nothing."""
    return line.points >= limits(line)[1] and not vetoes(line)


def vetoes(line: ResultLine) -> bool:
    """Does the line deny the town a total, a section or a grade? Upheld with its full points, that is lifted."""
    rule = load_rule(line.rule)
    return rule.kind == "veto" and rule.met(stored_inputs(line))


def _may_appeal(assessment: Assessment, line: ResultLine, by, on: dt.date) -> None:
    if refused := refusal(assessment, line, by, on):
        raise AssessmentError(refused)
    if is_full(line):
        raise AssessmentError(_("“%(line)s”已得满分，不能再申诉。") % {"line": line.title})
    if Appeal.objects.filter(line=line).exists():
        raise AssessmentError(_("对“%(line)s”已提出过申诉，每项只能申诉一次。") % {"line": line.title})


def _check_points(line: ResultLine, points: Decimal | None) -> None:
    most = limits(line)[1]
    if points is None:
        raise AssessmentError(_("支持申诉时请填写调整后得分。"))
    right = points == most if vetoes(line) else line.points < points <= most
    if not right or points.as_tuple().exponent < -2:
        told = {"least": shown(line.points), "most": shown(most), "found": points}
        raise AssessmentError(
            _("调整后得分应高于原得分 %(least)s、不超过 %(most)s、最多两位小数，现为 %(found)s。") % told
        )


def _words(typed: str, most: int, missing: str) -> str:
    words = typed.strip()
    if not words:
        raise AssessmentError(missing)
    if len(words) > most:
        raise AssessmentError(_("不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": most, "found": len(words)})
    return words


def _attach(made: Appeal, files: Iterable) -> None:
    try:
        storing.attach(AppealFile, files, appeal=made)
    except evidence.EvidenceError as error:
        raise AssessmentError(str(error)) from error


def _tell(made: Appeal, users, facts: dict) -> None:
    programme = made.line.result.assessment.programme
    notifying.tell(
        users=users,
        kind=Notification.Kind.APPEAL,
        district=programme.district,
        programme=programme,
        facts=facts,
        url=made.get_absolute_url(),
        key=f"appeal-{facts['act']}-{made.pk}",
    )
