"""A rubric's versions: drafted from the one in force, changed line by line, brought into force or thrown away.

Only a draft can be changed. What is in force or retired stays as it is: assessments hold on to it.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from scoring.models import Criterion, CriterionLink, Rubric, Section
from scoring.rubric_checks import Fault, check
from scoring.rules import Rule
from tasks.models import Indicator, Programme

MAX_REASON = 100  # characters, as many as the history keeps


class VersionError(Exception):
    """What was asked can't be done; the message is for people."""


class StillFaulty(VersionError):
    """The draft's checks fail: `faults` are all that stand in the way."""

    def __init__(self, faults: list[Fault]):
        super().__init__(_("草案还有 %(count)d 处问题，修改后才能执行。") % {"count": len(faults)})
        self.faults = faults


class Line(NamedTuple):
    """All that a line of the rubric says; `links` are pairs of a part of the rule and the indicator that it reads."""

    title: str
    clause: str
    weight: Decimal
    rule: Rule
    pending: bool
    links: tuple[tuple[str, Indicator], ...] = ()


def begin(*, programme: Programme, by) -> Rubric:
    """A draft that says what the version in force says, links and pending lines with it; an empty one without any.

    Raises VersionError where there is a draft already.
    """
    before = Rubric.objects.filter(programme=programme).in_force().first()
    try:
        with transaction.atomic():
            draft = Rubric(programme=programme, version=_next_version(programme), state=Rubric.State.DRAFT)
            if before:
                draft.no_target, draft.notes, draft.full = before.no_target, before.notes, before.full
                draft.full = before.full or _full(before)
            _save(draft, by)
            if before:
                _copy(before, draft, by)
    except IntegrityError as taken:
        raise VersionError(_("已有一份草案，请先修改、执行或放弃它。")) from taken
    return draft


@transaction.atomic
def change_terms(*, rubric: Rubric, no_target: str, notes: str, full: Decimal | None, by) -> None:
    """What holds for the whole draft: what a missing target gives, the notes, and what its sections weigh together."""
    draft = _editable(rubric)
    draft.no_target, draft.notes, draft.full = no_target, notes, full
    _save(draft, by)


@transaction.atomic
def add_section(*, rubric: Rubric, title: str, weight: Decimal, by) -> Section:
    draft = _editable(rubric)
    last = draft.sections.aggregate(last=Max("number"))["last"] or 0
    return Section.objects.create(rubric=draft, number=last + 1, title=title, weight=weight)


@transaction.atomic
def change_section(*, section: Section, title: str, weight: Decimal, by) -> None:
    _editable(section.rubric)
    section.title, section.weight = title, weight
    section.save()


@transaction.atomic
def remove_section(*, section: Section, by) -> None:
    """Take the section away. Raises VersionError while it has lines."""
    _editable(section.rubric)
    if section.criteria.exists():
        raise VersionError(_("“%(section)s”还有评分项，请先删除或移走。") % {"section": section.title})
    section.delete()


@transaction.atomic
def add_line(*, section: Section, line: Line, by) -> Criterion:
    """A line at the end of its section, under a number of its own."""
    draft = _editable(section.rubric)
    order = Criterion.objects.filter(section__rubric=draft).aggregate(last=Max("order"))["last"] or 0
    criterion = Criterion(section=section, key=_next_key(section), order=order + 1)
    _write(criterion, line, by)
    return criterion


@transaction.atomic
def change_line(*, criterion: Criterion, line: Line, by) -> None:
    _editable(criterion.section.rubric)
    _write(criterion, line, by)


@transaction.atomic
def remove_line(*, criterion: Criterion, by) -> None:
    _editable(criterion.section.rubric)
    criterion._history_user = by
    criterion.delete()


