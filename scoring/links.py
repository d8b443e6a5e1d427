"""Links between the rubric and the table, as a file confirms them (design: "Links are data")."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from scoring.models import Criterion, CriterionLink, Rubric
from scoring.rules import load_rule
from tasks.annexes.names import squash
from tasks.links import IndicatorNames, LinkError


def apply_criterion_links(rubric: Rubric, links: Iterable[Mapping]) -> None:
    """Link each line's parts with indicators and mark the lines whose calculation is still to be announced.

    Raises LinkError for a line, an indicator or a part that does not exist.
    """
    names = IndicatorNames(rubric.programme)
    criteria = {squash(c.title): c for c in Criterion.objects.filter(section__rubric=rubric)}
    for link in links:
        criterion = criteria.get(squash(link["clause"]))
        if criterion is None:
            raise LinkError(_("评分项“%(clause)s”不在评分细则中") % link)
        criterion.pending = link.get("pending", False)
        criterion.save()
        parts = load_rule(criterion.rule).parts
        for one in link["indicators"]:
            if one["part"] not in parts:
                raise LinkError(
                    _("评分项“%(clause)s”没有“%(part)s”这一部分") % {"clause": link["clause"], "part": one["part"]}
                )
        criterion.links.all().delete()
        for one in link["indicators"]:
            CriterionLink.objects.create(criterion=criterion, indicator=names.find(one["name"]), part=one["part"])
