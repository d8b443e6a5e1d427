"""A rubric's own clause text compiled to a rule.

What is not understood becomes `manual`, with a warning: never a guess.
"""

import re
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from scoring.clause_bands import bands_of, gaps, overlaps
from scoring.clause_items import normalise, read_items
from scoring.clause_steps import deduct_of, says_remainder, veto_of
from scoring.rule_json import plain
from scoring.rules import (
    Average,
    Bands,
    Bonus,
    Completion,
    Condition,
    Graded,
    Manual,
    Penalty,
    PerUnit,
    Rule,
    Threshold,
    Unit,
)
from tasks.annexes.words import text as _

BUILDING = "新建|新增|新设|增设|改建|扩建|建成|建设|创建|改造|净增|完成|培训"
COUNTED = re.compile(rf"(?:{BUILDING})[^\d;,。:]+(?<!情况|水平|程度|质量|能力|工作|任务|制度|机制)|[^\d;,。:]+[率数]")
MONITORED = re.compile(r"[^;,。]*监测(?:情况|结果|得分|评分)")
GRADE_WORDS = "优秀|良好|较好|中等|一般|较差|不合格|基本合格|合格|不达标|基本达标|达标|示范|优|良|中|差"
GRADE = re.compile(
    rf"(?P<grade>{GRADE_WORDS})(?:的|者|等次|等级)?,?(?:[得加计记](?P<points>\d+(?:\.\d+)?)分|(?P<none>不[得加计记]分))"
)
BUILT = re.compile(r"(?P<name>[^\d每]+)加(?P<points>\d+(?:\.\d+)?)分")
EACH = re.compile(
    rf"(?P<before>[^\d每]*)每(?:{BUILDING}|增加)?[1一]?[个家张户处名人所套项](?P<after>[^\d每]*?)"
    r"[加得计记](?P<points>\d+(?:\.\d+)?)分"
)
CAP = re.compile(r"[;,。]*(?:最高|最多|累计不超过|合计不超过|封顶|上限)(?:加|得|为)?(\d+(?:\.\d+)?)分$")
SCALED = ("万", "亿")


class ClauseWarning(NamedTuple):
    code: str
    message: str


class Compiled(NamedTuple):
    """A clause's rule and title. `indicator` and `unit` are set where the clause brings an indicator of its own."""

    rule: Rule
    title: str
    parts: tuple[str, ...]
    warnings: tuple[ClauseWarning, ...] = ()
    indicator: str | None = None
    unit: str = ""


def compile_clause(text: str, weight: Decimal, *, section_title: str) -> Compiled:
    """The rule of one line of a rubric (评分办法), with warnings for the administrator to settle."""
    words = "".join(text.split())
    title = re.split(r"[（(]", words, maxsplit=1)[0].rstrip("：:") or words
    subject, bracket, body = normalise(text).partition("(")
    indicator, unit = None, ""
    if taken := _taken_away(subject, body.removesuffix(")") if bracket else "", weight, section_title):
        return Compiled(taken[0], title, taken[0].parts, taken[1])
    rule = _by_section(weight, section_title)
    if not rule and bracket:
        rule = _bracketed(subject.rstrip(":"), body.removesuffix(")"), weight)
    elif not rule:
        rule, indicator, unit = _bare(subject, weight)
    if not rule:
        return Compiled(Manual(), title, Manual().parts, (_not_understood(),))
    warnings = _warnings(rule, weight)
    return Compiled(rule, title, rule.parts, warnings, indicator, unit)


def _taken_away(subject, body, weight, section_title):
    """A veto, or points lost step by step, with what the clause leaves open; penalties by people stay theirs."""
    if veto := veto_of(normalise(section_title) + subject + body):
        rule, said = veto
        return rule, () if said else (ClauseWarning("veto_effect", _("条文未写明否决什么，暂按总分计 0 分，请核对")),)
    rule = None if _by_section(weight, section_title) else deduct_of(subject if body else "", body or subject)
    if rule is None:
        return None
    said = says_remainder(body or subject)
    return rule, () if said else (ClauseWarning("remainder", _("条文未写明不足一个单位如何扣分，暂按不扣，请核对")),)


