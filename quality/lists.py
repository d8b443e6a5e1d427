"""The lists of the register's pages as rows of a file: heads, and values with numbers as numbers."""

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Facility, FacilityStatus
from quality.measures import Measure
from quality.models import FacilityReport
from quality.quarters import Quarter
from quality.standings import Column, Standing
from tasks import listing
from tasks.listing import Table


def facilities(rows: Iterable[tuple[Facility, FacilityStatus, Standing]], quarter: Quarter) -> Table:
    """The register as shown, with all that is known of each."""
    head = [_("街镇"), _("名称"), _("类别"), _("建设与运营方式"), _("状态"), _("负责人"), _("联系电话"), _("地址")]
    head += [_("登记或备案编号"), _("开业日期"), _("停业日期"), _("%(quarter)s数据") % {"quarter": quarter.name}]
    return head, [
        [
            *(one.town.name, one.name, one.get_kind_display(), one.get_operation_display(), status.label),
            *(one.director, one.phone, one.address, one.registration, one.opened_on, one.closed_on, standing.label),
        ]
        for one, status, standing in rows
    ]


def scope(rows: Iterable[dict]) -> Table:
    """Every facility with whether a programme is about it, and why where that was decided for it alone."""
    head = [_("街镇"), _("名称"), _("类别"), _("登记或备案编号"), _("实施范围"), _("原因")]
    return head, [
        [
            *(one.town.name, one.name, one.get_kind_display(), one.registration),
            _("纳入") if row["included"] else _("不纳入"),
            row["decided"].reason if row["decided"] else None,
        ]
        for row in rows
        for one in (row["facility"],)
    ]


def quarters(columns: Sequence[Column], measures: Iterable[Measure]) -> Table:
    """One facility's standing figures, a row for each measure."""
    head = [_("项目"), _("单位"), *(column.quarter.name for column in columns)]
    return head, [
        [measure.label, measure.unit, *(measure.shown(column.values.get(measure)) for column in columns)]
        for measure in measures
    ]


def waiting(rows: Iterable[tuple[FacilityReport, list]]) -> Table:
    """What waits for review: what each report changes."""
    head = [_("街镇"), _("名称"), _("季度"), _("项目"), _("上次通过"), _("本次填报"), _("情况说明"), _("来源")]
    head += [_("报送人"), _("报送时间")]
    return head, [
        [
            *(report.facility.town.name, report.facility.name, report.period.name),
            *(change.label, change.before, change.after, report.words, report.get_source_display()),
            *(report.by, timezone.localtime(report.at)),
        ]
        for report, changes in rows
        for change in changes
    ]


def rolled_towns(rows: Iterable[dict], *, is_rate: bool) -> Table:
    """What the facilities give for each town, beside what was reported."""
    parts = [_("分子"), _("分母")] if is_rate else []
    head = [_("街镇"), _("应计机构"), _("已计机构"), *parts, _("机构汇总"), _("已通过的填报"), _("相差")]
    return head, [
        [
            *(row["place"], len(row["rolled"].parts), len(row["rolled"].counted)),
            *([row["rolled"].numerator, row["rolled"].denominator] if is_rate else []),
            *map(listing.shown, (row["rolled"].value, row["reported"], row["difference"])),
        ]
        for row in rows
    ]


def rolled_facilities(rows: Iterable[dict], measures: Sequence[Measure]) -> Table:
    """The facilities behind the figures."""
    head = [
        _("街镇"),
        _("名称"),
        _("类别"),
        *(measure.label for measure in measures),
        _("计入"),
        _("审核人"),
        _("审核时间"),
    ]
    return head, [
        [
            *(row["town"].name, row["facility"].name, row["facility"].get_kind_display()),
            *(value for _measure, value in row["values"]),
            row["state"].label,
            row["decision"].by if row["decision"] else None,
            timezone.localtime(row["decision"].at) if row["decision"] else None,
        ]
        for row in rows
    ]
