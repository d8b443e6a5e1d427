"""What happened to a finding, in order: for its page and its history; and what of it stands in the audit chain."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from accounts.permissions import Permission
from quality.models import Finding, FindingAct, FindingFile
from tasks import audited, histories
from tasks.history import Change, Event

Kind = FindingAct.Kind
TONES = {
    Kind.ASSIGNED: "returned",
    Kind.SIGNED: "waiting",
    Kind.SUBMITTED: "waiting",
    Kind.RETURNED: "returned",
    Kind.VERIFIED: "accepted",
    Kind.CLOSED: "accepted",
}


def events(finding: Finding, acts: Iterable[FindingAct]) -> list[Event]:
    """The finding and every act, the first one first; each with its files, which a page lists itself."""
    found = [Change(_("等级"), "", finding.get_severity_display())]
    return [
        Event(finding.at, finding.by, _("发现"), finding.words, "returned", changes=found),
        *(
            Event(
                act.at, act.by, act.get_kind_display(), act.words, TONES.get(act.kind, "draft"), changes=_changes(act)
            )
            for act in acts
        ),
    ]


def with_files(
    life: Sequence[Event], acts: Sequence[FindingAct], files: Iterable[FindingFile]
) -> list[tuple[Event, list]]:
    """The events, each with its photos and other files."""
    by_act: dict[int | None, list[FindingFile]] = {}
    for file in files:
        by_act.setdefault(file.act_id, []).append(file)
    keys = [None, *(act.pk for act in acts)]
    return [(event, by_act.get(key, [])) for event, key in zip(life, keys, strict=True)]


def _changes(act: FindingAct) -> list[Change]:
    told = []
    if act.kind == Kind.ASSIGNED:
        told.append(Change(_("责任人"), "", act.responsible))
        told.append(
            Change(_("等级"), "", _("重大（%(criterion)s）") % {"criterion": act.criterion} if act.major else _("一般"))
        )
    if act.due_on:
        told.append(Change(_("整改期限"), "", str(act.due_on)))
    return told


def register_findings() -> None:
    """Called once the app is ready."""
    audited.register(Finding, join=_join_found, told=_told)
    audited.register(FindingAct, join=_join_acts, told=_told_act)
    histories.register(
        "finding",
        Finding._meta.verbose_name,
        Permission.SEE_PLAN,
        lambda user, programme: Finding.objects.visible_to(user).filter(district=programme.district_id),
        lambda user, finding: events(finding, finding.acts.select_related("by", "criterion")),
        lambda programme, finding: finding.get_absolute_url(),
    )


def _join_found(findings: list[dict]) -> None:
    """To a finding the hashes of the photos that it was written with."""
    _join(findings, FindingFile._base_manager.filter(act=None), "finding_id")


def _join_acts(acts: list[dict]) -> None:
    _join(acts, FindingFile._base_manager.all(), "act_id")


def _join(rows: list[dict], files, name: str) -> None:
    found = files.filter(**{f"{name}__in": [row["id"] for row in rows]}).order_by(name, "pk").values()
    by_row = {key: list(group) for key, group in groupby(found, key=lambda file: file[name])}
    for row in rows:
        row["files"] = by_row.get(row["id"], [])


def _told(key: int) -> str:
    finding = Finding.objects.filter(pk=key).select_related("facility").first()
    return f"{finding.facility} {finding}" if finding else ""


def _told_act(key: int) -> str:
    act = FindingAct.objects.filter(pk=key).select_related("finding__facility").first()
    return f"{act.finding.facility} {act.finding} {act.get_kind_display()}" if act else ""
