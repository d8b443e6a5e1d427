"""A plan's targets at a date, under the actions that carry them out."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from tasks import listing, lists
from tasks.board import Board, task_entries
from tasks.district_targets import district_targets
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404


@allowed(see=Permission.SEE_TOWN)
def target_list(request, slug):
    """For who sees the district its targets; a town's reader has its own figures beside them."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    board = Board(programme, moment, user=request.user)
    towns = list(Town.objects.visible_to(request.user).filter(district=programme.district))
    categories = district_targets(board, task_entries(board.plan, moment), towns)
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("年度目标"), programme, moment), *lists.targets(categories), fmt)
    own = towns[0] if request.user.town_id and towns else None
    context = {"programme": programme, "categories": categories, "own": own, "dates": request.GET}
    return render(request, "tasks/targets.html", context | dates_context(programme, moment))
