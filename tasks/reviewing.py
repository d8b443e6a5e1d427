"""What waits for review: town by town, and line by line beside what stood before."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Town
from tasks import checks, refusals
from tasks.conversation import Turn, conversations, place_of
from tasks.formats import number
from tasks.models import Decision, Report, Site
from tasks.periods import with_due


@dataclass
class Waiting:
    """The lines of one town (None: the district's own) that wait for a decision."""

    town: Town | None
    oldest: dt.datetime
    count: int = 0
    warned: int = 0
    late: int = 0
    corrected: int = 0  # sent again after a return
    own: int = 0  # that the reader entered: somebody else decides them

    @property
    def days(self) -> int:
        """Whole days since the first of them was sent."""
        return (timezone.localdate() - timezone.localdate(self.oldest)).days


@dataclass(frozen=True)
class ReviewLine:
    """One report as the reviewer compares it."""

    report: Report
    accepted: Report | None  # what was accepted last, for this period or one before it
    turns: list[Turn]  # of the revisions before it, since one was accepted
    own: bool  # entered by the reader: somebody else decides it
    chosen: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether the reader may accept it with all others that no check warned of."""
        return not self.own and not self.report.warnings

    @property
    def late(self) -> bool:
        return self.report.late

    @property
    def warnings(self) -> list[str]:
        """What the checks warned of, in words with their numbers."""
        return [checks.told(warning) for warning in self.report.warnings]

    @property
    def change(self) -> Decimal | None:
        """By how much the figure, or a task's percent, went up or down since it was accepted last."""
        return _figure(self.report) - _figure(self.accepted) if self.accepted else None

    @property
    def difference(self) -> str:
        """The change in words."""
        if not self.change:
            return "" if self.change is None else _("无变化")
        shown = ("+" if self.change > 0 else "−") + number(abs(self.change))
        points = self.report.task_id or self.report.indicator.is_rate
        return _("%(change)s 个百分点") % {"change": shown} if points else shown

    @property
    def words_are_old(self) -> bool:
        """Whether the words say what they said when the line was accepted last."""
        return bool(self.accepted and self.report.words and self.report.words == self.accepted.words)

    @property
    def new_sites(self) -> list[Site]:
        """Sites that the last accepted list did not have, or had otherwise."""
        before = {_site(site) for site in self.accepted.sites.all()} if self.accepted else set()
        return [site for site in self.report.sites.all() if _site(site) not in before]

    @property
    def gone_sites(self) -> list[Site]:
        """Sites of the last accepted list that this one leaves out, or has otherwise."""
        now = {_site(site) for site in self.report.sites.all()}
        return [site for site in self.accepted.sites.all() if _site(site) not in now] if self.accepted else []


def queue(waiting: QuerySet[Report], user) -> list[Waiting]:
    """Who waits, the longest first (2 queries). `waiting` are reports that nobody decided."""
    rows = with_due(waiting).select_related("submission", "period", "district").order_by()
    towns = Town.objects.in_bulk({report.town_id for report in rows if report.town_id})
    found: dict[int | None, Waiting] = {}
    for report in rows:
        sent = report.submission.at
        place = found.setdefault(report.town_id, Waiting(towns.get(report.town_id), sent))
        place.oldest = min(place.oldest, sent)
        place.count += 1
        place.warned += bool(report.warnings)
        place.corrected += report.revision > 1
        place.late += report.late
        place.own += blocked(report, user)
    return sorted(found.values(), key=lambda place: (place.oldest, place.town.order if place.town else -1))


def blocked(report: Report, user) -> bool:
    """Whether the user entered it, and their district wants somebody else to review it."""
    return refusals.is_own(report, user) and not report.district.reviews_own


def review_lines(reports: Iterable[Report], user, *, chosen: Collection[str] = ()) -> list[ReviewLine]:
    """The reports beside what was accepted last and what was said on their lines (3 queries).

    They bring their due day (`periods.with_due`). `chosen` are the keys of the reports that were ticked.
    """
    reports = list(reports)
    accepted, turns = _accepted(reports), conversations(reports)
    return [
        ReviewLine(
            report=report,
            accepted=(last := _last(report, accepted)),
            turns=[turn for turn in turns[place_of(report)] if _since(report, last) < turn.revision < report.revision],
            own=blocked(report, user),
            chosen=str(report.pk) in chosen,
        )
        for report in reports
    ]


def _since(report: Report, last: Report | None) -> int:
    """The revision of the report's period that was accepted last; 0 where none was."""
    return last.revision if last and last.period_id == report.period_id else 0


def _accepted(reports: list[Report]) -> dict[tuple[int, int], list[Report]]:
    """All accepted reports of the lines by town and line, oldest first."""
    rows = Report.objects.filter(
        district__in={r.district_id for r in reports},
        town_key__in={r.town_key for r in reports},
        line__in={r.line for r in reports},
        decision__outcome=Decision.Outcome.ACCEPTED,
    )
    found: dict[tuple[int, int], list[Report]] = {}
    related = rows.select_related("decision__by", "submission", "period", "indicator", "task")
    for report in related.prefetch_related("sites").order_by("period__ends_on", "revision"):
        found.setdefault((report.town_key, report.line), []).append(report)
    return found


def _last(report: Report, accepted: Mapping[tuple[int, int], list[Report]]) -> Report | None:
    lines = accepted.get((report.town_key, report.line), [])
    return next((other for other in reversed(lines) if other.period.ends_on <= report.period.ends_on), None)


def _figure(report: Report) -> Decimal:
    return report.percent if report.task_id else report.value


def _site(site: Site) -> tuple:
    return site.name, site.address, site.facility_id, site.on
