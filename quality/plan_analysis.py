"""Where a facility's plan begins: what the last inspection showed, group by group, and a measure for what is open."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from districts.models import Facility
from quality.models import Finding, ImprovementPlan, Inspection, InspectionAnswer, InspectionKind, Verdict
from tasks.formats import number

SINGLY = 30  # more findings than these begin together, by the groups of their items
NOT_ANALYSED = (InspectionKind.SELF_CHECK, InspectionKind.SATISFACTION)


def last_inspection(facility: Facility) -> Inspection | None:
    """The last that others made and that stands (1 query)."""
    rows = Inspection.objects.in_force().filter(facility=facility).exclude(kind__in=NOT_ANALYSED)
    return rows.select_related("result").order_by("-result__visited_on", "-pk").first()


def analysis_of(inspection: Inspection | None) -> list[dict[str, str]]:
    """The points that an inspection took, by group, the most first: {"group", "lost", "of"}; groups without loss as well."""
    if inspection is None:
        return []
    answers = InspectionAnswer.objects.filter(result__inspection=inspection).exclude(verdict=Verdict.NOT_APPLICABLE)
    groups = answers.order_by().values_list("item__group").annotate(Sum("item__points"), Sum("points"))
    lost = [(group, Decimal(of) - Decimal(got), Decimal(of)) for group, of, got in groups]
    lost.sort(key=lambda one: (-one[1], one[0]))
    return [{"group": group, "lost": number(points), "of": number(of)} for group, points, of in lost]


def begin(plan: ImprovementPlan | None, findings: Sequence[Finding]) -> list[dict]:
    """The lines of the form: those of the last version, else a measure for each subject, or for each group of many."""
    if plan is None:
        many = len(findings) > SINGLY
        together: dict[str, list[Finding]] = {}
        for one in findings:
            together.setdefault(_group(one) if many else one.subject, []).append(one)
        return [_line(what, own) for what, own in together.items()]
    return [
        {
            "words": one.words,
            "owner": one.owner,
            "due_on": one.due_on,
            "task": one.task_id,
            "findings": [finding.pk for finding in one.findings.all()],
        }
        for one in plan.measures.prefetch_related("findings")
    ]


def _group(finding: Finding) -> str:
    return finding.item.group if finding.item else _("其他")


def _line(what: str, findings: Sequence[Finding]) -> dict:
    """A measure against findings: who answers for the first, by the last of their days."""
    return {
        "words": _("整改：%(subject)s") % {"subject": what},
        "owner": findings[0].responsible or findings[0].facility.director,
        "due_on": max((one.due_on for one in findings if one.due_on), default=None),
        "findings": [one.pk for one in findings],
    }
