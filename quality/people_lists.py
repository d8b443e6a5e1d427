"""A programme's people as pages and files show them: counts against what is aimed at, and certificates beside the figures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Facility
from quality.measures import Measure
from quality.models import STANDS, FacilityReport, PeoplePlan, PersonKind, PersonRecord, PersonState, Training
from quality.people import LEVELS, certified
from quality.quarters import Quarter
from tasks.listing import Table
from tasks.models import Programme


class KindCount(NamedTuple):
    """How many of a kind stand and wait, the sum of what is to be paid, and what is aimed at."""

    kind: PersonKind
    confirmed: int
    waiting: int
    amount: Decimal
    plan: PeoplePlan | None

    @property
    def note(self) -> str:
        """What is aimed at, in words."""
        told = {"target": self.plan and self.plan.target, "waiting": self.waiting, "amount": self.amount}
        aim = _("通知未定人数") if self.plan and self.plan.words else _("未设目标人数")
        if self.plan and self.plan.target:
            aim = _("目标 %(target)s") % told
        parts = [aim, *([_("待确认 %(waiting)s") % told] if self.waiting else [])]
        return _("，").join(parts + ([_("合计 %(amount)s 元") % told] if self.amount else []))


class LevelLine(NamedTuple):
    """Of one level: what the records hold, and what the quarter's figures say."""

    measure: Measure
    held: int
    figure: int | None

    @property
    def difference(self) -> int | None:
        return None if self.figure is None else self.held - self.figure


def counts(programme: Programme, records) -> list[KindCount]:
    """Of records that the user sees, `standing` (2 queries)."""
    plans = {plan.kind: plan for plan in PeoplePlan.objects.filter(programme=programme)}
    standing, waiting = Counter(), Counter()
    amounts: dict[str, Decimal] = {}
    for kind, last, amount in records.order_by().values_list("kind", "last_act", "amount"):
        if last in STANDS:
            standing[kind] += 1
            amounts[kind] = amounts.get(kind, Decimal(0)) + (amount or 0)
        elif last is None:
            waiting[kind] += 1
    zero = Decimal(0)
    return [KindCount(one, standing[one], waiting[one], amounts.get(one, zero), plans.get(one)) for one in PersonKind]


def levels(facilities: Sequence[Facility], quarter: Quarter) -> list[LevelLine]:
    """Certificates of all the facilities together beside their figures of the quarter that stand (3 queries)."""
    held = Counter()
    for (_facility, measure), count in certified(facilities, quarter).items():
        held[measure] += count
    reports = FacilityReport.objects.of_quarter(quarter).filter(facility__in=facilities).standing()
    stated = [report.values for report in reports.prefetch_related("figures")]
    return [
        LevelLine(measure, held[measure], sum(found) if (found := _stated(stated, measure)) else None)
        for measure in LEVELS.values()
    ]


def _stated(values: Iterable[dict], measure: Measure) -> list[int]:
    return [one[measure] for one in values if measure in one]


def table(records: Iterable[PersonRecord]) -> Table:
    """The records as a file."""
    head = [_("类别"), _("姓名"), _("养老服务机构"), _("街镇"), _("状态"), _("培训"), _("技能等级"), _("证书编号")]
    head += [_("发证日期"), _("金额（元）"), _("补贴月份"), _("推荐理由或备注"), _("办理原因"), _("登记时间")]
    return head, [_told(one) for one in records]


def trainings(programme: Programme, records) -> list[tuple[Training, int]]:
    """The sessions with how many of the records that the user sees attended (2 queries)."""
    attended = Counter(
        records.filter(kind=PersonKind.TRAINING)
        .in_state(PersonState.WAITING, *STANDS)
        .order_by()
        .values_list("training", flat=True)
    )
    return [(one, attended[one.pk]) for one in Training.objects.filter(programme=programme).order_by("-held_on", "-pk")]


def _told(one: PersonRecord) -> list:
    place = [one.facility.name, one.facility.town.name, one.state.label]
    training = str(one.training) if one.training_id else None
    level = one.get_level_display() if one.level else None
    month = f"{one.month:%Y-%m}" if one.month else None
    own = [training, level, one.number, one.issued_on, one.amount, month]
    return [one.get_kind_display(), one.name, *place, *own, one.words, one.last_words, timezone.localtime(one.at)]
