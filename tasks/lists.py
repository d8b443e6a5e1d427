"""The lists of a plan's pages as rows of a file: heads, and values with numbers as numbers."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from tasks import listing
from tasks.findings import Found
from tasks.history import Event
from tasks.listing import Table
from tasks.models import CheckRule, ImportRecord, Site
from tasks.sheet_rows import SheetRow


def todos(work: Iterable[tuple]) -> Table:
    """What waits for a user, of every programme."""
    head = [_("年度方案"), _("待办事项"), _("说明"), _("截止日期")]
    return head, [[programme, one.title, one.detail, one.due_on] for programme, found in work for one in found]


def quarters(rows: Iterable[dict]) -> Table:
    """One task's milestones: what was planned for each, and what stood."""
    head = [_("时间"), _("安排"), _("计划（%）"), _("实际（%）"), _("状态")]
    return head, [_quarter(row) for row in rows]


def _quarter(row: dict) -> list:
    milestone, standing = row["milestone"], row["standing"]
    actual = listing.shown(standing.value) if standing else None
    return [milestone.label, milestone.text, listing.shown(row["planned"]), actual, row["state"]]


def linked(rows: Iterable[dict]) -> Table:
    """One task's indicators, with the towns' figures added up for who sees them all."""
    head = [_("指标"), _("单位"), _("街镇累计"), _("目标")]
    return head, [_linked(row) for row in rows]


def _linked(row: dict) -> list:
    indicator = row["indicator"]
    return [indicator.name, indicator.shown_unit, listing.shown(row.get("actual")), listing.shown(row.get("owed"))]


def targets(categories: Iterable[tuple]) -> Table:
    """A plan's targets under the tasks that carry them out."""
    head = [_("项目类别"), _("任务名称"), _("指标"), _("单位"), _("目标"), _("实际"), _("亮灯"), _("数据来源")]
    return head, [
        _target(name, task, line) for name, tasks in categories for task in tasks for line in task.lines or [None]
    ]


def _target(name: str, task, line) -> list:
    title = str(task.entry.task) if task.entry else ""
    if line is None:
        return [name, title, None, None, None, listing.shown(task.entry.percent), task.entry.light.label, None]
    lights = _("；").join(f"{light.label} {count or ''}".strip() for light, count in line.lights)
    if line.in_words:
        lights = _("文字要求")
    indicator = line.indicator
    figures = [listing.told(line.owed), listing.shown(line.actual)]
    return [name, title, indicator.name, indicator.shown_unit, *figures, lights, indicator.get_source_display()]


def town_entries(rows: Iterable[tuple]) -> Table:
    """How far each town is with one task."""
    head = [_("街镇"), _("完成比例（%）"), _("亮灯")]
    return head, [[town.name, listing.shown(entry.percent), entry.light.label] for town, entry in rows]


def events(rows: Iterable[Event]) -> Table:
    """What was reported and decided, newest first."""
    head = [_("时间"), _("经办人"), _("事项"), _("说明"), _("佐证材料")]
    return head, [
        [timezone.localtime(one.when), one.who, one.what, one.reason, "\n".join(file.name for file in one.files)]
        for one in rows
    ]


def differences(rows: Iterable[tuple]) -> Table:
    """Where a notice disagrees with itself, with the bureau's rulings."""
    head = [
        *(_("指标"), _("街镇"), _("来源一"), _("数字一"), _("来源二"), _("数字二")),
        *(_("核对意见"), _("核对人"), _("核对时间")),
    ]
    return head, [_difference(difference, ruling) for difference, ruling in rows]


def _difference(difference, ruling) -> list:
    sides = [part for side in (difference.left, difference.right) for part in (side.source, listing.told(side.value))]
    ruled = [ruling.text, ruling.by, timezone.localtime(ruling.at)] if ruling else [None] * 3
    return [difference.subject, difference.town, *sides, *ruled]


