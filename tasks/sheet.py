"""A town's entry sheet, loaded in a fixed number of queries."""

from collections.abc import Collection, Mapping

from django.db.models import Q

from districts.models import Facility, Town
from tasks import sites
from tasks.board import Board, Moment, TaskEntry, task_entry
from tasks.board import Entry as BoardEntry
from tasks.check_rules import Rules
from tasks.figures import Standing, standing_states, with_newer
from tasks.known import known_values
from tasks.models import Draft, Evidence, Frequency, Indicator, Period, Report, Site, Task
from tasks.reporting import line_of
from tasks.sheet_lines import SheetLine


def sheet(period: Period, town: Town, only: Collection[int] | None = None) -> list[SheetLine]:
    """The lines of a town's sheet: the period's indicators, then the tasks of all towns (a fixed number of queries).

    `only` are the numbers of those that are wanted (None: all).
    """
    return _Sheet(period, town).lines(only)


class _Sheet:
    """What the lines of one sheet have in common, loaded once."""

    def __init__(self, period: Period, town: Town):
        self.period, self.town, self.programme = period, town, period.programme
        self.moment = Moment(as_of=period.ends_on)
        self.board = Board(self.programme, self.moment, town=town)
        reports = Report.objects.filter(period=period, town=town).latest_revisions()
        rows = reports.select_related("decision__by", "submission__by", "indicator", "task")
        self.reports = {report.line: report for report in rows}
        self.drafts = {draft.line: draft for draft in Draft.objects.filter(period=period, town=town)}
        begun = {*self.reports, *self.drafts}  # what was begun here stays, whatever the indicator has become since
        self.indicators = [one for one in self.board.indicators if one.is_asked_in(period) or one.pk in begun]
        self.rules = Rules(self.programme)
        follows = any(one.source == Indicator.Source.FACILITIES for one in self.indicators)
        self.known = known_values(period, town) if follows else {}
        self.files = self._files()
        self._load_sites()

    def lines(self, only: Collection[int] | None) -> list[SheetLine]:
        def wanted(subject: Indicator | Task) -> bool:
            return only is None or line_of(subject) in only

        tasks = [task for task in self.board.plan.tasks if task.town_wide and wanted(task)]
        return [self._figure(indicator) for indicator in self.indicators if wanted(indicator)] + self._states(tasks)

    def _figure(self, indicator: Indicator) -> SheetLine:
        found = self.board.entry(indicator, self.town.pk)
        line = self._line(indicator, found, lambda standing: self.board.foreseen(indicator, self.town.pk, standing))
        line.given = self.known.get(indicator.pk)
        if indicator.by_sites:
            line.sent_sites, line.facilities = self.sites.get(self._source(indicator), []), self.facilities
        return line

    def _states(self, tasks: list[Task]) -> list[SheetLine]:
        """Months ask for figures only."""
        if self.period.frequency != Frequency.QUARTER or not tasks:
            return []
        states = standing_states(self.programme, as_of=self.moment.as_of, town=self.town)
        return [self._state(task, states.get((task.pk, self.town.pk), [])) for task in tasks]

    def _state(self, task: Task, standings: list[Standing]) -> SheetLine:
        def foresee(standing: Standing) -> TaskEntry:
            return task_entry(self.board.plan, task, with_newer(standings, standing), self.moment)

        return self._line(task, task_entry(self.board.plan, task, standings, self.moment), foresee)

    def _line(self, subject: Indicator | Task, found: BoardEntry | TaskEntry, foresee) -> SheetLine:
        number = line_of(subject)
        report, draft = self.reports.get(number), self.drafts.get(number)
        line = SheetLine(subject, self.period, found, report, draft, foresee, limits=self.rules.limits(subject))
        line.files = self.files.get(("draft", draft.pk), []) if draft else []
        line.sent_files = self.files.get(("report", report.pk), []) if line.is_returned else []
        return line

    def _files(self) -> dict[tuple[str, int], list[Evidence]]:
        """Of the drafts, and of the reports that came back (1 query)."""
        drafts = [draft.pk for draft in self.drafts.values()]
        found: dict[tuple[str, int], list[Evidence]] = {}
        for file in Evidence.objects.filter(Q(draft__in=drafts) | Q(report__in=[r.pk for r in self.reports.values()])):
            key = ("draft", file.draft_id) if file.draft_id else ("report", file.report_id)
            found.setdefault(key, []).append(file)
        return found

    def _source(self, indicator: Indicator) -> int:
        """The report whose list a line begins with: this period's latest, else what was accepted last (0: none)."""
        if report := self.reports.get(line_of(indicator)):
            return report.pk
        standings = self.board.entry(indicator, self.town.pk).standings
        return standings[-1].report if standings else 0

    def _load_sites(self) -> None:
        """The lists to begin with, and the facilities to choose from, where a line is counted so (2 queries)."""
        sources = [self._source(indicator) for indicator in self.indicators if indicator.by_sites]
        self.sites: dict[int, list[dict[str, str]]] = {}
        self.facilities: Mapping[str, Facility] = {}
        if not sources:
            return
        for site in Site.objects.filter(report__in=sources).select_related("facility"):
            self.sites.setdefault(site.report_id, []).extend(sites.as_typed([site]))
        self.facilities = {facility.name: facility for facility in Facility.objects.filter(town=self.town)}
