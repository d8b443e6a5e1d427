"""Which indicators follow the figures of facilities: set and taken away by the bureau."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from quality.models import RollUp
from quality.posting import repost
from tasks.indicator_settings import set_up
from tasks.links import IndicatorNames
from tasks.models import Indicator, Programme

FIELDS = ("rule", "numerator", "denominator", "at_least", "reach", "kinds", "automatic")


@transaction.atomic
def follow(*, indicator: Indicator, settings: Mapping, by) -> RollUp:
    """Let the indicator be rolled up; `settings` are the row's fields by name, the model's defaults where one is missing.

    Its sheet line is filled in from then on; one that is `automatic` is written at once and whenever figures are accepted.
    """
    row = RollUp.objects.filter(indicator=indicator).first() or RollUp(indicator=indicator)
    for name in FIELDS:
        setattr(row, name, settings.get(name, RollUp._meta.get_field(name).get_default()))
    row._history_user = by
    row.save()
    set_up(indicator=indicator, settings={"source": Indicator.Source.FACILITIES}, by=by)
    if row.automatic:
        repost(indicator.programme, by=by)
    return row


@transaction.atomic
def unfollow(*, indicator: Indicator, by) -> None:
    """Let the towns type the indicator again."""
    for row in RollUp.objects.filter(indicator=indicator):
        row._history_user = by
        row.delete()
    set_up(indicator=indicator, settings={"source": Indicator.Source.TYPED}, by=by)


@transaction.atomic
def apply_roll_ups(programme: Programme, rows: Iterable[Mapping]) -> None:
    """Let each indicator named follow its measures, as the file of links says. Raises LinkError for an unknown name."""
    names = IndicatorNames(programme)
    for row in rows:
        follow(indicator=names.find(row["indicator"]), settings=row, by=None)
