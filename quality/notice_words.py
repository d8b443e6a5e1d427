"""The words of the notices on inspections, findings and plans, made from their facts when they are read."""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quality.models import FindingAct, InspectionKind, PlanAct
from tasks.models import Notification
from tasks.notification_words import Facts, Words, listed, register

Kind = FindingAct.Kind
ACTS = {
    Kind.ASSIGNED: gettext_lazy("%(facility)s有隐患交办，请签收：%(subject)s"),
    Kind.SIGNED: gettext_lazy("%(facility)s已签收：%(subject)s"),
    Kind.PROGRESSED: gettext_lazy("%(facility)s报告整改进展：%(subject)s"),
    Kind.SUBMITTED: gettext_lazy("%(facility)s提交整改，待验收：%(subject)s"),
    Kind.RETURNED: gettext_lazy("%(facility)s整改被退回：%(subject)s"),
    Kind.EXTENDED: gettext_lazy("%(facility)s整改延期：%(subject)s"),
    Kind.VERIFIED: gettext_lazy("%(facility)s重大隐患已复核，待另一人销号：%(subject)s"),
    Kind.CLOSED: gettext_lazy("%(facility)s隐患已销号：%(subject)s"),
    Kind.VOIDED: gettext_lazy("%(facility)s隐患已作废：%(subject)s"),
}
PLAN_ACTS = {
    "": gettext_lazy("%(facility)s报送一院一案第 %(version)s 版"),
    PlanAct.Kind.TOWN: gettext_lazy("%(facility)s一院一案第 %(version)s 版已由街镇审核"),
    PlanAct.Kind.BUREAU: gettext_lazy("%(facility)s一院一案第 %(version)s 版已批准"),
    PlanAct.Kind.RETURNED: gettext_lazy("%(facility)s一院一案第 %(version)s 版被退回"),
}


def register_words() -> None:
    register(Notification.Kind.INSPECTION, inspection)
    register(Notification.Kind.FINDING, finding)
    register(Notification.Kind.PLAN, plan)


def inspection(facts: Facts) -> Words:
    """A result was submitted."""
    told = facts | {"kind": InspectionKind(facts["kind"]).label, "grade": facts["grade"] or _("未评定等级")}
    return Words(_("%(facility)s%(kind)s结果：%(grade)s") % told, _("发现问题 %(findings)s 项") % told)


def finding(facts: Facts) -> Words:
    """One act on one finding; or several findings at once: found, soon due, late, or no longer found."""
    if facts["act"] in ACTS:
        due = _("整改期限%(due_on)s") % {"due_on": _day(facts["due_on"])} if facts["due_on"] else ""
        detail = _("；").join(filter(None, [facts["words"], due]))
        return Words(str(ACTS[facts["act"]]) % facts, detail)
    titles = {
        "found": _("%(facility)s发现 %(count)s 项问题隐患，待交办"),
        "soon": _("%(facility)s有 %(count)s 项隐患即将到整改期限"),
        "late": _("%(facility)s有 %(count)s 项隐患逾期未整改"),
        "unfounded": _("%(facility)s检查更正后有 %(count)s 项问题隐患不再认定，待作废"),
    }
    told = {"facility": facts["facility"], "count": len(facts["lines"])}
    return Words(titles[facts["act"]] % told, listed(facts["lines"]))


def plan(facts: Facts) -> Words:
    """A version was written, approved or returned."""
    return Words(str(PLAN_ACTS[facts["act"]]) % facts, facts["words"])


def _day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), _("n月j日"))