def _by_section(weight, section_title):
    if weight < 0 or ("扣分" in section_title and "加" not in section_title):
        return Penalty()
    return Bonus() if "加分" in section_title else None


def _bracketed(subject, body, weight):
    """Words before the bracket name the figure; the bracket holds the points."""
    items = read_items(body, weight)
    if items and any(item.unit.startswith(SCALED) for item in items):
        return None
    return _of_items(items, subject, weight) or _graded(body) or _per_unit(subject, body, weight)


def _bare(text, weight):
    """A clause without brackets: its rule, and the indicator and unit that it brings itself."""
    items = read_items(text, weight)
    if items:
        names = {item.subject for item in items}
        own = names.pop() if len(names) == 1 else ""
        return _of_items(items, own, weight), own or None, items[0].unit
    if MONITORED.fullmatch(text):
        return Average(), None, ""
    return Completion() if COUNTED.fullmatch(text) else None, None, ""


def _of_items(items, title, weight):
    """Bands where one figure has several items, else the sum of thresholds; None where it is neither."""
    if len(items or ()) == 1 and items[0].points is None:
        items = [replace(items[0], points=weight)]
    if not items or any(item.points is None for item in items) or not any(item.points for item in items):
        return None
    subjects = list(dict.fromkeys(item.subject or title for item in items))
    if len(subjects) == 1 and (len(items) > 1 or items[0].high is not None):
        bands = bands_of(items) if len({item.unit for item in items} - {""}) < 2 else None
        return bands and Bands(bands, part="" if subjects[0] == title else subjects[0])
    if len(subjects) < len(items) or any(item.high is not None for item in items):
        return None
    alone = subjects == [title]
    return Threshold(
        tuple(
            Condition(item.value, item.points, item.comparator, "" if alone else item.subject or title)
            for item in items
        )
    )


def _graded(body):
    matches = [GRADE.fullmatch(piece) for piece in re.split(r"[;,、。]+", body.rstrip(";,。"))]
    if len(matches) < 2 or not all(matches):
        return None
    return Graded({match["grade"]: Decimal(match["points"] or 0) for match in matches})


def _per_unit(subject, body, weight):
    body = body.rstrip(";,。")
    if (cap := CAP.search(body)) and Decimal(cap[1]) == weight:
        body = body[: cap.start()]  # no line gives more than its weight
    pieces = re.split(r"[;,。]+", body)
    units = []
    for piece in pieces:
        each = EACH.fullmatch(piece)
        built = each or (re.match(BUILDING, subject) and BUILT.fullmatch(piece))
        if not built:
            return None
        name = each["before"] or each["after"] if each else built["name"]
        units.append(Unit(name, Decimal(built["points"])))
    parts = {unit.part for unit in units}
    return PerUnit(tuple(units)) if len(parts) == len(units) and (len(units) == 1 or "" not in parts) else None


def _warnings(rule, weight):
    found = []
    most = offered(rule)
    if most > weight and rule.kind not in ("bonus", "penalty"):
        message = _("条文共给出 %(offered)s 分，超过权重 %(weight)s 分，按权重封顶")
        found.append(ClauseWarning("over_weight", message % {"offered": plain(most), "weight": plain(weight)}))
    bands = rule.bands if rule.kind == "bands" else ()
    for code, message, pairs in (
        ("bands_overlap", _("分档重叠：%(one)s 与 %(other)s"), overlaps(bands)),
        ("bands_gap", _("分档之间有空档：%(one)s 与 %(other)s"), gaps(bands)),
    ):
        found += [ClauseWarning(code, message % {"one": one, "other": other}) for one, other in pairs]
    return tuple(found)


def offered(rule):
    """The most points that the rule's own numbers offer; 0 where the weight alone decides."""
    if rule.kind == "threshold":
        return sum(condition.points for condition in rule.conditions)
    if rule.kind == "bands":
        return max(band.points for band in rule.bands)
    return max(rule.grades.values()) if rule.kind == "graded" else Decimal(0)


def _not_understood():
    return ClauseWarning("not_understood", _("未能读懂条文，暂按人工评分，请核对规则"))
