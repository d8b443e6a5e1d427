"""The words by which the headings of allocation tables are known."""

import re

from tasks.annexes.names import indicator_key, is_note, squash

_TOWNS = re.compile(r"(街道|[街乡镇]){1,4}|地区|区域|辖区|属地")
_FILLING = re.compile(r"指标|项目|任务|名称|责任|所属|承办|实施|落实|各|[\\/()、]")
_UNITS = frozenset({"单位", "计量单位", "指标单位"})
_INDICATORS = re.compile(
    r"((任务|考核|工作|主要|具体|年度|重点)?(指标|项目|任务|事项)|指标项目|工作(?=内容))(名称|内容)?"
)
_GROUPS = re.compile(r"(项目|任务|指标)?(类别|分类)")
_IGNORED = re.compile(
    r"备注|说明|序号?|[Nn][Oo][.．]?|编[号码]|(行政)?(区划)?代码|(所属)?片区|(街镇|区域)?(类型|性质|级别)|排名|名次|排序|联系(人|电话|方式|人及电话)|电话|手机(号码?)?"
    r"|(填报|审核)人|签[收字]|(完成|报送|上报|填报|开始|截止|起止)(时限|时间|日期)|时限|日期"
)
_DUTY = re.compile(
    r"(责任|牵头|主管|分管|配合|承办|归口|业务|负责)(单位|部门|科室|处室|人|领导)(名称)?|栏次|列次|(任务|政策|文件)?(来源|依据)|时间(要求|节点|安排)|年份|年度|甲|分[数值]|权重|填报说明|填表说明"
)
_OFFICE_ENDINGS = ("局", "委", "科", "处", "部", "办", "残联", "科室", "办公室")
_SEPARATORS = re.compile(r"[、,;]")

_YEAR = re.compile(r"^(\d{4}年度?|年度|本年度?|全年)")
_GOALS = re.compile(r"(目标|任务|指标|计划|下达|分解|分配)(任务|指标|目标)?[数值量]?")
_ACTUALS = re.compile(r"(累计|实际|已)?完成(任务)?([数值量]|情况)?|(累计|实际)[数值量]?|实绩")
_SHARES = re.compile(
    r"完成(率|比例|进度)|进度|占比|比例|[同环]比|差额|缺口|未完成[数量]?|得分|分[数值]|权重"
    r"|(第?[一二三四1-4]季度?|[上下]半年|前三季度?|\d{1,2}月(底|末|份)?|1-\d{1,2}月|截至.*)(目标|任务|计划|累计|完成)?[数量值]?"
)
_TITLE_WORDS = re.compile(r"^(\d{4}年度?)?(各街镇)?|(任务|指标|目标)*(分解|分配|下达|计划|汇总|情况|一览)*表?$")
_CAPTION = re.compile(r"\(?(计量|填报|责任)?单位:")
_VALUES = re.compile(r"数量|数值|值")


def is_town_head(text: str) -> bool:
    """Tell whether a heading stands over the names of towns: 街镇, 街道（镇）, 责任单位."""
    word = _FILLING.sub("", squash(text))
    return bool(_TOWNS.fullmatch(word)) or (word == "单位" and not is_unit_head(text))


def is_indicator_head(text: str) -> bool:
    return bool(_INDICATORS.fullmatch(squash(text)))


def is_unit_head(text: str) -> bool:
    return squash(text) in _UNITS


def is_group_head(text: str) -> bool:
    return bool(_GROUPS.fullmatch(squash(text))) or is_indicator_head(text)


def is_value_head(text: str, *, progress: bool) -> bool:
    """Tell whether a heading stands over the figures that are wanted: goals, or for `progress` what was reached."""
    wanted = _ACTUALS if progress else _GOALS
    return bool(wanted.fullmatch(_measure(text)) or _VALUES.fullmatch(_measure(text)))


def is_year(text: str) -> bool:
    """Tell whether a heading is nothing but a year: 2024年, 2024年度."""
    return bool(_YEAR.fullmatch(squash(text)))


def is_measure_head(text: str) -> bool:
    """Tell whether a heading only says which side of an indicator its column shows: 目标数, 完成数, 完成率."""
    return any(words.fullmatch(_measure(text)) for words in (_GOALS, _ACTUALS, _SHARES))


def is_ignored(text: str) -> bool:
    """Tell whether a heading is of a column that holds no figures of an indicator: 备注, 序号, 责任单位."""
    return bool(_IGNORED.fullmatch(indicator_key(text))) or is_duty(text)


def is_duty(text: str) -> bool:
    """Tell whether a row or column is named as one that tells who is responsible, or that numbers the columns."""
    return bool(_DUTY.fullmatch(squash(text)))


def names_offices(text: str) -> bool:
    """Tell whether a text is nothing but names of offices: 养老服务科、区残联."""
    return all(part.endswith(_OFFICE_ENDINGS) for part in _SEPARATORS.split(squash(text)))


def title_name(text: str) -> str:
    """Give the indicator that a table's title names: 2024年新增养老床位任务分解表; "" for a note or 单位：张."""
    return "" if is_note(text) or _CAPTION.match(squash(text)) else _TITLE_WORDS.sub("", text.strip())


def _measure(text: str) -> str:
    """Give a heading without its year and its unit: 2024年目标数（个）."""
    return _YEAR.sub("", squash(text).split("(")[0])
