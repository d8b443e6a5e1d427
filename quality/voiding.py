"""Whether a finding can be voided (作废): it was recorded by mistake, or its inspection was corrected and finds it no more."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from quality.models import Finding, Inspection, InspectionAnswer


def refusal(finding: Finding) -> str:
    """Why it can't be voided, "" where it can: one of an inspection only after a correction, none that is held up in public."""
    if finding.inspection:
        last = last_correction(finding.inspection)
        if last == finding.inspection:
            return _("这项问题来自检查，请先更正检查结果，更正后不再认定的才能作废。")
        if InspectionAnswer.objects.filter(result__inspection=last, item=finding.item).exclude(severity="").exists():
            return _("更正后的检查仍认定这项问题，不能作废。")
    if example := finding.examples.in_force().first():
        return _("已据此发布“%(example)s”，请先撤回再作废。") % {"example": example.title}
    return ""


def last_correction(inspection: Inspection) -> Inspection:
    """What stands in place of an inspection: its last submitted correction, or itself."""
    while next_one := Inspection.objects.filter(replaces=inspection, result__isnull=False).first():
        inspection = next_one
    return inspection


def unfounded(inspections: Iterable[int], items: Iterable[int]) -> list[Finding]:
    """What an inspection with its corrections found and is not settled, of items that the last correction finds in order."""
    found = Finding.objects.filter(inspection__in=inspections).exclude(item__in=items)
    return list(found.standing().open().select_related("facility__town__district").order_by("number"))
