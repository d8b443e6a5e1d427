from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from quality.finding_lists import late_of
from scoring import lists
from scoring.scores import Scores
from scoring.trace import trace
from tasks import listing
from tasks.board import Board, Entry
from tasks.figures import at_quarters
from tasks.formats import number
from tasks.light_life import LightLife
from tasks.supervision_links import SheetLinks
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404

HUNDRED = 100


@allowed(see=Permission.SEE_TOWN)
def town_page(request, slug, code):
    """One town: each indicator with target, actual, plan, light and trend; its score, every point explained."""
    programme = programme_or_404(request, slug)
    towns = Town.objects.visible_to(request.user).filter(district=programme.district_id)
    town = get_object_or_404(towns, code=code)
    moment = moment_of(request)
    board = Board(programme, moment, user=request.user, town=town)
    scores = Scores(programme, moment, user=request.user, board=board)
    score, groups = trace(scores, town) if scores.rubric else (None, [])
    periods = list(programme.periods.quarters())
    life = LightLife(programme, moment, user=request.user, town=town)
    sheets = SheetLinks(programme, moment, user=request.user, town=town)
    rows = [_row(board, indicator, town, periods, life, sheets) for indicator in board.indicators]
    tables = {
        "indicators": (_("指标进展"), lambda: lists.indicators(rows, periods)),
        "lines": (_("逐项得分"), lambda: lists.score_lines(groups)),
    }
    if file := listing.one_of(tables, request, f"{programme} {town}", moment):
        return file
    context = {
        "programme": programme,
        "town": town,
        "towns": towns,
        "rows": rows,
        "score": score,
        "groups": groups,
        "rubric": scores.rubric,
        "late": late_of(town) if moment.as_of >= timezone.localdate() else [],  # they have no past
        "share": number(score.share, 1) if score and score.share is not None else "",
    }
    return render(request, "scoring/town.html", context | dates_context(programme, moment))


def _row(board: Board, indicator, town, periods, life: LightLife, sheets: SheetLinks) -> dict:
    entry = board.entry(indicator, town.pk)
    values = [standing.value if standing else None for standing in at_quarters(entry.standings, periods)]
    return {
        "indicator": indicator,
        "entry": entry,
        "since": life.told((indicator.pk, town.pk), entry.light),
        "sheet": sheets.of(indicator, town, entry.light),
        "values": values,
        "due_on": board.plan.of_indicator(indicator).due_on,
        "planned": entry.planned * HUNDRED,
        "trend": _trend(entry, values, periods),
    }


def _trend(entry: Entry, values, periods) -> dict | None:
    """The quarters as shares of the target for the sparkline, with the same in words; None without a figure."""
    if not entry.standings:
        return None
    top = max([v for v in values if v is not None] + ([entry.owed.value] if entry.owed and entry.owed.value else []))
    shares = [None if v is None else round(float(v * HUNDRED / top), 1) if top else 0 for v in values]
    words = _("，").join(f"{p.label} {number(v)}" for p, v in zip(periods, values, strict=True) if v is not None)
    return {"shares": shares, "text": words}
