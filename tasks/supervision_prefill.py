"""What a new supervision sheet begins with: the words of the red line, of the town's task or of the period that is owed.

The words become part of an official paper: they are Chinese whatever language the issuer reads.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from districts.models import Town
from tasks.board import NO_STANDINGS, Board, Moment, Plan, task_entry
from tasks.completeness import Completeness
from tasks.figures import standing_states
from tasks.formats import number
from tasks.light_life import LightLife
from tasks.lights import Light
from tasks.models import Indicator, Period, Programme, Reminder, Task

LONGEST = 100  # characters of a name
TERM = dt.timedelta(days=14)  # to settle the matter, unless the issuer says otherwise


class Prefill(NamedTuple):
    matter: str = ""
    requirement: str = ""


def last_day() -> dt.date:
    """The day that is proposed for settling a matter."""
    return timezone.localdate() + TERM


def of_indicator(programme: Programme, town: Town, indicator: Indicator, *, user) -> Prefill:
    """Since when the town's line is red, what it has done, what it owes and when it was to be done."""
    with override(settings.LANGUAGE_CODE):
        moment = Moment(timezone.localdate())
        board = Board(programme, moment, user=user, town=town)
        entry = board.entry(indicator, town.pk)
        life = LightLife(programme, moment, user=user, indicator=indicator, town=town)
        unit = indicator.shown_unit
        told = {
            "target": f"{entry.owed.text}{'' if entry.owed.text.endswith(unit) else unit}" if entry.owed else _("无"),
            "actual": f"{number(entry.actual or Decimal(0))}{unit}",
            "planned": number(entry.planned * 100, 1),
            "due": _due(indicator.tasks.order_by("number").first(), board.plan.of_indicator(indicator).due_on),
        }
        words = _("目标 %(target)s，实际 %(actual)s，计划进度 %(planned)s%%，完成期限 %(due)s。") % told
        since = life.told((indicator.pk, town.pk), entry.light)
        return Prefill(_light(indicator.name, moment, entry.light, since) + words, _catch_up())


def of_task(programme: Programme, town: Town | None, task: Task) -> Prefill:
    """The light of a task as the town (None: the district) last reported it."""
    with override(settings.LANGUAGE_CODE):
        moment = Moment(timezone.localdate())
        plan, of_town = Plan(programme), town if town and task.town_wide else None
        states = standing_states(programme, as_of=moment.as_of, town=of_town)
        standings = states.get((task.pk, of_town.pk if of_town else None), NO_STANDINGS)
        entry = task_entry(plan, task, standings, moment)
        told = {
            "done": number(entry.percent or Decimal(0)),
            "planned": number(entry.planned_percent, 1),
            "due": _due(task, task.due_on),
        }
        words = _("完成 %(done)s%%，计划进度 %(planned)s%%，完成期限 %(due)s。") % told
        return Prefill(_light(str(task), moment, entry.light) + words, _catch_up())


def of_period(programme: Programme, town: Town, period: Period) -> Prefill:
    """How many lines of the period the town has not sent, and how often it was reminded of them."""
    with override(settings.LANGUAGE_CODE):
        cells = Completeness(programme, Moment(timezone.localdate()), town=town).of_town(town)
        cell = next(cell for cell in cells if cell.term.period == period)
        told = {"period": period.name, "count": cell.missing, "day": cell.term.due_on}
        matter = _("%(period)s填报：%(day)s 截止，尚有 %(count)s 行未报。") % told
        if reminded := Reminder.objects.filter(period=period, town=town).count():
            matter += _("已催办 %(count)s 次。") % {"count": reminded}
        return Prefill(matter, _("请尽快完成填报，并书面答复未按时填报的原因。"))


def _light(name: str, moment: Moment, light: Light, since: str = "") -> str:
    told = {"name": Truncator(name).chars(LONGEST), "day": moment.as_of, "light": light.label}
    told["since"] = _("（%(since)s）") % {"since": since} if since else ""
    return _("“%(name)s”截至 %(day)s 亮灯为“%(light)s”%(since)s：") % told


def _catch_up() -> str:
    return _("请查明原因，采取措施补齐进度，并书面答复原因、措施和完成时间。")


def _due(task: Task | None, day: dt.date) -> str:
    return _("%(day)s（%(words)s）") % {"day": day, "words": task.deadline_text} if task else str(day)
