"""Bonus claims of towns: filed with a document, approved as a claim on a matter, refused with a reason, or withdrawn."""

import datetime as dt
from collections.abc import Iterable

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from districts.models import Town
from scoring import files as storing
from scoring.awarding import WHY_NOT
from scoring.line_settings import setting_of
from scoring.marking import MarkingError, check_day, give, matter_called, not_a_level
from scoring.models import Claim, ClaimDecision, ClaimFile, Criterion, Matter
from scoring.rule_json import plain
from scoring.scores import Scores
from tasks import audit, audited, evidence, notifying
from tasks.board import Moment
from tasks.models import Notification, Programme
from tasks.notice import most_like

Outcome = ClaimDecision.Outcome
MAX_REASON = ClaimDecision._meta.get_field("reason").max_length
MAX_MATTER = Matter._meta.get_field("name").max_length


@transaction.atomic
def file_claim(
    *,
    criterion: Criterion,
    town: Town,
    matter: str,
    level: str,
    document: str,
    document_on: dt.date,
    files: Iterable[UploadedFile],
    by,
    key: str,
    at: dt.datetime | None = None,
) -> Claim:
    """Claim a bonus for one's own town; a key that was sent before returns what it wrote then.

    Raises MarkingError for another town, without a file, for a level that the line does not have, or for a spent key
    that comes with something else.
    """
    if by.town_id != town.pk:
        raise MarkingError(_("只能为本街镇申报加分。"))
    programme, files = criterion.section.rubric.programme, list(files)
    said = {"criterion": criterion, "town": town, "matter": matter.strip(), "level": level}
    said |= {"document": document.strip(), "document_on": document_on}
    audit.begin(programme.district_id)  # one after the other: the same form sent twice finds the first
    if earlier := Claim.objects.filter(key=key).first():
        if said != {name: getattr(earlier, name) for name in said}:
            raise MarkingError(_("这张表已提交过，没有重复申报；需要另报一项时请刷新页面。"))
        return earlier
    check_day(programme, document_on)
    levels = levels_of(criterion)
    if level not in levels:
        raise MarkingError(not_a_level(levels, level))
    if not files:
        raise MarkingError(_("请上传依据文件。"))
    claim = Claim.objects.create(district=programme.district, key=key, by=by, at=at or timezone.now(), **said)
    try:
        storing.attach(ClaimFile, files, claim=claim)
    except evidence.EvidenceError as error:
        raise MarkingError(str(error)) from error
    audit.append(rows=[claim])
    _tell(claim, _deciders(claim), {"act": "filed", "town": town.name, "level": level, "document": claim.document})
    return claim


@transaction.atomic
def approve(
    *, claim: Claim, matter: str, level: str, by, reason: str = "", at: dt.datetime | None = None
) -> ClaimDecision:
    """Approve a claim at a level, as a claim on a matter: the name of one that is known, or a new one's.

    It becomes a mark of the level's points from the document's day on. Raises MarkingError where it was decided before,
    without a matter, or for a level that the line does not have.
    """
    _undecided(claim)
    name = matter.strip()
    if not name or len(name) > MAX_MATTER:
        raise MarkingError(_("请填写归并事项，不超过 %(limit)s 字。") % {"limit": MAX_MATTER})
    levels = levels_of(claim.criterion)
    if level not in levels:
        raise MarkingError(not_a_level(levels, level))
    programme = claim.criterion.section.rubric.programme
    known = matter_called(programme=programme, name=name, by=by)
    mark = give(
        criterion=claim.criterion,
        town=claim.town,
        points=levels[level],
        level=level,
        matter=known,
        reason=known.name,
        document=claim.document,
        given_on=claim.document_on,
        by=by,
        key=f"claim-{claim.pk}",
        at=at,
    )
    decision = _decide(claim, Outcome.APPROVED, by, at, matter=known, mark=mark, reason=_reason(reason))
    _answer(decision, {"act": "approved", "level": level, "points": plain(mark.points)})
    return decision


@transaction.atomic
def refuse(*, claim: Claim, reason: str, by, at: dt.datetime | None = None) -> ClaimDecision:
    """Refuse a claim with a reason. Raises MarkingError without one, or where it was decided before."""
    _undecided(claim)
    if not reason.strip():
        raise MarkingError(_("不予加分须填写理由。"))
    decision = _decide(claim, Outcome.REFUSED, by, at, reason=_reason(reason))
    _answer(decision, {"act": "refused", "reason": decision.reason})
    return decision


