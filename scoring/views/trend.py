"""How the towns' totals and places moved from assessment to assessment."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring import analysis_lists, charts
from scoring.trend import assessments_of, rows_of
from tasks import listing
from tasks.views.common import allowed, programme_or_404


@allowed(see=Permission.SEE_TOWN)
def trend_page(request, slug):
    """All towns for the bureau, a town its own and only what is published."""
    programme = programme_or_404(request, slug)
    assessments = assessments_of(request.user, programme)
    rows = rows_of(request.user, assessments)
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("得分走势"), programme), *analysis_lists.trend(assessments, rows), fmt)
    totals = [(row.name, [place and place.total for place in row.places]) for row in rows]
    chart = charts.lines([one.title for one in assessments], totals) if len(assessments) > 1 else None
    context = {"programme": programme, "assessments": assessments, "rows": rows, "chart": chart}
    return render(request, "scoring/trend.html", context)
