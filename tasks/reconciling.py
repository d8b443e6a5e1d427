"""Differences inside a notice: its text, its list, its table and its totals can disagree. This blocks nothing."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from districts.models import Town
from tasks.figures import targets_in_force
from tasks.formats import number
from tasks.models import Indicator, Programme, Ruling, Task
from tasks.notice import Claim, claims, most_like, town_shares

AMONG_LINKED = 0.4  # likeness that tells two linked indicators apart: 助餐点 is 新增老年助餐场点


class Source(NamedTuple):
    source: str
    value: str


class Difference(NamedTuple):
    """Two places of one notice that give different figures; `town` is empty for the district's own."""

    subject: str
    town: str
    left: Source
    right: Source

    @property
    def key(self) -> str:
        """Names the difference, whatever its figures: a ruling on it holds on."""
        return "|".join((self.subject, self.town, self.left.source, self.right.source))

    def as_json(self) -> dict:
        return {
            "subject": self.subject,
            "town": self.town,
            "left": self.left._asdict(),
            "right": self.right._asdict(),
        }


class ListClaim(NamedTuple):
    """A number in the list about one indicator of the table."""

    task: Task
    claim: Claim
    indicator: Indicator


class Reconciled(NamedTuple):
    """All differences, and the numbers of the tasks whose figures no link confirms: they were not compared."""

    differences: list[Difference]
    unlinked: list[int]


def reconcile(programme: Programme) -> Reconciled:
    """Compare the notice's text, its list (and the towns' shares there), its table and its totals."""
    found = _Reconciliation(programme)
    return Reconciled(list(found.differences()), [task.number for task in found.tasks if found.is_unlinked(task)])


def rulings(programme: Programme) -> dict[str, Ruling]:
    """The latest ruling on each difference, by the difference's key (1 query)."""
    return {ruling.difference: ruling for ruling in programme.rulings.select_related("by")}


class _Reconciliation:
    def __init__(self, programme: Programme):
        self.programme = programme
        self.towns = list(Town.objects.filter(district=programme.district))
        self.indicators = list(Indicator.objects.filter(programme=programme))
        self.owed = targets_in_force(programme)
        self.tasks = list(Task.objects.filter(programme=programme).prefetch_related("indicators"))
        self.listed = list(self._listed())

    def differences(self) -> Iterator[Difference]:
        yield from self._text_against_list()
        for listed in self.listed:
            yield from self._list_against_table(listed)
            yield from self._shares_against_table(listed)
        for indicator in self.indicators:
            yield from self._total_against_sum(indicator)

    def is_unlinked(self, task: Task) -> bool:
        """Whether a task has figures to compare and nobody said with which indicators."""
        return bool(self.owed and claims(task.title)) and not task.indicators.all()

    def _listed(self) -> Iterator[ListClaim]:
        """The counts of the list that are about an indicator: a link confirms which, likeness only tells two apart."""
        for task in self.tasks:
            linked = [one for one in task.indicators.all() if one.aggregation == Indicator.Aggregation.SUM]
            found = claims(task.title)
            if len(linked) == 1 and len(found) == 1:
                yield ListClaim(task, found[0], linked[0])
                continue
            for claim in found:
                index = most_like(claim.name, [one.name for one in linked], at_least=AMONG_LINKED)
                if index is not None:
                    yield ListClaim(task, claim, linked[index])

    def _text_against_list(self) -> Iterator[Difference]:
        names = [listed.claim.name for listed in self.listed]
        for claim in claims(self.programme.notice_text):
            index = most_like(claim.name, names)
            if index is None:
                continue
            listed = self.listed[index]
            if listed.claim.unit == claim.unit and listed.claim.value != claim.value:
                text = Source(_("通知正文"), number(claim.value))
                yield Difference(listed.indicator.name, "", text, _from_list(listed))

    def _sum(self, indicator: Indicator) -> Decimal | None:
        """The towns' targets added up; None where no town has one."""
        owed = [self.owed.get((indicator.pk, town.pk)) for town in self.towns]
        values = [one.value for one in owed if one and one.value is not None]
        return sum(values) if values else None

    def _list_against_table(self, listed: ListClaim) -> Iterator[Difference]:
        total = self._sum(listed.indicator)
        if total is None and (own := self.owed.get((listed.indicator.pk, None))):
            total = own.value
        if total is not None and total != listed.claim.value:
            right = Source(_("指标分解表各街镇相加"), number(total))
            yield Difference(listed.indicator.name, "", _from_list(listed), right)

    def _shares_against_table(self, listed: ListClaim) -> Iterator[Difference]:
        shares = town_shares(listed.task.title, [(town.code, town.name) for town in self.towns])
        for town in self.towns if shares else []:
            owed = self.owed.get((listed.indicator.pk, town.pk))
            left, right = shares.get(town.code), owed.value if owed else None
            if left != right:
                source = _from_list(listed)._replace(value=number(left))
                table = Source(_("指标分解表"), number(right))
                yield Difference(listed.indicator.name, town.name, source, table)
        if shares and (total := sum(shares.values())) != listed.claim.value:
            right = Source(_("清单第%(number)s项各街镇相加") % {"number": listed.task.number}, number(total))
            yield Difference(listed.indicator.name, "", _from_list(listed), right)

    def _total_against_sum(self, indicator: Indicator) -> Iterator[Difference]:
        printed, total = indicator.printed_total, self._sum(indicator)
        if printed is not None and total is not None and printed != total:
            left = Source(_("指标分解表合计行"), number(printed))
            yield Difference(indicator.name, "", left, Source(_("指标分解表各街镇相加"), number(total)))


def _from_list(listed: ListClaim) -> Source:
    return Source(_("重点工作清单第%(number)s项") % {"number": listed.task.number}, number(listed.claim.value))
