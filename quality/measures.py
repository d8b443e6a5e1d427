"""What is counted of a facility each quarter: every measure with its unit, its group, and the whole that it is a part of."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    """Whole numbers as they stand at the quarter's end; those of this year count from 1 January."""

    BEDS = "beds", _("核定床位")
    NURSING_BEDS = "nursing_beds", _("护理型床位")
    DEMENTIA_BEDS = "dementia_beds", _("认知障碍照护床位")
    DEMENTIA_UNITS = "dementia_units", _("认知障碍照护单元")
    ADDED_BEDS = "added_beds", _("本年累计新增床位")
    RESIDENTS = "residents", _("在住老年人")
    CARERS = "carers", _("养老护理员")
    CERTIFIED_CARERS = "certified_carers", _("持证护理员")
    INTERMEDIATE_CARERS = "intermediate_carers", _("中级及以上持证护理员")
    ANSWERS = "answers", _("满意度调查有效问卷")
    SATISFIED = "satisfied", _("其中满意及以上")

    @property
    def unit(self) -> str:
        return str(_FACTS[self][0])

    @property
    def group(self) -> str:
        return str(_FACTS[self][1])

    @property
    def whole(self) -> "Measure | None":
        """It can't be more than this one, and says nothing without it."""
        return _FACTS[self][2]


_BED, _PERSON = _("张"), _("人")
_BEDS, _STAFF, _SURVEY = _("床位与入住"), _("护理人员"), _("满意度")
_FACTS = {
    Measure.BEDS: (_BED, _BEDS, None),
    Measure.NURSING_BEDS: (_BED, _BEDS, Measure.BEDS),
    Measure.DEMENTIA_BEDS: (_BED, _BEDS, Measure.BEDS),
    Measure.DEMENTIA_UNITS: (_("个"), _BEDS, None),
    Measure.ADDED_BEDS: (_BED, _BEDS, Measure.BEDS),
    Measure.RESIDENTS: (_PERSON, _BEDS, None),
    Measure.CARERS: (_PERSON, _STAFF, None),
    Measure.CERTIFIED_CARERS: (_PERSON, _STAFF, Measure.CARERS),
    Measure.INTERMEDIATE_CARERS: (_PERSON, _STAFF, Measure.CERTIFIED_CARERS),
    Measure.ANSWERS: (_("份"), _SURVEY, None),
    Measure.SATISFIED: (_("份"), _SURVEY, Measure.ANSWERS),
}
