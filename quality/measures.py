"""What is known of a facility each quarter: every measure with its unit, its group, and how it hangs together with others."""

from decimal import Decimal
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    """As it stands at the quarter's end; those of this year count from 1 January.

    A figure is held as a whole number: a grade by its rank (a higher rank is better), a score in hundredths.
    """

    BEDS = "beds", _("核定床位")
    NURSING_BEDS = "nursing_beds", _("护理型床位")
    ADDED_NURSING_BEDS = "added_nursing_beds", _("本年新增或改造护理型床位")
    DEMENTIA_BEDS = "dementia_beds", _("认知障碍照护床位")
    ADDED_DEMENTIA_BEDS = "added_dementia_beds", _("本年改造认知障碍照护床位")
    DEMENTIA_UNITS = "dementia_units", _("认知障碍照护单元")
    ADDED_DEMENTIA_UNITS = "added_dementia_units", _("本年新增认知障碍照护单元")
    ADDED_BEDS = "added_beds", _("本年累计新增床位")
    RESIDENTS = "residents", _("在住老年人")
    CARERS = "carers", _("养老护理员")
    LEVEL_5 = "level_5", _("持证：五级（初级工）")
    LEVEL_4 = "level_4", _("持证：四级（中级工）")
    LEVEL_3 = "level_3", _("持证：三级（高级工）")
    LEVEL_2 = "level_2", _("持证：二级（技师）")
    LEVEL_1 = "level_1", _("持证：一级（高级技师）")
    CERTIFIED_CARERS = "certified_carers", _("持证护理员")
    INTERMEDIATE_CARERS = "intermediate_carers", _("中级及以上持证护理员")
    SMART_SCENES = "smart_scenes", _("智慧养老场景")
    SMART_HOME = "smart_home", _("智慧养老院")
    INTERNET_HOSPITAL = "internet_hospital", _("养老院+互联网医院")
    MEDICAL_CARE = "medical_care", _("医疗服务")
    FIRE_SAFETY = "fire_safety", _("消防安全")
    STAR_LEVEL = "star_level", _("等级评定")
    MONITORING = "monitoring", _("服务质量监测结果")
    ANSWERS = "answers", _("满意度调查有效问卷")
    SATISFIED = "satisfied", _("其中满意及以上")
    SATISFACTION = "satisfaction", _("满意度得分")

    @property
    def unit(self) -> str:
        return str(_FACTS[self].unit)

    @property
    def group(self) -> str:
        return str(_FACTS[self].group)

    @property
    def whole(self) -> "Measure | None":
        """It can't be more than this one, and says nothing without it."""
        return _FACTS[self].whole

    @property
    def parts(self) -> "tuple[Measure, ...]":
        """It is not typed: it is the sum of these."""
        return _FACTS[self].parts

    @property
    def grades(self) -> dict[int, str]:
        """The words of a grade by rank, the best last; empty for what is counted."""
        return _FACTS[self].grades

    @property
    def is_score(self) -> bool:
        """Of 100 points, held in hundredths."""
        return self == Measure.SATISFACTION

    def shown(self, value: int | None) -> int | Decimal | str | None:
        """The figure as people read it: the word of a grade, points, or the number itself."""
        if value is None:
            return None
        if self.grades:
            return str(self.grades.get(value, value))
        return Decimal(value) / 100 if self.is_score else value


class Facts(NamedTuple):
    unit: str
    group: str
    whole: Measure | None = None
    parts: tuple[Measure, ...] = ()
    grades: dict[int, str] = {}


M = Measure
_BED, _PERSON, _UNIT, _SHEET = _("张"), _("人"), _("个"), _("份")
_BEDS, _STAFF, _CARE = _("床位与入住"), _("护理人员"), _("智慧与医疗")
_QUALITY, _SURVEY = _("安全与质量"), _("满意度")
INTERMEDIATE = (M.LEVEL_4, M.LEVEL_3, M.LEVEL_2, M.LEVEL_1)  # a smaller number is a higher skill
LEVELS = (M.LEVEL_5, *INTERMEDIATE)
_FACTS = {
    M.BEDS: Facts(_BED, _BEDS),
    M.NURSING_BEDS: Facts(_BED, _BEDS, M.BEDS),
    M.ADDED_NURSING_BEDS: Facts(_BED, _BEDS, M.NURSING_BEDS),
    M.DEMENTIA_BEDS: Facts(_BED, _BEDS, M.BEDS),
    M.ADDED_DEMENTIA_BEDS: Facts(_BED, _BEDS, M.DEMENTIA_BEDS),
    M.DEMENTIA_UNITS: Facts(_UNIT, _BEDS),
    M.ADDED_DEMENTIA_UNITS: Facts(_UNIT, _BEDS, M.DEMENTIA_UNITS),
    M.ADDED_BEDS: Facts(_BED, _BEDS, M.BEDS),
    M.RESIDENTS: Facts(_PERSON, _BEDS),
    M.CARERS: Facts(_PERSON, _STAFF),
    **{level: Facts(_PERSON, _STAFF) for level in LEVELS},
    M.CERTIFIED_CARERS: Facts(_PERSON, _STAFF, M.CARERS, LEVELS),
    M.INTERMEDIATE_CARERS: Facts(_PERSON, _STAFF, M.CERTIFIED_CARERS, INTERMEDIATE),
    M.SMART_SCENES: Facts(_UNIT, _CARE),
    M.SMART_HOME: Facts("", _CARE, grades={0: _("未建成"), 1: _("往年建成"), 2: _("本年建成")}),
    M.INTERNET_HOSPITAL: Facts("", _CARE, grades={0: _("否"), 1: _("是")}),
    M.MEDICAL_CARE: Facts("", _CARE, grades={0: _("无"), 1: _("签约服务"), 2: _("内设医疗机构")}),
    M.FIRE_SAFETY: Facts("", _QUALITY, grades={0: _("不达标"), 1: _("达标"), 2: _("示范")}),
    M.STAR_LEVEL: Facts(
        "",
        _QUALITY,
        grades={0: _("未评定"), 1: _("一级"), 2: _("二级"), 3: _("三级"), 4: _("四级"), 5: _("五级")},
    ),
    M.MONITORING: Facts("", _QUALITY, grades={1: _("较差"), 2: _("一般"), 3: _("良好"), 4: _("优秀")}),
    M.ANSWERS: Facts(_SHEET, _SURVEY),
    M.SATISFIED: Facts(_SHEET, _SURVEY, M.ANSWERS),
    M.SATISFACTION: Facts(_("分"), _SURVEY),
}
TYPED = tuple(measure for measure in Measure if not measure.parts)
COMPUTED = tuple(measure for measure in Measure if measure.parts)
GRADED = tuple(measure for measure in Measure if measure.grades)
