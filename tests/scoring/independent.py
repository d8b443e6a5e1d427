"""The 2024 rubric scored a second time, written from the notice and the design alone: nothing of the portal is used.

Numbers are `Fraction`s until they are rounded to cents. Names are those of the notice.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

BY_TEXT, FULL, EXCLUDE = "by_text", "full", "exclude"

BEDS_PER_THOUSAND = "每千人拥有养老床位数"
AREA_PER_THOUSAND = "每千名常住人口社区养老服务设施面积"
CERTIFIED = "养老护理员技能等级持证率"
SKILLED = "养老护理员技能等级证书中级以上持证率"
NEW_BEDS = "新增养老床位"
DEMENTIA_BEDS = "改建认知障碍照护床位"
CANTEENS = "新增社区长者食堂"
MEAL_PLACES = "新增老年助餐场点"

# Line: what it counts. Full marks when the target is met, else in proportion.
COMPLETION = {
    "新建困难重残养护床位": "新增困难重残养护床位",
    "新建“养老院+互联网医院”": "新增“养老院+互联网医院”",
    "新建乡村长者照护之家": "新增乡村长者照护之家",
    "新建社区综合为老服务中心": "新增社区综合为老服务中心",
    "新建家门口养老服务站": "新增家门口养老服务站",
    "完成居家环境适老化改造": "新增居家环境适老化改造",
    "新增为老服务“一键通”用户": "新增为老服务“一键通”用户",
    "新增智能水表安全监测用户": "智能水表安全监测服务",
    "新建智慧养老院": "建设“智慧养老院”",
    "新建睦邻点": "新增示范睦邻点",
}
MONITORED = ("养老机构服务质量监测情况", "社区长者食堂服务质量监测情况", "综合为老服务中心服务质量监测情况")
SUPERVISION = "养老服务综合监管水平"
BONUS = "试点、承担、承办当年度重点工作"
PENALTIES = ("被市级以上通报批评", "被区级通报批评")

SECTIONS = {
    "基础工作": {"每千人拥有养老床位数不低于35张": 5, "每千名常住人口社区养老服务设施面积达60平方米以上": 10},
    "民心工程和政府实事项目": {
        "新建养老床位": 5,
        "新建困难重残养护床位": 3,
        "新建认知障碍照护床位": 3,
        "新建“养老院+互联网医院”": 3,
        "新建乡村长者照护之家": 3,
        "新建社区综合为老服务中心": 5,
        "新建老年助餐服务场所": 5,
        "新建家门口养老服务站": 3,
        "完成居家环境适老化改造": 3,
        "新增为老服务“一键通”用户": 3,
        "新增智能水表安全监测用户": 3,
    },
    "重点项目": {
        "新建智慧养老院": 5,
        "新建睦邻点": 2,
        "养老护理员技能等级证书持证率": 10,
        "养老机构服务质量监测情况": 5,
        "社区长者食堂服务质量监测情况": 2,
        "综合为老服务中心服务质量监测情况": 2,
        "养老服务综合监管水平": 10,
    },
    "加分项": {BONUS: 10},
    "扣分项": {"被市级以上通报批评": -10, "被区级通报批评": -5},
}


@dataclass
class Facts:
    """One town: targets and figures by the table's names (None or absent: a dash), and the marks given by line."""

    targets: dict[str, Fraction | None] = field(default_factory=dict)
    figures: dict[str, Fraction | None] = field(default_factory=dict)
    marks: dict[str, list[Fraction]] = field(default_factory=dict)


@dataclass
class Scored:
    criteria: dict[str, Fraction]
    sections: dict[str, Fraction]
    total: Fraction
    rank: int = 0


def cents(points: Fraction) -> Fraction:
    """Half up to two places; a loss of half a cent is a cent lost."""
    size = Fraction(floor(abs(points) * 100 + Fraction(1, 2)), 100)
    return size if points >= 0 else -size