@transaction.atomic
def bring_into_force(*, rubric: Rubric, reason: str, by, at: dt.datetime | None = None) -> Rubric:
    """The draft counts from now (or `at`), and the version that was in force is retired.

    Raises VersionError without a reason, StillFaulty while the draft's checks find errors.
    """
    draft = _editable(rubric)
    reason = reason.strip()
    if not reason:
        raise VersionError(_("执行新版本必须填写原因。"))
    if len(reason) > MAX_REASON:
        raise VersionError(
            _("原因不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_REASON, "found": len(reason)}
        )
    if errors := [fault for fault in check(draft) if fault.is_error]:
        raise StillFaulty(errors)
    for before in Rubric.objects.select_for_update().filter(programme=draft.programme).in_force():
        before.state = Rubric.State.RETIRED
        _save(before, by, reason)
    draft.state, draft.in_force_at = Rubric.State.IN_FORCE, at or timezone.now()
    _save(draft, by, reason)
    return draft


@transaction.atomic
def discard(*, rubric: Rubric, by) -> None:
    """Throw the draft away; its history stays."""
    draft = _editable(rubric)
    draft._history_user = by
    draft.delete()


def _editable(rubric: Rubric) -> Rubric:
    """The draft as it stands now, held until the change is written; VersionError for what is no draft any more."""
    draft = Rubric.objects.select_for_update().drafts().filter(pk=rubric.pk).first()
    if draft is None:
        raise VersionError(_("第 %(version)s 版不是草案，不能修改。") % {"version": rubric.version})
    return draft


def _save(rubric: Rubric, by, reason: str = "") -> None:
    rubric._history_user, rubric._change_reason = by, reason
    rubric.save()


def _next_version(programme: Programme) -> int:
    return (Rubric.objects.filter(programme=programme).aggregate(last=Max("version"))["last"] or 0) + 1


def _next_key(section: Section) -> str:
    """A number in the section that no line of any version has had: what is compared by it stays the same line."""
    used = Criterion.history.filter(section__rubric__programme=section.rubric.programme_id)
    prefix = f"{section.number}."
    keys = used.filter(key__startswith=prefix).values_list("key", flat=True)
    ends = [int(key.removeprefix(prefix)) for key in keys if key.removeprefix(prefix).isdecimal()]
    return f"{prefix}{max(ends, default=0) + 1}"


def _full(rubric: Rubric) -> Decimal | None:
    """What the sections that count towards the full points weigh together."""
    sections = rubric.sections.prefetch_related("criteria")
    weights = [section.weight for section in sections if section.counts]
    return sum(weights, Decimal(0)) or None


def _copy(before: Rubric, draft: Rubric, by) -> None:
    """The sections, lines and links of one version in another (a fixed number of queries)."""
    sections = list(before.sections.prefetch_related("criteria__links"))
    names = ("number", "title", "weight")
    twins = Section.objects.bulk_create(
        [Section(rubric=draft, **{name: getattr(section, name) for name in names}) for section in sections]
    )
    lines = [(line, twin) for section, twin in zip(sections, twins, strict=True) for line in section.criteria.all()]
    names = ("key", "order", "title", "clause", "weight", "rule", "pending")
    copies = [Criterion(section=twin, **{name: getattr(line, name) for name in names}) for line, twin in lines]
    copies = bulk_create_with_history(copies, Criterion, default_user=by)
    links = [
        CriterionLink(criterion=copy, indicator_id=link.indicator_id, part=link.part)
        for (line, _twin), copy in zip(lines, copies, strict=True)
        for link in line.links.all()
    ]
    bulk_create_with_history(links, CriterionLink, default_user=by)


def _write(criterion: Criterion, line: Line, by) -> None:
    criterion.title, criterion.clause, criterion.weight = line.title, line.clause, line.weight
    criterion.rule, criterion.pending = line.rule.to_dict(), line.pending
    criterion._history_user = by
    criterion.save()
    standing = {(link.part, link.indicator_id): link for link in criterion.links.all()}
    wanted = {(part, indicator.pk) for part, indicator in line.links}
    for key in standing.keys() - wanted:
        standing[key]._history_user = by
        standing[key].delete()
    for part, indicator in sorted(wanted - standing.keys()):
        link = CriterionLink(criterion=criterion, indicator_id=indicator, part=part)
        link._history_user = by
        link.save()
