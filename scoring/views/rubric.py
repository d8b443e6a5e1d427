from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring import lists
from scoring.models import Rubric
from scoring.rule_text import kind_label, rule_lines
from scoring.rules import load_rule
from tasks import listing
from tasks.views.common import allowed, programme_or_404


@allowed(see=Permission.SEE_PLAN)
def rubric_page(request, slug):
    """The rubric in force: each clause beside the rule compiled from it."""
    programme = programme_or_404(request, slug)
    rubric = Rubric.objects.filter(programme=programme).in_force().first()
    sections = rubric.sections.prefetch_related("criteria__links__indicator") if rubric else []
    groups = [(section, [_line(criterion) for criterion in section.criteria.all()]) for section in sections]
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("评分细则"), programme), *lists.rubric(groups), fmt)
    context = {
        "programme": programme,
        "rubric": rubric,
        "groups": groups,
        "see_district": request.user.may(Permission.SEE_DISTRICT),
    }
    return render(request, "scoring/rubric.html", context)


def _line(criterion) -> dict:
    rule = load_rule(criterion.rule)
    return {
        "criterion": criterion,
        "kind": kind_label(rule),
        "rule": rule_lines(rule, criterion.weight),
        "links": criterion.links.all(),
        "unlinked": bool(rule.parts) and not criterion.links.all(),
    }
