"""What a new supervision sheet begins with: the words of the red line, of the town's task or of the period that is owed.

The words become part of an official paper: they are Chinese whatever language the issuer reads.
"""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import override

from districts.models import Town
from tasks.board import NO_STANDINGS, Board, Moment, Plan, task_entry
from tasks.completeness import Completeness
from tasks.figures import standing_states
from tasks.formats import number
from tasks.light_life import LightLife
from tasks.lights import Light
from tasks.models import Indicator, Period, Programme, Reminder, Task

CATCH_UP = "请查明原因，采取措施补齐进度，并书面答复原因、措施和完成时间。"
SEND = "请尽快完成填报，并书面答复未按时填报的原因。"
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
        since = LightLife(programme, moment, user=user, indicator=indicator, town=town)
        light = _light(indicator.name, moment, entry.light, since.told((indicator.pk, town.pk), entry.light))
        unit = indicator.shown_unit
        target = f"{entry.owed.text.removesuffix(unit)}{unit}" if entry.owed else "无"
        planned = _planned(entry.planned * 100, board.plan.of_indicator(indicator).due_on, indicator.tasks)
        return Prefill(f"{light}目标 {target}，实际 {number(entry.actual or Decimal(0))}{unit}，{planned}", CATCH_UP)


def of_task(programme: Programme, town: Town | None, task: Task) -> Prefill:
    """The light of a task as the town (None: the district) last reported it."""
    with override(settings.LANGUAGE_CODE):
        moment = Moment(timezone.localdate())
        place = town if task.town_wide else None
        states = standing_states(programme, as_of=moment.as_of, town=place)
        standings = states.get((task.pk, place.pk if place else None), NO_STANDINGS)
        entry = task_entry(Plan(programme), task, standings, moment)
        planned = _planned(entry.planned_percent, task.due_on, programme.tasks.filter(pk=task.pk))
        light = _light(str(task), moment, entry.light)
        return Prefill(f"{light}完成 {number(entry.percent or Decimal(0))}%，{planned}", CATCH_UP)


def of_period(programme: Programme, town: Town, period: Period) -> Prefill:
    """How many lines of the period the town has not sent, and how often it was reminded of them."""
    with override(settings.LANGUAGE_CODE):
        cells = Completeness(programme, Moment(timezone.localdate()), town=town).of_town(town)
        cell = next(cell for cell in cells if cell.term.period == period)
        matter = f"{period.name}填报：{cell.term.due_on} 截止，尚有 {cell.missing} 行未报。"
        if reminded := Reminder.objects.filter(period=period, town=town).count():
            matter += f"已催办 {reminded} 次。"
        return Prefill(matter, SEND)


def _light(name: str, moment: Moment, light: Light, since: str = "") -> str:
    lasting = f"（{since}）" if since else ""
    return f"“{Truncator(name).chars(LONGEST)}”截至 {moment.as_of} 亮灯为“{light.label}”{lasting}："


def _planned(percent: Decimal, due_on: dt.date, tasks) -> str:
    """What was planned by now and for when, with the words of the first of the tasks that ask for it."""
    task = tasks.order_by("number").first()
    words = f"（{task.deadline_text}）" if task else ""
    return f"计划进度 {number(percent, 1)}%，完成期限 {due_on}{words}。"
