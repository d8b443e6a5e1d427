from django.shortcuts import render
from django.template.loader import render_to_string

from accounts.permissions import Permission
from districts.models import Town
from scoring.overview import late_lines, lights_by_category, matrix, ranking
from scoring.remembered import remembered
from scoring.scores import Scores
from tasks.board import Board, task_entries
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404


@allowed(see=Permission.SEE_DISTRICT)
def dashboard(request, slug):
    """The district at a date: lights by category, towns × indicators, the ranking, what is late."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    user = request.user
    overview = remembered("dashboard", programme, moment, user, lambda: _overview(programme, moment, user))
    context = {"programme": programme, "overview": overview}
    return render(request, "scoring/dashboard.html", context | dates_context(programme, moment))


def _overview(programme, moment, user) -> str:
    towns = list(Town.objects.visible_to(user).filter(district=programme.district_id))
    board = Board(programme, moment, user=user)
    scores = Scores(programme, moment, user=user, board=board)
    tasks = task_entries(board.plan, moment)
    cells = matrix(board, towns)
    context = {
        "programme": programme,
        "moment": moment,
        "categories": lights_by_category(tasks),
        "matrix": cells,
        "ranking": ranking(scores, towns),
        "late": late_lines(tasks, cells, programme),
    }
    return render_to_string("scoring/_overview.html", context)
