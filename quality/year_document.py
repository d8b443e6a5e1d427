"""The annual summary of a programme (年度工作总结) as a Word document by GB/T 9704: every sentence comes from its rows."""

from collections import Counter
from decimal import Decimal

from django.conf import settings
from django.utils.translation import override

from quality.models import EventState, Example, PersonKind
from quality.timeline import Row
from quality.year_facts import YearFacts
from tasks.district_targets import TargetLine, TaskTargets
from tasks.documents.letter import Letter, day
from tasks.formats import NOTHING, number
from tasks.lights import LAGGING, MET

TARGETS, EVENTS = "年度指标完成情况", "阶段安排完成情况"
TARGETS_WIDE, EVENTS_WIDE = (58, 34, 34, 30), (30, 68, 32, 26)


def document(facts: YearFacts) -> bytes:
    """In Chinese whatever the reader's language: what was done, action by action, and two attachments."""
    with override(settings.LANGUAGE_CODE):
        title = f"{facts.programme.title}工作总结"
        letter = Letter(title, facts.programme.issuer or str(facts.programme.district))
        letter.title(title)
        _overall(letter, facts)
        for name, tasks in facts.categories:
            letter.heading(f"{name}完成情况")
            for place, task in enumerate(tasks, 1):
                if task.entry:
                    letter.part(place, task.entry.task.title, _of_task(facts, task))
                else:
                    letter.text(_of_task(facts, task))
        _inspected(letter, facts)
        _people(letter, facts)
        _undone(letter, facts)
        letter.attached([TARGETS, EVENTS])
        letter.signed(None)
        letter.attachment(1, TARGETS)
        lines = [_target(line) for line in _lines(facts)]
        letter.table(TARGETS_WIDE, ["指标", "目标", "实际", "亮灯"], lines, left=(0,))
        letter.attachment(2, EVENTS)
        rows = [_event(row) for row in facts.events]
        letter.table(EVENTS_WIDE, ["阶段", "事项", "时间", "状态"], rows, left=(1,))
        return letter.content()


def _overall(letter: Letter, facts: YearFacts) -> None:
    one = facts.programme
    source = f"根据《{one.notice_title}》" if one.notice_title else f"根据《{one.title}》"
    source += f"（{one.document_number}）" if one.document_number else ""
    letter.text(f"{source}，现将工作开展情况总结如下。以下数据截至{day(facts.as_of)}，以审核通过的填报和平台记录为准。")
    letter.heading("总体情况")
    lines = [line for line in _lines(facts) if not line.in_words]
    met = sum(_is_met(line) for line in lines)
    states = Counter(row.state for row in facts.events)
    held = f"阶段安排{len(facts.events)}项，已完成{states[EventState.DONE]}项" if facts.events else "未列阶段安排"
    late = f"，逾期{states[EventState.OVERDUE]}项" if states[EventState.OVERDUE] else ""
    said = f"实施范围内养老服务机构{facts.facilities}家。{held}{late}。有数值目标的指标{len(lines)}项，已达标{met}项。"
    letter.text(said)


def _of_task(facts: YearFacts, task: TaskTargets) -> str:
    """What was done for a task, what of its targets was reached, and where nothing is recorded that it is so."""
    rows = facts.of_task(task.entry.task.number) if task.entry else []
    done = [row for row in rows if row.state == EventState.DONE]
    parts = []
    if rows:
        named = f"：{'；'.join(row.event.title for row in done)}" if done else ""
        parts.append(f"列入阶段安排{len(rows)}项，已完成{len(done)}项{named}。")
    if task.entry and task.entry.percent is not None:
        parts.append(f"填报{_progress(task)}。")
    parts += [f"{_said(line)}。" for line in task.lines]
    return "".join(parts) or "平台没有该项工作的阶段安排、填报和指标记录。"


def _progress(task: TaskTargets) -> str:
    return f"完成{number(task.entry.percent)}%（{task.entry.light.label}）"


def _said(line: TargetLine) -> str:
    actual = f"实际{_figure(line)}" if line.actual is not None else "尚无数据"
    lights = f"（{_light(line)}）" if line.lights else ""
    return f"{line.indicator.name}目标为“{_owed(line)}”，{actual}{lights}"


