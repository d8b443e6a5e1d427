"""Sentences of the papers: what the stored numbers say, in the words of an office, and nothing that they do not say."""

from collections.abc import Sequence
from decimal import Decimal

from scoring.documents.results import LineResult, Results, mean, percent
from scoring.facts import ZERO
from scoring.loss_rules import effect_words
from tasks.formats import number, points

LOST, APART = 5, 3  # how many lines are named
ALMOST_ALL = Decimal("0.05")  # of the weight: who lost less has hardly lost anything


def names(towns: Sequence) -> str:
    return "、".join(town if isinstance(town, str) else town.name for town in towns)


def overall(results: Results) -> str:
    """The towns' number, mean, median, and who is highest and lowest."""
    totals = results.totals
    said = f"本次考核共{len(totals)}个街镇，平均{points(mean(totals))}分，中位数{points(results.median)}分"
    if max(totals) == min(totals):
        return f"{said}，各街镇同分。"
    return f"{said}；最高为{_at(results, max(totals))}，最低为{_at(results, min(totals))}，相差{points(max(totals) - min(totals))}分。"


def _at(results: Results, total: Decimal) -> str:
    return f"{names([town for town in results.towns if town.total == total])}（{points(total)}分）"


def grades(results: Results) -> str:
    """How many towns have each grade, and which."""
    found = []
    for band in results.assessment.grading:
        towns = results.of_grade(band.name)
        found.append(f"{band.name}{len(towns)}个（{names(towns)}）" if towns else f"{band.name}0个")
    return f"按等次分，{'；'.join(found)}。"


def bands(results: Results) -> str:
    """From how many points each grade is given."""
    told = [f"{b.name}{number(b.least)}分及以上" if b.least else f"其余为{b.name}" for b in results.assessment.grading]
    return f"等次按总分确定：{'，'.join(told)}。"


def section(results: Results, at: int) -> str:
    """One section over the towns; of one that only adds or takes points, how many were given or lost any."""
    weight = Decimal(results.sections[at - 1]["weight"])
    gained = {town.name: town.of_section(at) for town in results.towns}
    kinds = {one.kind for one in results.lines() if one.line.section == at}
    if weight <= 0 or kinds <= {"bonus", "penalty"}:
        return _moved(
            "获加分", [(name, one) for name, one in gained.items() if one > 0], kinds != {"penalty"}
        ) + _moved("被扣分", [(name, -one) for name, one in gained.items() if one < 0], kinds != {"bonus"})
    average, most, least = mean(list(gained.values())), max(gained.values()), min(gained.values())
    said = f"权重{number(weight)}分，平均得{points(average)}分，得分率{number(percent(average, weight), 1)}%"
    if most == least:
        return f"{said}，各街镇相同。"
    first, last = ([name for name, one in gained.items() if one == end] for end in (most, least))
    return f"{said}；最高为{names(first)}（{points(most)}分），最低为{names(last)}（{points(least)}分）。"


def _moved(what: str, towns: Sequence[tuple[str, Decimal]], told: bool) -> str:
    """How many towns were given or lost points; nothing where the section does not do that."""
    if not towns:
        return f"没有街镇{what}。" if told else ""
    total = sum((one for _name, one in towns), ZERO)
    return f"{len(towns)}个街镇{what}（{names([name for name, _one in towns])}），合计{points(total)}分。"


def lost(lines: Sequence[LineResult]) -> str:
    """The lines on which the towns lack most of the weight, and those on which nobody lacks anything.

    A line that waits in every town is no loss.
    """
    losing = sorted(
        (one for one in lines if one.lost > ALMOST_ALL and not one.waits), key=lambda one: one.lost, reverse=True
    )[:LOST]
    full = [one.line.title for one in lines if one.line.weight > 0 and one.spread.full == len(one.points)]
    said = f"得分率最低的评分项依次为：{'；'.join(map(_lost, losing))}。" if losing else ""
    return said + (f"全部街镇得满分的评分项有{len(full)}个：{'、'.join(full)}。" if full else "")


def _lost(one: LineResult) -> str:
    said = f"“{one.line.title}”（权重{number(one.line.weight)}分，平均{points(one.mean)}分"
    return said + (f"，{one.spread.none}个街镇未得分）" if one.spread.none else "）")


def apart(lines: Sequence[LineResult]) -> str:
    """The lines that separate the towns most."""
    wide = sorted((one for one in lines if not one.spread.same), key=lambda one: one.spread.deviation, reverse=True)
    told = [
        f"“{one.line.title}”（{points(one.spread.lowest)}至{points(one.spread.highest)}分）" for one in wide[:APART]
    ]
    return f"街镇间差距最大的评分项为{'、'.join(told)}。" if told else ""


def given(results: Results, *, bonus: bool) -> str:
    """On which lines towns were given bonus points, or lost points by penalties."""
    kind, what = ("bonus", "加分") if bonus else ("penalty", "扣分")
    told = []
    for key, line in results.towns[0].stored.items() if results.towns else ():
        towns = [f"{town.name}{points(abs(town.lines[key]))}分" for town in results.towns if town.lines[key]]
        if line.rule["kind"] == kind and towns:
            told.append(f"“{line.title}”：{'、'.join(towns)}")
    return f"{what}情况：{'；'.join(told)}。" if told else f"没有{what}事项。"


def vetoes(results: Results) -> str:
    """Which towns are denied something, by which line."""
    told = [
        f"{town.name}“{line.title}”（{effect_words(effect)}）" for town in results.towns for line, effect in town.vetoes
    ]
    return f"触发否决条款：{'；'.join(told)}。" if told else ""


def waiting(results: Results) -> str:
    """The lines that waited when it was frozen, counted as they stood, and the reason that was given."""
    found = results.waiting()
    if not found:
        return ""
    everywhere = len(results.towns)
    told = [f"“{title}”（{'各街镇' if len(towns) == everywhere else names(towns)}）" for title, towns in found]
    reason = results.acts["frozen"].reason
    return f"以下评分项冻结时尚待填报或评定：{'、'.join(told)}。" + (f"说明：{reason}。" if reason else "")


def appeals(found: Sequence) -> str:
    """How many appeals came and what was ruled."""
    if not found:
        return "没有街镇提出申诉。"
    rulings = [getattr(one, "ruling", None) for one in found]
    upheld = [one for one, ruling in zip(found, rulings, strict=True) if ruling and ruling.points is not None]
    open_ = rulings.count(None)
    said = f"收到申诉{len(found)}件，支持{len(upheld)}件，不予支持{len(found) - len(upheld) - open_}件"
    said += f"，尚未裁定{open_}件。" if open_ else "。"
    told = [
        f"{one.line.result.name}“{one.line.title}”由{points(one.line.points)}分调整为{points(one.ruling.points)}分"
        for one in upheld
    ]
    return said + (f"其中{'；'.join(told)}。" if told else "")
