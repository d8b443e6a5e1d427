from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from scoring import lists
from scoring.models import Rubric, Section
from scoring.rule_text import kind_label, rule_lines
from scoring.rules import load_rule
from tasks import listing
from tasks.as_known import as_known
from tasks.views.common import allowed, moment_of, programme_or_404


@allowed(see=Permission.SEE_PLAN)
def rubric_page(request, slug):
    """The rubric in force, or as known on a day: each clause beside the rule compiled from it."""
    programme = programme_or_404(request, slug)
    moment = moment_of(request)
    rubric = Rubric.objects.filter(programme=programme).known(moment.known_on).first()
    as_known([rubric] if rubric else [], ["no_target"], moment.known_on)
    groups = groups_of(rubric) if rubric else []
    if fmt := listing.wanted(request):
        return listing.export(listing.named(_("评分细则"), programme, moment), *lists.rubric(groups), fmt)
    context = {
        "programme": programme,
        "moment": moment,
        "rubric": rubric,
        "groups": groups,
        "see_district": request.user.may(Permission.SEE_DISTRICT),
        "manage": request.user.may(Permission.MANAGE),
    }
    return render(request, "scoring/rubric.html", context)


def groups_of(rubric: Rubric) -> list[tuple[Section, list[dict]]]:
    """A version's sections with their lines, each clause beside its rule (4 queries)."""
    sections = rubric.sections.prefetch_related("criteria__links__indicator")
    return [(section, [_line(criterion) for criterion in section.criteria.all()]) for section in sections]


def _line(criterion) -> dict:
    rule = load_rule(criterion.rule)
    return {
        "criterion": criterion,
        "kind": kind_label(rule),
        "rule": rule_lines(rule, criterion.weight),
        "links": criterion.links.all(),
        "unlinked": bool(rule.parts) and not criterion.links.all(),
    }
