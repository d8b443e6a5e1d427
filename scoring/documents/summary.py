"""The year's summary (年度工作总结): tasks, indicators, the towns' results, and what was not reached."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import override

from scoring.acting import Kind
from scoring.documents import sentences, tables
from scoring.documents.bulletin import by_section, issuer_of
from scoring.documents.results import Results, percent
from scoring.overview import lights_by_category
from tasks.board import Board, Moment, TaskEntry, district_actual, task_entries
from tasks.documents.letter import Letter, day
from tasks.formats import NOTHING, number
from tasks.lights import LAGGING, MET, Light
from tasks.models import Indicator

CATEGORIES, INDICATORS, BEHIND = "各类任务完成情况", "主要指标完成情况", "未完成和进度滞后的任务"


def summary(results: Results) -> bytes:
    """Tasks and indicators as of the assessment's day, as known at the moment of freezing; three attachments."""
    with override(settings.LANGUAGE_CODE):
        one = results.assessment
        moment = Moment(one.as_of, results.acts[Kind.FROZEN].at)
        board = Board(one.programme, moment)
        tasks, rows = task_entries(board.plan, moment), _indicators(board, results)
        letter = Letter(f"{one.programme.title}总结", issuer_of(one), demo=one.programme.demo)
        letter.title(f"{one.programme.title}总结")
        letter.text(f"以下情况截至{day(one.as_of)}，以审核通过的填报和冻结的考核结果为准。")
        letter.heading("任务完成情况")
        letter.text(_of_tasks(tasks))
        letter.heading("指标完成情况")
        letter.text(_of_indicators(rows))
        letter.heading("考核结果")
        letter.text(sentences.overall(results) + sentences.grades(results))
        letter.picture(tables.totals_chart(results), "各街镇总分")
        by_section(letter, results)
        letter.heading("未达要求的工作")
        _shortfalls(letter, tasks, rows, results)
        letter.attached([CATEGORIES, INDICATORS, tables.PLACES, *([BEHIND] if _behind(tasks) else [])])
        letter.signed(results.issued_on)
        _tables(letter, tasks, rows, results)
        return letter.content()


class _Indicator:
    """One indicator over the district: what it owes, what was done, and in how many towns its target is met."""

    def __init__(self, board: Board, indicator: Indicator, towns: list[int]):
        self.name, self.unit = indicator.name, indicator.shown_unit
        entries = [board.entry(indicator, town) for town in towns]
        owing = [entry for entry in entries if entry.owed and entry.owed.value is not None]
        self.owing, self.met = len(owing), sum(entry.light in MET for entry in owing)
        whole = board.entry(indicator, None)
        latest = [entry.standings[-1] for entry in entries if entry.standings]
        self.actual = whole.actual if whole.actual is not None else district_actual(indicator, latest)
        adds_up = indicator.aggregation == Indicator.Aggregation.SUM and not indicator.is_rate
        self.target = sum((entry.owed.value for entry in owing), Decimal(0)) if adds_up and owing else None
        if whole.owed and whole.owed.value is not None:
            self.target = whole.owed.value

    @property
    def is_short(self) -> bool:
        return self.met < self.owing

    @property
    def share(self) -> str:
        if not self.target or self.actual is None:
            return NOTHING
        return number(percent(self.actual, self.target), 1) + "%"

    @property
    def says(self) -> bool:
        """Was anything owed or done?"""
        return bool(self.owing) or self.target is not None or self.actual is not None

    def cells(self) -> list[str]:
        met = f"{self.met}/{self.owing}" if self.owing else NOTHING
        told = [NOTHING if one is None else number(one) + self.unit for one in (self.target, self.actual)]
        return [self.name, *told, self.share, met]


def _indicators(board: Board, results: Results) -> list[_Indicator]:
    towns = [town.result.town_id for town in results.towns]
    return [_Indicator(board, indicator, towns) for indicator in board.indicators]


def _of_tasks(tasks: list[TaskEntry]) -> str:
    if not tasks:
        return "本方案没有任务清单。"
    done = sum(entry.light in MET for entry in tasks)
    late = sum(entry.light == Light.LATE for entry in tasks)
    parts = [
        f"{name}{total}项、完成{sum(count for light, count in counts if light in MET)}项"
        for name, counts, total in lights_by_category(tasks)
    ]
    said = f"全年共{len(tasks)}项任务，已完成{done}项" + (f"（其中逾期补齐{late}项）" if late else "")
    return f"{said}，完成率{number(percent(Decimal(done), Decimal(len(tasks))), 1)}%。其中：{'；'.join(parts)}。"


def _of_indicators(rows: list[_Indicator]) -> str:
    owing = [row for row in rows if row.owing]
    full = [row for row in owing if not row.is_short]
    named = f"：{'、'.join(row.name for row in full)}" if full else ""
    return f"分解到街镇的指标{len(owing)}项，所有街镇均完成目标的{len(full)}项{named}。"


def _shortfalls(letter: Letter, tasks: list[TaskEntry], rows: list[_Indicator], results: Results) -> None:
    behind = _behind(tasks)
    said = f"未完成或进度滞后的任务{len(behind)}项，见附件4。"
    letter.text(said if behind else "没有未完成或进度滞后的任务。")
    short = [f"{row.name}（{row.owing - row.met}个街镇）" for row in rows if row.owing and row.is_short]
    if short:
        letter.text(f"有街镇未完成目标的指标{len(short)}项：{'、'.join(short)}。")
    for words in filter(None, (sentences.lost(results.lines()), sentences.waiting(results))):
        letter.text(words)


def _tables(letter: Letter, tasks: list[TaskEntry], rows: list[_Indicator], results: Results) -> None:
    letter.attachment(1, CATEGORIES)
    found = lights_by_category(tasks)
    lights = [str(light.label) for light, _count in found[0][1]] if found else []
    counted = [[name, *(str(count) for _light, count in counts), str(total)] for name, counts, total in found]
    letter.table((38, *(17,) * len(lights), 16), ["项目类别", *lights, "合计"], counted, left=(0,))
    letter.attachment(2, INDICATORS)
    head = ["指标", "全区目标", "全区实际", "完成率", "达标街镇"]
    letter.table((60, 28, 28, 20, 20), head, [row.cells() for row in rows if row.says], left=(0,))
    letter.attachment(3, tables.PLACES)
    tables.places(letter, results)
    if behind := _behind(tasks):
        letter.attachment(4, BEHIND)
        letter.table((14, 74, 32, 16, 20), ["序号", "任务", "完成期限", "进度", "亮灯"], map(_task, behind), left=(1,))


def _behind(tasks: list[TaskEntry]) -> list[TaskEntry]:
    return [entry for entry in tasks if entry.light in LAGGING]


def _task(entry: TaskEntry) -> list[str]:
    done = NOTHING if entry.percent is None else f"{number(entry.percent)}%"
    return [str(entry.task.number), entry.task.title, day(entry.task.due_on), done, str(entry.light.label)]
