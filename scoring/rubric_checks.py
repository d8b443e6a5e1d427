"""What is wrong with a version of the rubric before it comes into force: all of it at once, each by its line."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from scoring.clause_bands import gaps, in_order, overlaps
from scoring.clauses import offered
from scoring.facts import ZERO
from scoring.models import Criterion, LineSetting, Mark, Rubric, Section
from scoring.rule_json import plain
from scoring.rules import FROM_PEOPLE, Rule, load_rule

ERROR, WARNING = "error", "warning"


class Fault(NamedTuple):
    """One finding: an error keeps a version from coming into force; `key` is the line's, empty for more than one."""

    level: str
    subject: str
    message: str
    key: str = ""

    @property
    def is_error(self) -> bool:
        return self.level == ERROR


def check(rubric: Rubric) -> list[Fault]:
    """All findings, in the rubric's order (8 queries)."""
    sections = list(rubric.sections.prefetch_related("criteria__links__indicator"))
    in_force = Criterion.objects.filter(
        section__rubric__programme=rubric.programme_id, section__rubric__state=Rubric.State.IN_FORCE
    )
    titles, named = dict(in_force.values_list("key", "title")), _named(rubric)
    of_sections = (fault for section in sections for fault in _of_section(section, titles, named))
    return [*_of_whole(rubric, sections), *of_sections]


class Named(NamedTuple):
    """What goes by a line's title: how many marks stand under each, and which have a setting."""

    marks: Mapping[str, int]
    settings: Collection[str]

    def parting(self, title: str) -> str:
        """What a line of this title would leave behind under another, in words; empty where there is nothing."""
        left = [
            _("%(count)d 条评分") % {"count": self.marks[title]} if self.marks.get(title) else "",
            _("评分人、级别等设置") if title in self.settings else "",
        ]
        return _("和").join(filter(None, left))


def _named(rubric: Rubric) -> Named:
    marks = Mark.objects.filter(
        criterion__section__rubric__programme=rubric.programme_id, revokes=None, revocation=None
    )
    counts = marks.order_by().values_list("criterion__title").annotate(Count("pk"))
    settings = LineSetting.objects.filter(programme=rubric.programme_id).standing()
    return Named(dict(counts), set(settings.values_list("title", flat=True)))


def _of_whole(rubric: Rubric, sections: list[Section]) -> Iterator[Fault]:
    whole = _("整份细则")
    if not sections:
        yield Fault(ERROR, whole, _("还没有考核内容。"))
    weights = sum((section.weight for section in sections if section.counts), ZERO)
    if sections and rubric.full is not None and weights != rubric.full:
        words = _("各项考核内容（不含加分、扣分）权重之和为 %(sum)s 分，满分为 %(full)s 分。")
        yield Fault(ERROR, whole, words % {"sum": plain(weights), "full": plain(rubric.full)})
    if Rubric.objects.filter(programme=rubric.programme_id, version__gt=rubric.version).in_force().exists():
        yield Fault(WARNING, whole, _("建立草案之后又导入了新的现行版本，草案不含其中的改动。"))
    titles = Counter(line.title for section in sections for line in section.criteria.all())
    for title in (title for title, count in titles.items() if count > 1):
        yield Fault(
            ERROR, title, _("有 %(count)d 个评分项同名；评分按名称记录，名称不能重复。") % {"count": titles[title]}
        )


def _of_section(section: Section, titles: Mapping[str, str], named: Named) -> Iterator[Fault]:
    lines = list(section.criteria.all())
    if not lines:
        yield Fault(ERROR, section.title, _("没有评分项。"))
        return
    gains = [line.weight for line in lines if line.weight > 0]
    found, wanted = sum(gains or [line.weight for line in lines], ZERO), section.weight
    if not gains:
        found, wanted = abs(found), abs(wanted)
    if found != wanted:
        level = ERROR if section.counts else WARNING  # what bonuses and penalties come to is capped
        words = _("权重为 %(weight)s 分，各评分项权重之和为 %(sum)s 分。")
        yield Fault(level, section.title, words % {"weight": plain(wanted), "sum": plain(found)})
    for line in lines:
        rule = load_rule(line.rule)
        for level, message in [*_of_line(line, rule), *_of_name(line, rule, titles.get(line.key), named)]:
            yield Fault(level, line.title, message, line.key)


def _of_line(line: Criterion, rule: Rule) -> Iterator[tuple[str, str]]:
    yield from _of_links(line, rule)
    yield from _of_bands(rule)
    yield from _of_weight(line.weight, rule)
    if line.pending:
        yield WARNING, _("计算方式待定，暂按现行规则计分。")


def _of_name(line: Criterion, rule: Rule, before: str | None, named: Named) -> Iterator[tuple[str, str]]:
    """What a renamed line would part from; `before` is its title in the version in force."""
    if before in (None, line.title) or not isinstance(rule, FROM_PEOPLE):
        return
    told = {"before": before, "left": named.parting(before)}
    if told["left"]:
        words = _(
            "名称由“%(before)s”改来：评分和设置按名称记录，原名称下的记录（%(left)s）不再计入，执行后须按新名称重新录入；如非必要请保留原名称。"
        )
        yield WARNING, words % told
    else:
        yield WARNING, _("名称由“%(before)s”改来，原名称下还没有评分和设置。") % told


def _of_links(line: Criterion, rule: Rule) -> Iterator[tuple[str, str]]:
    linked = Counter(link.part for link in line.links.all())
    for part in rule.parts:
        told = {"part": part or line.title}
        if not linked[part]:
            yield ERROR, _("“%(part)s”没有对应的指标。") % told
        elif linked[part] > 1:
            yield ERROR, _("“%(part)s”对应了不止一个指标。") % told


def _of_bands(rule: Rule) -> Iterator[tuple[str, str]]:
    bands = in_order(rule.bands) if rule.kind == "bands" else ()
    for message, pairs in (
        (_("分档重叠：%(one)s 与 %(other)s"), overlaps(bands)),
        (_("分档之间有空档：%(one)s 与 %(other)s"), gaps(bands)),
    ):
        for one, other in pairs:
            yield ERROR, message % {"one": one, "other": other}


def _of_weight(weight: Decimal, rule: Rule) -> Iterator[tuple[str, str]]:
    if weight < 0 and rule.kind not in ("penalty", "deduct"):
        yield ERROR, _("权重为负，计分规则应为“扣分”或“按次扣减”。")
    if weight == 0 and rule.kind != "veto":
        yield WARNING, _("权重为 0，不影响总分。")
    most = offered(rule)
    if most and most != weight > 0:
        words = (
            _("规则最多给 %(offered)s 分，超过权重 %(weight)s 分，按权重封顶。")
            if most > weight
            else _("规则最多给 %(offered)s 分，不到权重 %(weight)s 分。")
        )
        yield WARNING, words % {"offered": plain(most), "weight": plain(weight)}
