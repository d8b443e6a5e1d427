"""The workbook's columns. Its words are Chinese in every language, like the official tables that it stands beside."""

from django.conf import settings
from django.utils.translation import override

from tasks import entry
from tasks.models import Indicator, Report, Task

SHEET = "填报"
HEADS = ("编号", "指标或任务", "单位", "目标", "上次通过")
FIELDS = {
    "value": "累计完成",
    "numerator": "分子",
    "denominator": "分母",
    "state": "状态",
    "percent": "完成比例（%）",
    "words": "情况说明",
}
KEY_HEAD = "校验码"
WIDTHS = (8, 34, 8, 17, 12, 12, 11, 11, 11, 13, 34, 8)
FIRST_FIELD = len(HEADS)
KEY = FIRST_FIELD + len(FIELDS)
COLUMNS = {name: FIRST_FIELD + index for index, name in enumerate(FIELDS)}  # counted from 0


def fields_of(subject: Indicator | Task) -> tuple[str, ...]:
    """The fields that a line has in the workbook; none where more is needed than a cell can hold (`online_only`)."""
    return () if online_only(subject) else entry.fields_of(subject)


def online_only(subject: Indicator | Task) -> bool:
    """Sites and increments are filled on the page: a list does not fit into a cell, a base may change meanwhile."""
    return isinstance(subject, Indicator) and (subject.by_sites or subject.by_increment)


def code_of(subject: Indicator | Task) -> str:
    """The number by which people name a line: `08`, `任务8`."""
    return f"任务{subject.number}" if isinstance(subject, Task) else subject.code


def state_labels() -> dict[str, str]:
    """The words of the states by their values."""
    with override(settings.LANGUAGE_CODE):
        return {value: str(label) for value, label in Report.State.choices}
