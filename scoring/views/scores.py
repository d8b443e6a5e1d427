from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from districts.models import Town
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
        return _export(scores, moment, rows, fmt)
    context = {
        "programme": programme,
        "scores": scores,
        "rows": rows,
        "policies": NoTarget.choices,
        "policy": scores.no_target,
    }
    return render(request, "scoring/scores.html", context | dates_context(programme, moment))


def _export(scores, moment, rows, fmt):
    """The ranking with each town's points by section and by line."""
    sections = [section.title for section in rows[0].ranked.score.sections] if rows else []
    criteria = [criterion.title for criterion in scores.criteria.values()]
    head = [_("名次"), _("街镇"), _("总分"), _("可得分占比（%）"), *sections, *criteria]
    lines = [
        [
            row.ranked.rank,
            row.ranked.town.name,
            row.ranked.score.total,
            listing.told(row.share),
            *(section.points for section in row.ranked.score.sections),
            *(line.points for line in row.ranked.score.criteria),
        ]
        for row in rows
    ]
    return listing.export(f"{scores.programme.title} {_('得分')} {moment.as_of}", head, lines, fmt)
