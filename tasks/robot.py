"""What a district's group robot says: a summary a day, and reminders at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from districts.models import District
from districts.robots import allowed
from tasks.background import post
from tasks.completeness import Cell
from tasks.due import days_left, debts
from tasks.lights import Light
from tasks.models import Delivery, LightChange, Reminder
from tasks.notification_words import listed

MOST = 15  # names in one line
RED = [Light.OVERDUE, Light.FAR_BEHIND]


def summarise(on: dt.date) -> int:
    """Put the day's summary of each district that has a robot and something to tell in the outbox, once: how many."""
    late: dict[int, list[Cell]] = defaultdict(list)
    for debt in debts(on):
        if days_left(debt) < 0:
            late[debt.town.district_id].append(debt)
    return sum(_summary(district, late[district.pk], on) for district in _listening())


def reminded(reminders: Sequence[Reminder]) -> None:
    """Tell the district's group whom the bureau reminds; all of one period."""
    if not reminders or not allowed(reminders[0].district.webhook_url):
        return
    first = reminders[0]
    programme = first.period.programme
    towns = listed([_("%(town)s（%(count)s 行）") % {"town": one.town, "count": one.owed} for one in reminders], MOST)
    told = {"period": first.period.name, "towns": towns, "who": first.by}
    lines = [
        _("**催办：%(period)s填报**") % told,
        _("尚未报齐：%(towns)s") % told,
        _link(reverse("report-sheet", args=[programme.slug, first.period.label])),
    ]
    _post(first.district, f"reminded-{first.pk}", _("催办：%(period)s填报") % told, lines)


def _listening() -> Iterable[District]:
    return [district for district in District.objects.exclude(webhook_url="") if allowed(district.webhook_url)]


def _summary(district: District, late: Sequence[Cell], on: dt.date) -> bool:
    yesterday = on - dt.timedelta(days=1)  # the last day that is over: reminders and lights are told of it
    said = [*_late(late), *_reminders(district, yesterday), *_red(district, yesterday)]
    if not said:
        return False
    title = _("%(district)s %(day)s小结") % {"district": district, "day": date_format(on, _("n月j日"))}
    return _post(district, f"summary-{district.pk}-{on}", title, [f"**{title}**", *said, _link(reverse("home"))])


def _late(late: Sequence[Cell]) -> list[str]:
    by_period: dict[str, list[str]] = defaultdict(list)
    for debt in late:
        words = _("%(town)s（%(count)s 行）") % {"town": debt.town, "count": debt.missing}
        by_period[debt.term.period.name].append(words)
    return [
        _("> %(period)s逾期未报齐：%(towns)s") % {"period": period, "towns": listed(towns, MOST)}
        for period, towns in by_period.items()
    ]


def _reminders(district: District, on: dt.date) -> list[str]:
    count = Reminder.objects.filter(district=district, on=on).count()
    return [_("> 昨日催办 %(count)s 次") % {"count": count}] if count else []


def _red(district: District, on: dt.date) -> list[str]:
    changes = LightChange.objects.filter(district=district, on=on, light__in=RED).exclude(before__in=RED)
    lines = [f"{change.town or district} {change.indicator}" for change in changes.select_related("town", "indicator")]
    return (
        [_("> 昨日转为红灯 %(count)s 项：%(lines)s") % {"count": len(lines), "lines": listed(lines, MOST)}]
        if lines
        else []
    )


def _link(path: str) -> str:
    words = _("打开平台")
    return f"[{words}]({settings.SITE_URL}{path})"


def _post(district: District, key: str, subject: str, lines: Sequence[str]) -> bool:
    channel = Delivery.Channel.WEBHOOK
    return post(key=key, district=district, channel=channel, subject=subject, body="\n".join(lines)) is not None