def score(towns: dict[str, Facts], policy: str = BY_TEXT) -> dict[str, Scored]:
    """Every town's points, and its place among them: equal totals share one (1, 2, 2, 4)."""
    scored = {name: _town(facts, policy) for name, facts in towns.items()}
    for one in scored.values():
        one.rank = 1 + sum(other.total > one.total for other in scored.values())
    return scored


def _town(facts: Facts, policy: str) -> Scored:
    criteria, sections = {}, {}
    for title, weights in SECTIONS.items():
        points = {line: _line(line, weight, facts, policy) for line, weight in weights.items()}
        criteria |= {line: cents(one) for line, one in points.items() if one is not None}
        criteria |= {line: Fraction(0) for line, one in points.items() if one is None}
        counted = {line: one for line, one in points.items() if one is not None}
        if policy == EXCLUDE and title not in ("加分项", "扣分项"):
            sections[title] = _scaled(counted, weights)
        else:
            sections[title] = sum((cents(one) for one in counted.values()), Fraction(0))
    return Scored(criteria, sections, max(Fraction(0), sum(sections.values(), Fraction(0))))


def _scaled(counted: dict[str, Fraction], weights: dict[str, int]) -> Fraction:
    """What was left out is made up for: the section still weighs what it did, and is rounded once."""
    weight = sum(weights[line] for line in counted)
    return cents(sum(counted.values()) * sum(weights.values()) / weight) if weight else Fraction(0)


def _line(line: str, weight: int, facts: Facts, policy: str) -> Fraction | None:
    """Unrounded points of one line, None where it does not count."""
    if line in COMPLETION:
        name = COMPLETION[line]
        return _completion(facts.figures.get(name), facts.targets.get(name), weight, policy)
    marks = facts.marks.get(line, [])
    if line in MONITORED:
        return Fraction(sum(marks), len(marks)) / 100 * weight if marks else Fraction(0)
    if line == SUPERVISION:
        return min(Fraction(weight), marks[-1]) if marks else Fraction(0)
    if line == BONUS:
        return min(Fraction(weight), sum(marks, Fraction(0)))
    if line in PENALTIES:
        return max(Fraction(weight), -sum(marks, Fraction(0)))
    return Fraction(_by_clause(line, facts.figures))


def _completion(actual, target, weight: int, policy: str) -> Fraction | None:
    if target is None:
        if policy == EXCLUDE:
            return None
        return Fraction(weight) if policy == FULL or actual else Fraction(0)
    if actual is None:
        return Fraction(0)
    return weight * (min(Fraction(1), actual / target) if target else Fraction(1))


def _by_clause(line: str, figures: dict) -> int | Fraction:
    def reached(name, least):
        return figures.get(name) is not None and figures[name] >= least

    if line == "每千人拥有养老床位数不低于35张":
        return 5 if reached(BEDS_PER_THOUSAND, 35) else 0
    if line == "每千名常住人口社区养老服务设施面积达60平方米以上":
        return 10 if reached(AREA_PER_THOUSAND, 60) else 0
    if line == "新建养老床位":
        return _tier(figures.get(NEW_BEDS), (100, 2), (300, 3), 5)
    if line == "新建认知障碍照护床位":
        return _tier(figures.get(DEMENTIA_BEDS), (30, 1), (100, 2), 3)
    if line == "新建老年助餐服务场所":
        return min(5, 5 * (figures.get(CANTEENS) or 0) + 2 * (figures.get(MEAL_PLACES) or 0))
    assert line == "养老护理员技能等级证书持证率", line
    return min(10, 10 * reached(CERTIFIED, 85) + 5 * reached(SKILLED, 15))


def _tier(beds: Fraction | None, first: tuple[int, int], second: tuple[int, int], most: int) -> int:
    """100张以内, 100-300张, 300张以上: 以内 and 以上 include their number, so the middle has neither end."""
    if not beds:
        return 0
    if beds <= first[0]:
        return first[1]
    return second[1] if beds < second[0] else most
