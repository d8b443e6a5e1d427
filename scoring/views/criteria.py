"""Each line of the rubric over all towns: which lines separate them, and on one line who loses what."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from scoring import analysis_lists, charts
from scoring.engine import CriterionScore
from scoring.freezing import waiting
from scoring.rule_text import kind_label, rule_lines
from scoring.scores import Ranked, Scores
from scoring.spread import Spread, distribution, shares, spread
from scoring.trace import STATUS_LABELS
from tasks import listing
from tasks.formats import number
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404


@dataclass(frozen=True)
class LineRow:
    """One line over all towns."""

    criterion: object
    spread: Spread
    share: Decimal | None  # of what separates the totals, in per cent
    words: str


@dataclass(frozen=True)
class Column:
    """One range of totals and who lies in it."""

    label: str
    towns: list[str]

    @property
    def names(self) -> str:
        return _("、").join(self.towns)


@dataclass(frozen=True)
class TownRow:
    """One town on one line; what it has lost of the weight, or by a penalty."""

    town: Town
    line: CriterionScore
    url: str

    @property
    def lost(self) -> Decimal:
        return (0 if self.line.criterion.is_penalty else self.line.weight) - self.line.points

    @property
    def status(self) -> str:
        label = STATUS_LABELS[self.line.status]
        return _(label) if label else ""


@allowed(see=Permission.SEE_DISTRICT)
def criteria_page(request, slug):
    """Sensitivity: how far the towns lie apart on each line; and how their totals are distributed."""
    programme, moment, scores, ranked = _scored(request, slug)
    rows = _line_rows(ranked)
    columns = [
        Column(_range(low, high), towns)
        for low, high, towns in distribution({row.town.name: row.score.total for row in ranked})
    ]
    tables = {
        "lines": (_("各评分项区分度"), lambda: analysis_lists.sensitivity(rows)),
        "distribution": (_("总分分布"), lambda: analysis_lists.distribution(columns)),
    }
    if file := listing.one_of(tables, request, programme, moment):
        return file
    apart = [row for row in rows if not row.spread.same]
    rising = columns[::-1]
    context = {
        "programme": programme,
        "rubric": scores.rubric,
        "rows": rows,
        "columns": columns,
        "separating": len(apart),
        "lines_chart": charts.lying(
            _("标准差"), [row.criterion.title for row in apart], [row.spread.deviation for row in apart]
        ),
        "totals_chart": charts.standing(_("街镇数"), [one.label for one in rising], [len(one.towns) for one in rising]),
    }
    return render(request, "scoring/criteria.html", context | dates_context(programme, moment))


@allowed(see=Permission.SEE_DISTRICT)
def criterion_page(request, slug, key):
    """One line over all towns, who lost most first."""
    programme, moment, scores, ranked = _scored(request, slug)
    criterion = scores.criteria.get(key)
    if criterion is None:
        raise Http404
    rows = [_town_row(programme, row, key) for row in ranked]
    rows.sort(key=lambda row: row.lost, reverse=True)
    if fmt := listing.wanted(request):
        name = listing.named(f"{criterion.key} {criterion.title}", programme, moment)
        return listing.export(name, *analysis_lists.criterion(rows), fmt)
    keys = list(scores.criteria)
    at = keys.index(key)
    rule = rows[0].line.criterion.rule if rows else None
    context = {
        "programme": programme,
        "criterion": criterion,
        "kind": kind_label(rule) if rule else "",
        "rule": rule_lines(rule, criterion.weight) if rule else [],
        "rows": rows,
        "spread": spread([row.line.points for row in rows], criterion.weight) if rows else None,
        "lost": sum(row.lost for row in rows),
        "previous": scores.criteria[keys[at - 1]] if at else None,
        "next": scores.criteria[keys[at + 1]] if at + 1 < len(keys) else None,
        "chart": charts.lying(_("得分"), [row.town.name for row in rows], [row.line.points for row in rows]),
    }
    return render(request, "scoring/criterion.html", context | dates_context(programme, moment))


def _scored(request, slug):
    programme, moment = programme_or_404(request, slug), moment_of(request)
    scores = Scores(programme, moment, user=request.user)
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    return programme, moment, scores, scores.ranked(towns) if scores.rubric else []


def _line_rows(ranked: list[Ranked]) -> list[LineRow]:
    """Each line, those that separate the towns most first."""
    if not ranked:
        return []
    lines: Mapping[str, list[CriterionScore]] = {}
    for row in ranked:
        for line in row.score.criteria:
            lines.setdefault(line.key, []).append(line)
    waits = {line.title: line.towns for line in waiting(ranked)}
    parts = shares({key: [line.points for line in found] for key, found in lines.items()}, _totals(ranked))
    rows = [_line_row(found, parts[key], waits.get(found[0].title, [])) for key, found in lines.items()]
    return sorted(rows, key=lambda row: row.spread.deviation, reverse=True)


def _totals(ranked: list[Ranked]) -> list[Decimal]:
    return [row.score.total for row in ranked]


def _line_row(found: list[CriterionScore], share: Decimal | None, waits: list[str]) -> LineRow:
    line = found[0]
    apart = spread([one.points for one in found], line.weight)
    words = _("各街镇相同") if apart.same else ""
    if len(waits) == len(found):
        words = _("各街镇均待填报或评定")
    elif waits:
        words = _("%(count)s 个街镇待填报或评定") % {"count": len(waits)}
    return LineRow(line, apart, share, words)


def _town_row(programme, row: Ranked, key: str) -> TownRow:
    line = next(line for line in row.score.criteria if line.key == key)
    return TownRow(row.town, line, reverse("town", args=[programme.slug, row.town.code]))


def _range(low: Decimal, high: Decimal) -> str:
    return _("%(low)s 至不满 %(high)s 分") % {"low": number(low), "high": number(high)}
