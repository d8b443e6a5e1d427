"""The words of a notice, made from its kind and its facts when it is shown, so that each reader has them in their language."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.models import Notification, SupervisionAct
from tasks.models.programme import QUARTERS
from tasks.models.supervision import numbered

Kind = Notification.Kind
Facts = Mapping[str, Any]
MOST = 3  # lines that are named; the others are counted
ACTS = {
    "": gettext_lazy("签发"),
    SupervisionAct.Kind.SIGNED: gettext_lazy("已签收"),
    SupervisionAct.Kind.ANSWERED: gettext_lazy("已答复"),
    SupervisionAct.Kind.RETURNED: gettext_lazy("答复被退回"),
    SupervisionAct.Kind.CLOSED: gettext_lazy("已办结"),
}


class Words(NamedTuple):
    title: str
    detail: str


def words(notification: Notification) -> Words:
    """What happened, in one line, and what there is to know of it."""
    return _WORDS[Kind(notification.kind)](notification.facts)


def register(kind: str, make: Callable[[Facts], Words]) -> None:
    """Let a later app say the words of its own kind of notice."""
    _WORDS[Kind(kind)] = make


def listed(names: Sequence[str], most: int = MOST) -> str:
    """The first names of a list, and how many there are when there are more: `甲、乙、丙等 5 项`."""
    shown = _("、").join(names[:most])
    return _("%(names)s等 %(count)s 项") % {"names": shown, "count": len(names)} if len(names) > most else shown


def _told(facts: Facts) -> dict[str, Any]:
    """The facts as people write them: the period's name, days, lists."""
    told = dict(facts)
    if "period" in facts:
        told["period"] = _period_name(facts["period"])
    if facts.get("due_on"):
        told["due_on"] = _day(facts["due_on"])
    return told


def _period_name(label: str) -> str:
    """`2024年第三季度` for 2024Q3, `2024年7月` for 2024M07."""
    year, number = label[:4], int(label[5:])
    if label[4] == "Q":
        return QUARTERS[number - 1] % {"year": year}
    return _("%(year)s年%(month)s月") % {"year": year, "month": number}


def _day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), _("n月j日"))


def _submitted(facts: Facts) -> Words:
    told = _told(facts)
    detail = _("%(lines)s 行待审核") % told
    title = _("%(on_behalf)s代%(town)s填报%(period)s") if "on_behalf" in facts else _("%(town)s报送%(period)s填报")
    return Words(title % told, detail)


def _returned(facts: Facts) -> Words:
    told = _told(facts) | {"names": listed(facts["lines"])}
    return Words(_("%(period)s填报被退回：%(names)s") % told, _("退回原因：%(reason)s") % told)


def _accepted(facts: Facts) -> Words:
    told = _told(facts) | {"names": listed(facts["lines"])}
    return Words(_("%(period)s填报已通过") % told, told["names"])


def _reminded(facts: Facts) -> Words:
    told = _told(facts)
    return Words(_("催办：请填报%(period)s进展") % told, _("还有 %(owed)s 行未报，%(due_on)s截止") % told)


def _due(facts: Facts) -> Words:
    told = _told(facts)
    title = _("%(period)s填报明天截止") if facts["days"] == 1 else _("%(period)s填报 %(days)s 天后截止")
    if facts["days"] == 0:
        title = _("%(period)s填报今天截止")
    return Words(title % told, _("还有 %(owed)s 行未报，%(due_on)s截止") % told)


def _extended(facts: Facts) -> Words:
    told = _told(facts)
    return Words(_("%(period)s填报延期至%(due_on)s") % told, _("原因：%(reason)s") % told)


def _period(facts: Facts) -> Words:
    told = _told(facts)
    if "due_on" in facts:
        closes = _("，%(day)s关闭") % {"day": _day(facts["closes_on"])} if facts["closes_on"] else ""
        words = _("%(due_on)s截止%(closes)s。原因：%(reason)s") % (told | {"closes": closes})
        return Words(_("%(period)s填报期日期有变") % told, words)
    title = _("%(period)s填报期已关闭") if facts["closed"] else _("%(period)s填报期重新开放")
    return Words(title % told, _("原因：%(reason)s") % told)


def _light(facts: Facts) -> Words:
    told = {"count": len(facts["lines"]), "on": _day(facts["on"])}
    return Words(_("%(on)s有 %(count)s 项指标转为红灯") % told, listed(facts["lines"]))


def _supervision(facts: Facts) -> Words:
    told = _told(facts) | {"act": ACTS[facts["act"]], "sheet": numbered(facts["year"], facts["number"])}
    title = _("%(sheet)s督办单（%(town)s）%(act)s") % told
    due = "" if facts["act"] else _("，%(due_on)s前办结") % told
    return Words(title, facts["matter"] + due)


def _delivery(facts: Facts) -> Words:
    title = _("发送结果未知：%(subject)s") if facts["unknown"] else _("发送失败：%(subject)s")
    return Words(title % facts, facts["error"])


def _assessment(facts: Facts) -> Words:
    if facts["act"] == "final":
        return Words(_("%(title)s已定稿") % facts, _("申诉均已裁定，结果为最终结果"))
    until = {"until": _day(facts["until"])}
    detail = _("对得分有异议的，可在%(until)s前（含当日）逐项申诉") % until
    if replaced := facts.get("replaces"):
        detail = _("更正并替代%(names)s；%(detail)s") % {"names": listed(replaced), "detail": detail}
    return Words(_("%(title)s已公布") % facts, detail)


def _appeal(facts: Facts) -> Words:
    titles = {
        "lodged": _("%(town)s对“%(criterion)s”提出申诉"),
        "upheld": _("对“%(criterion)s”的申诉得到支持"),
        "refused": _("对“%(criterion)s”的申诉未获支持"),
    }
    return Words(titles[facts["act"]] % facts, facts["title"])


def _claim(facts: Facts) -> Words:
    titles = {
        "withdrawn": _("%(town)s撤回加分申报：%(matter)s"),
        "bonus_revoked": _("加分已撤销：%(line)s %(points)s 分"),
        "penalty": _("扣分：%(line)s %(points)s 分"),
        "penalty_revoked": _("扣分已撤销：%(line)s %(points)s 分"),
        "filed": _("%(town)s申报加分：%(matter)s"),
        "approved": _("加分申报已通过：%(matter)s"),
        "refused": _("加分申报未予加分：%(matter)s"),
    }
    details = {"filed": _("%(level)s，%(document)s"), "approved": _("%(level)s，%(points)s 分")}
    told = " ".join(filter(None, (facts.get("level"), facts.get("reason"), facts.get("document"))))
    detail = details[facts["act"]] % facts if facts["act"] in details else told
    return Words(titles[facts["act"]] % facts, detail)


_WORDS: dict[str, Callable[[Facts], Words]] = {
    Kind.SUBMITTED: _submitted,
    Kind.RETURNED: _returned,
    Kind.ACCEPTED: _accepted,
    Kind.REMINDED: _reminded,
    Kind.DUE: _due,
    Kind.EXTENDED: _extended,
    Kind.PERIOD: _period,
    Kind.LIGHT: _light,
    Kind.SUPERVISION: _supervision,
    Kind.DELIVERY: _delivery,
    Kind.ASSESSMENT: _assessment,
    Kind.APPEAL: _appeal,
    Kind.CLAIM: _claim,
}
