from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
from scoring import lists
from scoring.freezing import waiting
from scoring.models import NoTarget
from scoring.overview import ranking
from scoring.scores import Scores
from tasks import listing
from tasks.views.common import allowed, dates_context, moment_of, programme_or_404


@allowed(see=Permission.SEE_DISTRICT)
def scores_page(request, slug):
    """Every town's points by section and line, at a date and under a choice for lines without a target."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    wanted = request.GET.get("no_target", "")
    policy = wanted if wanted in NoTarget.values else ""
    scores = Scores(programme, moment, user=request.user, no_target=policy)
    towns = list(Town.objects.visible_to(request.user).filter(district=programme.district_id))
    rows = ranking(scores, towns)
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("得分"), programme, moment), *lists.ranking(rows, by_line=True), fmt)
    context = {
        "programme": programme,
        "scores": scores,
        "rows": rows,
        "waiting": waiting([row.ranked for row in rows]),
        "policies": NoTarget.choices,
        "policy": scores.no_target,
    }
    return render(request, "scoring/scores.html", context | dates_context(programme, moment))
