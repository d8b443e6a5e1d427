"""What the last inspection of a facility showed, group by group: where its plan begins."""

from decimal import Decimal

from django.db.models import Sum

from districts.models import Facility
from quality.models import Inspection, InspectionAnswer, InspectionKind, Verdict
from tasks.formats import number

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
