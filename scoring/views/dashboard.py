from functools import partial

from django.http import QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from scoring import lists
from scoring.freezing import waiting
from scoring.overview import changed_lights, late_lines, lights_by_category, matrix, ranking
from scoring.remembered import remembered
from scoring.scores import Scores
from tasks import listing
from tasks import lists as task_lists
from tasks.board import Board, Moment, task_entries
from tasks.district_targets import district_targets, has_towns_targets
from tasks.light_life import LightLife
from tasks.supervision_links import SheetLinks
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404


@allowed(see=Permission.SEE_DISTRICT)
def dashboard(request, slug):
    """The district at a date: lights by category, towns × indicators, the ranking, what is late."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    facts = partial(_facts, programme, moment, request.user)
    tables = {
        "matrix": (_("街镇与指标"), lambda: lists.matrix(facts()["matrix"])),
        "targets": (_("年度目标"), lambda: task_lists.targets(facts()["targets"] or [])),
        "categories": (_("重点任务亮灯"), lambda: lists.by_category(facts()["categories"])),
        "late": (_("逾期与滞后"), lambda: lists.late(facts()["late"])),
        "changed": (_("本周亮灯变化"), lambda: lists.changed(facts()["changed"])),
        "ranking": (_("得分排名"), lambda: lists.ranking(facts()["ranking"])),
    }
    if file := listing.one_of(tables, request, programme, moment):
        return file
    name = "dashboard today" if moment == Moment(timezone.localdate()) else "dashboard"  # only today's issues sheets
    overview = remembered(name, programme, moment, request.user, lambda: _overview(programme, moment, facts()))
    context = {"programme": programme, "overview": overview}
    return render(request, "scoring/dashboard.html", context | dates_context(programme, moment))


def _overview(programme, moment, facts) -> str:
    context = {"programme": programme, "moment": moment, "dates": _dates(moment)}
    return render_to_string("scoring/_overview.html", context | facts)


def _facts(programme, moment, user) -> dict:
    towns = list(Town.objects.visible_to(user).filter(district=programme.district_id))
    board = Board(programme, moment, user=user)
    scores = Scores(programme, moment, user=user, board=board)
    tasks = task_entries(board.plan, moment)
    cells = matrix(board, towns)
    life = LightLife(programme, moment, user=user)
    rows = ranking(scores, towns)
    return {
        "categories": lights_by_category(tasks),
        "matrix": cells,
        "targets": None if has_towns_targets(board) else district_targets(board, tasks, towns),
        "ranking": rows,
        "waiting": waiting([row.ranked for row in rows]),
        "late": late_lines(tasks, cells, programme, life, SheetLinks(programme, moment, user=user)),
        "changed": changed_lights(life, board, towns),
    }


def _dates(moment: Moment) -> QueryDict:
    """The moment as the parameters of an address: what is remembered knows no request."""
    return QueryDict(urlencode({name: day for name, day in moment._asdict().items() if day}))
