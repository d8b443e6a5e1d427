"""The lives of rubrics, their lines and the points that people gave (tasks/histories.py)."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from scoring.claiming import claims_of
from scoring.line_settings import told as line_setting_told
from scoring.marking import sealed
from scoring.models import (
    Appeal,
    Assessment,
    AssessmentAct,
    Claim,
    ClaimDecision,
    Criterion,
    CriterionLink,
    LineSetting,
    Mark,
    Rubric,
)
from tasks.field_changes import events_of
from tasks.formats import points
from tasks.histories import register
from tasks.history import Change, Event
from tasks.models import Programme


def register_kinds() -> None:
    """Called once the app is ready."""
    plan, district = Permission.SEE_PLAN, Permission.SEE_DISTRICT
    register("rubric", Rubric._meta.verbose_name, plan, _rubrics, lambda user, row: events_of(row), _rubric_page)
    register("criterion", Criterion._meta.verbose_name, plan, _criteria, _criterion, _rubric_page)
    register("mark", Mark._meta.verbose_name, district, _marks, _mark, _marks_page)
    town = Permission.SEE_TOWN
    register("claim", Claim._meta.verbose_name, town, _claims, _claim, _claim_page)
    register("assessment", Assessment._meta.verbose_name, town, _assessments, _assessment, _assessment_page)


def _rubrics(user: User, programme: Programme):
    return Rubric.objects.filter(programme=programme).select_related("programme")


def _criteria(user: User, programme: Programme):
    return Criterion.objects.filter(section__rubric__programme=programme)


def _marks(user: User, programme: Programme):
    """A revocation stands on the page of the mark that it takes back."""
    marks = Mark.objects.visible_to(user).filter(criterion__section__rubric__programme=programme, revokes=None)
    marks = marks.exclude(pk__in=sealed(programme, user))
    return marks.select_related("criterion", "town", "facility", "by", "revocation__by").prefetch_related("files")


def _criterion(user: User, criterion: Criterion) -> Iterable[Event]:
    """The line itself, and its links with indicators as they were made and taken away."""
    yield from events_of(criterion)
    for setting in _settings(criterion):
        yield Event(setting.at, setting.by, _("评分项设置"), line_setting_told(setting))
    links = CriterionLink.history.filter(criterion_id=criterion.pk).exclude(history_type="~")
    for link in links.select_related("history_user", "indicator").order_by("history_date", "history_id"):
        what = _("对应指标") if link.history_type == "+" else _("取消对应指标")
        told = f"{link.indicator} {link.part}".strip()
        change = Change(_("对应指标"), "", told) if link.history_type == "+" else Change(_("对应指标"), told, "")
        yield Event(link.history_date, link.history_user, what, changes=[change])


def _settings(criterion: Criterion):
    """The revisions of the line's setting; they go by its title."""
    settings = LineSetting.objects.filter(programme__rubrics__sections__criteria=criterion, title=criterion.title)
    return settings.select_related("by").prefetch_related("assessors__user")


def _claims(user: User, programme: Programme):
    return claims_of(programme, user)


def _claim(user: User, claim: Claim) -> Iterable[Event]:
    """Filed, decided or withdrawn, and the bonus taken back where it was."""
    told = f"{claim.level} {claim.document} {claim.document_on}"
    yield Event(claim.at, claim.by, _("申报：%(matter)s") % {"matter": claim.matter}, told, "waiting")
    if decision := getattr(claim, "decision", None):
        given = f"{decision.matter} {decision.mark.level} {points(decision.mark.points)}" if decision.mark else ""
        told = "\n".join(filter(None, [decision.get_outcome_display(), given, decision.reason]))
        what = _("撤回") if decision.outcome == ClaimDecision.Outcome.WITHDRAWN else _("审核")
        yield Event(decision.at, decision.by, what, told, decision.tone)
        if revocation := getattr(decision.mark, "revocation", None):
            yield Event(revocation.at, revocation.by, _("撤销"), revocation.reason, "returned")


def _claim_page(programme: Programme, row: Claim) -> str:
    return row.get_absolute_url()


def _mark(user: User, mark: Mark) -> Iterable[Event]:
    told = mark.grade or points(mark.points)
    what = _("记录 %(points)s") % {"points": told}
    about = " ".join(str(part) for part in (mark.facility, mark.level, mark.reason) if part)
    files = [f"{file.name} SHA-256 {file.sha256}" for file in mark.files.all()]
    told = "\n".join([about, f"{mark.document} {mark.given_on}", *files])
    yield Event(mark.at, mark.by, what, told, "accepted")
    if revocation := getattr(mark, "revocation", None):
        yield Event(revocation.at, revocation.by, _("撤销"), revocation.reason, "returned")


def _assessments(user: User, programme: Programme):
    return Assessment.objects.visible_to(user).filter(programme=programme).standing()


def _assessment(user: User, assessment: Assessment) -> Iterable[Event]:
    """What was done with it, and the appeals with their rulings; a town is told from the publication on, and its own."""
    yield Event(assessment.at, assessment.by, _("建立"))
    acts = assessment.acts.select_related("by")
    if not user.may(Permission.SEE_DISTRICT):
        told = AssessmentAct.Kind.PUBLISHED, AssessmentAct.Kind.FINAL, AssessmentAct.Kind.REPLACED
        acts = acts.filter(kind__in=told)
    for act in acts:
        yield Event(act.at, act.by, act.get_kind_display(), act.told, act.tone)
    appeals = Appeal.objects.visible_to(user).filter(line__result__assessment=assessment)
    for appeal in appeals.select_related("line__result", "by", "ruling__by"):
        told = {"line": appeal}
        yield Event(appeal.at, appeal.by, _("申诉：%(line)s") % told, appeal.words, "waiting")
        if ruling := getattr(appeal, "ruling", None):
            what = _("裁定：%(line)s") % told
            adjusted = (
                [Change(_("得分"), points(appeal.line.points), points(ruling.points))]
                if ruling.points is not None
                else []
            )
            reason = f"{ruling.get_outcome_display()}\n{ruling.reason}"
            yield Event(ruling.at, ruling.by, what, reason, ruling.tone, changes=adjusted)


def _assessment_page(programme: Programme, row: Assessment) -> str:
    return row.get_absolute_url()


def _rubric_page(programme: Programme, row: Rubric | Criterion) -> str:
    return reverse("rubric", args=[programme.slug])


def _marks_page(programme: Programme, row: Mark) -> str:
    return reverse("marks", args=[programme.slug])