def _inspected(letter: Letter, facts: YearFacts) -> None:
    letter.heading("检查和整改情况")
    kinds = [f"{kind.label}{count}次、涉及{homes}家机构" for kind, count, homes in facts.inspections]
    total = sum(count for _kind, count, _homes in facts.inspections)
    letter.text(f"开展检查{total}次，其中：{'；'.join(kinds)}。" if kinds else "没有已提交的检查。")
    one = facts.findings
    if one.found:
        rate = number(Decimal(one.closed) * 100 / one.found, 1)
        said = f"共发现问题隐患{one.found}项，已销号{one.closed}项，销号率{rate}%；未销号{one.open}项"
        said += f"，其中逾期未整改{one.overdue}项。" if one.overdue else "。"
        letter.text(said + f"其中重大隐患{one.major}项，已销号{one.major_closed}项。")
    else:
        letter.text("没有登记问题隐患。")
    plans = facts.plans
    letter.text(
        f"“一院一案”应报{plans.facilities}家，已批准{plans.approved}家，审批或修改中{plans.waiting}家，尚未报送{plans.none}家。"
    )


def _people(letter: Letter, facts: YearFacts) -> None:
    letter.heading("人才队伍和宣传引导")
    people = facts.people
    hours = sum((one.hours for one in facts.trainings), Decimal(0))
    letter.text(
        f"确认金牌管理者{people[PersonKind.MANAGER]}名、养老护理职业技能尖兵{people[PersonKind.EXPERT]}名。"
        f"登记培训{len(facts.trainings)}期、{number(hours)}学时，参加{people[PersonKind.TRAINING]}人次。"
        f"登记等级证书{people[PersonKind.CERTIFICATE]}张。"
        f"登记入职补贴{people[PersonKind.SUBSIDY]}人次、{number(facts.subsidies)}元。"
    )
    good, criticised = (facts.examples[kind] for kind in (Example.Kind.GOOD, Example.Kind.CRITICISED))
    letter.text(f"发布正面典型{good}个，曝光问题{criticised}个。")


def _undone(letter: Letter, facts: YearFacts) -> None:
    letter.heading("未完成的工作")
    behind = [line for line in _lines(facts) if any(light in LAGGING for light, _count in line.lights)]
    tasks = [task for _name, tasks in facts.categories for task in tasks if task.entry and _is_late(task)]
    unknown = [line.indicator.name for line in _lines(facts) if not line.in_words and line.actual is None]
    said = []
    if facts.undone:
        said.append(
            f"逾期未完成的阶段安排{len(facts.undone)}项：{'；'.join(row.event.title for row in facts.undone)}。"
        )
    if tasks:
        named = "；".join(f"{task.entry.task.title}{_progress(task)}" for task in tasks)
        said.append(f"未完成的任务{len(tasks)}项：{named}。")
    if behind:
        said.append(f"未达目标的指标{len(behind)}项：{'；'.join(_said(line) for line in behind)}。")
    if unknown:
        said.append(f"尚无数据的指标{len(unknown)}项：{'、'.join(unknown)}。")
    for words in said or ["没有逾期的阶段安排、未完成的任务和未达目标的指标。"]:
        letter.text(words)


def _is_late(task: TaskTargets) -> bool:
    """Reported, and behind; on a programme's last day nothing is overdue yet, and what is behind stays undone."""
    return task.entry.percent is not None and task.entry.light in LAGGING


def _lines(facts: YearFacts) -> list[TargetLine]:
    """Each indicator once, though several tasks may carry it out."""
    found = {line.indicator.pk: line for _name, tasks in facts.categories for task in tasks for line in task.lines}
    return list(found.values())


def _is_met(line: TargetLine) -> bool:
    return bool(line.lights) and all(light in MET for light, _count in line.lights)


def _figure(line: TargetLine) -> str:
    return number(line.actual) + line.indicator.shown_unit if line.actual is not None else NOTHING


def _owed(line: TargetLine) -> str:
    """The notice's words; a bare number with its unit."""
    return line.owed + line.indicator.shown_unit if line.owed.isdecimal() else line.owed


def _light(line: TargetLine) -> str:
    return "、".join(f"{light.label}{count or ''}" for light, count in line.lights) or "文字要求"


def _target(line: TargetLine) -> list[str]:
    return [line.indicator.name, _owed(line), _figure(line), _light(line)]


def _event(row: Row) -> list[str]:
    one = row.event
    state = f"{row.state.label}\n{row.done_on}" if row.state == EventState.DONE else row.state.label
    return [one.phase.title, one.title, one.when or f"{one.starts_on}—{one.ends_on}", state]
