"""What happened to a facility's plan, for its page; and what of it stands in the audit chain."""

from django.utils.translation import gettext as _

from quality.models import ImprovementPlan, MeasureDone, PlanAct, PlanMeasure
from tasks import audited
from tasks.history import Event, newest_first

TONES = {PlanAct.Kind.TOWN: "waiting", PlanAct.Kind.BUREAU: "accepted", PlanAct.Kind.RETURNED: "returned"}


def events_of_plans(versions) -> list[Event]:
    """Versions, what was decided and what was marked done, the newest first (4 queries)."""
    found = []
    versions = versions.select_related("by").prefetch_related("acts__by", "measures__done__by").order_by("version")
    for plan in versions:
        told = {"version": plan.version}
        found.append(Event(plan.at, plan.by, _("报送第 %(version)s 版") % told, plan.words, "waiting"))
        for act in plan.acts.all():
            what = _("%(act)s（第 %(version)s 版）") % (told | {"act": act.get_kind_display()})
            found.append(Event(act.at, act.by, what, act.words, TONES[act.kind]))
        for measure in plan.measures.all():
            if done := getattr(measure, "done", None):
                what = _("完成措施：%(measure)s") % {"measure": measure}
                found.append(Event(done.at, done.by, what, done.words, "accepted"))
    return newest_first(found)


def register_plans() -> None:
    """Called once the app is ready."""
    audited.register(ImprovementPlan, join=_join, told=_told)
    audited.register(PlanAct, told=lambda key: _told_of(PlanAct, "plan__facility", key))
    audited.register(MeasureDone, told=lambda key: _told_of(MeasureDone, "measure__plan__facility", key))


def _join(plans: list[dict]) -> None:
    """To a version its measures, each with the findings that it is tied to (2 queries)."""
    measures = list(PlanMeasure._base_manager.filter(plan__in=[plan["id"] for plan in plans]).order_by("pk").values())
    ties = PlanMeasure.findings.through._base_manager.filter(planmeasure__in=[one["id"] for one in measures])
    tied: dict[int, list[int]] = {}
    for measure, finding in ties.order_by("finding").values_list("planmeasure", "finding"):
        tied.setdefault(measure, []).append(finding)
    for plan in plans:
        own = [one for one in measures if one["plan_id"] == plan["id"]]
        plan["measures"] = [one | {"findings": tied.get(one["id"], [])} for one in own]


def _told(key: int) -> str:
    plan = ImprovementPlan.objects.filter(pk=key).select_related("facility").first()
    return str(plan) if plan else ""


def _told_of(model, facility: str, key: int) -> str:
    return next(iter(model.objects.filter(pk=key).values_list(f"{facility}__name", flat=True)), "")