@transaction.atomic
def withdraw(*, claim: Claim, by, reason: str = "", at: dt.datetime | None = None) -> ClaimDecision:
    """Take back one's own town's claim that still waits; the row stays. Raises MarkingError where it was decided before."""
    if by.town_id != claim.town_id:
        raise MarkingError(_("只能撤回本街镇的申报。"))
    _undecided(claim)
    decision = _decide(claim, Outcome.WITHDRAWN, by, at, reason=_reason(reason))
    _tell(claim, _deciders(claim), {"act": "withdrawn", "town": claim.town.name, "reason": decision.reason})
    return decision


def levels_of(criterion: Criterion) -> dict:
    """The levels of a line with their points, highest first; none where nobody has set them."""
    setting = setting_of(criterion.section.rubric.programme, criterion.title)
    return setting.points if setting else {}


def matters_of(programme: Programme) -> list[str]:
    """The matters that claims were tied to before."""
    return list(Matter.objects.filter(programme=programme).values_list("name", flat=True))


def likely_matter(claim: Claim, known: list[str]) -> str:
    """The known matter that a claim most likely means, else its own words."""
    at = most_like(claim.matter, known)
    return claim.matter if at is None else known[at]


def not_counted(programme: Programme, user) -> dict[int, str]:
    """Why marks that stand today do not count, by primary key (a fixed number of queries)."""
    scores = Scores(programme, Moment(timezone.localdate()), user=user)
    return {key: WHY_NOT[why]() for marks in scores.marks.values() for key, why in marks.dropped.items()}


def claims_of(programme: Programme, user) -> QuerySet[Claim]:
    """The programme's claims that the user may see, with what became of them."""
    claims = Claim.objects.visible_to(user).filter(criterion__section__rubric__programme=programme)
    related = ("district", "town", "criterion__section__rubric__programme__district", "by", "decision__by")
    return claims.select_related(*related, "decision__matter", "decision__mark__revocation").prefetch_related("files")


def settled(decision: ClaimDecision) -> str:
    """Why a claim can't be decided or withdrawn any more."""
    if decision.outcome == Outcome.WITHDRAWN:
        return _("该申报已由街镇撤回。")
    return _("该申报已审核，不能更改；如需收回加分，请撤销该项评分。")


def _undecided(claim: Claim) -> None:
    """Others wait until this transaction ends: a claim is decided once."""
    Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    if decision := ClaimDecision.objects.filter(claim=claim).first():
        raise MarkingError(settled(decision))


def _decide(claim: Claim, outcome: str, by, at: dt.datetime | None, **said) -> ClaimDecision:
    try:
        with transaction.atomic():
            facts = {"district_id": claim.district_id, "by": by, "at": at or timezone.now()}
            decision = ClaimDecision.objects.create(claim=claim, outcome=outcome, **facts, **said)
    except IntegrityError as taken:
        raise MarkingError(_("该申报已审核，不能更改；如需收回加分，请撤销该项评分。")) from taken
    audit.append(rows=[decision])
    return decision


def _reason(typed: str) -> str:
    if len(typed.strip()) > MAX_REASON:
        found = {"limit": MAX_REASON, "found": len(typed.strip())}
        raise MarkingError(_("理由不超过 %(limit)s 字，现有 %(found)s 字。") % found)
    return typed.strip()


def _deciders(claim: Claim):
    return User.objects.filter(district=claim.district_id, is_active=True).who_may(Permission.MARK)


def _answer(decision: ClaimDecision, facts: dict) -> None:
    users = User.objects.filter(town=decision.claim.town_id, is_active=True).who_may(Permission.CLAIM)
    _tell(decision.claim, users, facts)


def _tell(claim: Claim, users, facts: dict) -> None:
    programme = claim.criterion.section.rubric.programme
    notifying.tell(
        users=users,
        kind=Notification.Kind.CLAIM,
        district=programme.district,
        programme=programme,
        facts=facts | {"matter": claim.matter},
        url=reverse("claim", args=[programme.slug, claim.pk]),
        key=f"claim-{facts['act']}-{claim.pk}",
    )


def register_audited() -> None:
    """Claims with their files, matters and decisions stand in the audit chain."""
    audited.register(Claim, told=audited.named(Claim, "town__name", "matter"), join=storing.join(ClaimFile, "claim"))
    audited.register(ClaimDecision, told=audited.named(ClaimDecision, "claim__town__name", "claim__matter", "outcome"))
    audited.register(Matter, told=audited.named(Matter, "name"))