def sheet(groups: Iterable[tuple[str, list[SheetRow]]], *, typed: bool) -> Table:
    """A town's entry sheet; what is `typed` but not submitted only for who fills it."""
    head = [_("分组"), _("指标或任务"), _("目标"), _("序时进度"), _("上次通过"), _("单位")]
    head += [_("佐证材料"), _("状态"), _("状态说明"), _("亮灯")]
    if typed:
        head += [_("本期累计"), _("情况说明"), _("提示"), _("原因说明")]
    return head, [_sheet_row(row, typed) for _title, rows in groups for row in rows]


def _sheet_row(row: SheetRow, typed: bool) -> list:
    line = [
        *(row.group, row.name, listing.told(row.target), row.planned, listing.told(row.last), row.unit),
        *("\n".join(file.name for file in row.files), row.status.label, row.status.detail, row.light.label),
    ]
    if not typed:
        return line
    return [*line, _typed(row), row.words.value, "\n".join([*row.errors, *row.warnings]), row.reason.value]


def _typed(row: SheetRow) -> object:
    """One input as it is; several (a rate's parts, a task's state and percent) each with its name."""
    states = dict(row.states)
    if row.by_sites:
        return row.makes
    if len(row.inputs) == 1:
        return listing.told(row.inputs[0].value)
    given = [(one.label, states.get(one.value, one.value)) for one in row.inputs if one.value]
    return _("；").join(f"{label} {value}" for label, value in given)


def imports(records: Iterable[ImportRecord]) -> Table:
    """A programme's imports, with what each did or would do."""
    head = [_("文件"), _("类型"), _("填报期"), _("新增"), _("变更"), _("错误"), _("状态"), _("上传人"), _("上传时间")]
    return head, map(_import, records)


def _import(record: ImportRecord) -> list:
    told = record.outcome
    counts = [told.get(name) for name in ("created", "updated", "errors")]
    kinds = _("、").join(_table_kind(kind) for kind in (told.get("kind") or "").split("+"))
    quarter = record.period.label if record.period else ""
    state = _("有错误") if record.is_faulty else record.get_state_display()
    return [record.name, kinds, quarter, *counts, state, record.by, timezone.localtime(record.at)]


def _table_kind(kind: str) -> str:
    kinds = {
        "tasks": _("重点工作清单"),
        "allocation": _("指标分解表"),
        "rubric": _("考核评分细则"),
        "progress": _("进展表（累计数）"),
    }
    return kinds.get(kind, _("未识别"))


def findings(rows: Iterable[Found]) -> Table:
    """What an import found: its problems and changes by sheet and cell, in the order shown."""
    head = [_("类别"), _("工作表"), _("单元格"), _("内容"), _("原来"), _("表中"), _("编成的规则")]
    labels = {
        "error": _("错误"),
        "warning": _("提醒"),
        "new": _("新增"),
        "update": _("变更"),
        "removed": _("取消"),
        "skip": _("不变"),
    }
    return head, (
        [labels[one.kind], *one[1:4], listing.told(one.before), listing.told(one.after), one.note] for one in rows
    )


def check_rules(rules: Iterable[CheckRule]) -> Table:
    """The rules behind the checks."""
    head = [_("规则"), _("适用指标"), _("界限"), _("启用")]
    yes, no, every = _("是"), _("否"), _("全部（通用）")
    return head, (
        [rule.get_kind_display(), str(rule.indicator or every), listing.shown(rule.limit), yes if rule.active else no]
        for rule in rules
    )


def sites(rows: Iterable[Site]) -> Table:
    """The sites behind the figures of an indicator, town by town."""
    head = [_("街镇"), _("填报期"), _("序号"), _("点位名称"), _("地址"), _("养老服务机构"), _("日期")]
    return head, (
        [
            str(site.report.town),
            site.report.period.label,
            site.order,
            site.name,
            site.address,
            str(site.facility or ""),
            site.on,
        ]
        for site in rows
    )
