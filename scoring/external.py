"""External scores of facilities and towns: which stand, and which one more can be recorded, on whatever page it is typed."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _

from districts.models import Facility, Town
from scoring.facts import HUNDRED
from scoring.models import Criterion, Mark
from scoring.rule_json import plain
from tasks.models import Programme


def standing_scores(programme: Programme):
    """The external scores that were not taken back, on lines that average them."""
    marks = Mark.objects.filter(criterion__section__rubric__programme=programme, criterion__rule__kind="average")
    return marks.filter(revokes=None, revocation=None).order_by("given_on", "pk")


def refusal(line: Criterion, town: Town, facility: Facility | None, score: Decimal, on: dt.date) -> str:
    """Why a score can't be recorded, in words; empty where it can: 0 to 100, once a day for a facility or a whole town."""
    if facility and facility.town_id != town.pk:
        return _("“%(facility)s”不在%(town)s。") % {"facility": facility, "town": town}
    if not 0 <= score <= HUNDRED:
        return _("监测得分应在 0 至 100 之间，现为 %(found)s。") % {"found": plain(score)}
    same = standing_scores(line.section.rubric.programme).filter(criterion__title=line.title, town=town, given_on=on)
    if there := same.filter(facility=facility).first():
        told = {"place": facility or town, "day": on, "points": plain(there.points)}
        return _("%(place)s %(day)s 已有得分 %(points)s；需要更正时请先撤销。") % told
    return ""
