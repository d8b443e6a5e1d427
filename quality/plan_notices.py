"""Who is told of a facility's plan: whose turn it is, and the facility of what was decided."""

from quality.finding_notices import rectifiers
from quality.models import ImprovementPlan, PlanAct
from tasks import notifying
from tasks.models import Notification


def written(plan: ImprovementPlan) -> None:
    """The town approves it."""
    _tell(plan, notifying.townspeople(plan.facility.town, besides=plan.by), "", "", f"plan-{plan.pk}")


def decided(plan: ImprovementPlan, act: PlanAct) -> None:
    """The facility hears of every decision, the bureau of a plan that the town approved."""
    users = rectifiers(plan.facility)
    if act.kind == PlanAct.Kind.TOWN:
        users = [*users, *notifying.bureau(plan.programme.district)]
    _tell(plan, [user for user in users if user != act.by], act.kind, act.words, f"plan-act-{act.pk}")


def _tell(plan: ImprovementPlan, users, act: str, words: str, key: str) -> None:
    notifying.tell(
        users=users,
        kind=Notification.Kind.PLAN,
        district=plan.programme.district,
        programme=plan.programme,
        facts={"act": act, "facility": plan.facility.name, "version": plan.version, "words": words},
        url=plan.get_absolute_url(),
        key=key,
    )
