"""One line of a town's entry sheet: what is owed, what stood last, what is typed and what comes of it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from districts.models import Facility
from tasks import checks, entry, sites
from tasks.board import Entry as BoardEntry
from tasks.board import TaskEntry
from tasks.conversation import Turn
from tasks.figures import Standing
from tasks.formats import number
from tasks.known import Known
from tasks.lights import Light
from tasks.models import Decision, Draft, Evidence, Indicator, Period, Report, Task
from tasks.reporting import Entry, default_as_at, line_of
from tasks.sites import Place

ZERO = Decimal(0)


@dataclass(eq=False)
class SheetLine:
    """One line of the sheet. `report` is the highest revision in this period, whatever became of it."""

    subject: Indicator | Task
    period: Period
    board: BoardEntry | TaskEntry
    report: Report | None
    draft: Draft | None
    foresee: Callable[[Standing], BoardEntry | TaskEntry]
    files: list[Evidence] = field(default_factory=list)
    sent_files: list[Evidence] = field(default_factory=list)  # of the returned report: they go on with its correction
    limits: checks.Limits = field(default_factory=dict)
    given: Known | None = None
    sent_sites: Sequence[Mapping[str, str]] = ()  # the list that was reported last, as typed
    facilities: Mapping[str, Facility] = field(default_factory=dict)
    turns: Sequence[Turn] = ()  # what was said on it in this period, where a page shows that

    @property
    def number(self) -> int:
        return line_of(self.subject)

    @property
    def is_task(self) -> bool:
        return isinstance(self.subject, Task)

    @property
    def by_sites(self) -> bool:
        return not self.is_task and self.subject.by_sites

    @property
    def unit(self) -> str:
        return "%" if self.is_task else self.subject.shown_unit

    # What stands

    @property
    def last(self) -> Decimal | None:
        """What was accepted last, in this period or before it."""
        return self.board.standings[-1].value if self.board.standings else None

    @cached_property
    def earlier(self) -> list[Decimal]:
        """What stood at the end of each earlier period."""
        return [one.value for one in self.board.standings if one.period_end < self.period.starts_on]

    @property
    def base(self) -> Decimal:
        """What an increment of this period is added to: a correction takes the place of this period's own."""
        return self.earlier[-1] if self.earlier else ZERO

    @property
    def version(self) -> int:
        return self.draft.version if self.draft else 0

    @property
    def revision(self) -> int:
        return self.report.revision if self.report else 0

    @property
    def decision(self) -> Decision | None:
        return getattr(self.report, "decision", None)

    @property
    def is_returned(self) -> bool:
        return self.decision is not None and self.decision.outcome == Decision.Outcome.RETURNED

    # What is typed

    @property
    def typed(self) -> Mapping[str, str]:
        """What was typed; on a line that nobody has touched, what stands filled in."""
        return self.draft.typed if self.draft else self.prefilled

    @cached_property
    def prefilled(self) -> Mapping[str, str]:
        """What the facilities give, else a returned report's own fields; a draft only once they are changed."""
        sent = self._sent if self.is_returned else {}
        if self.known and (self.report is None or self.report.origin):
            return entry.as_kept(self.subject, sent | self._known_fields)
        return sent

    @property
    def _sent(self) -> Mapping[str, str]:
        """The fields of the report as somebody would type them."""
        names = (*entry.fields_of(self.subject), "reason")
        typed = {name: entry.as_typed(getattr(self.report, name)) for name in names}
        return entry.as_kept(self.subject, typed | {"base": entry.as_typed(self.base)})

    @property
    def sites(self) -> Sequence[Mapping[str, str]]:
        """The list as typed, else the one that was reported last."""
        return self.draft.sites if self.draft and self.draft.sites else self.sent_sites

    @property
    def is_blank(self) -> bool:
        """Nothing typed that would be submitted."""
        return not any(self.typed.get(name, "").strip() for name in entry.fields_of(self.subject)) and not (
            self.draft and self.draft.sites
        )

    # What the portal knows

    @property
    def known(self) -> Known | None:
        """The facilities' figure, where the bureau has set that the line follows it."""
        follows = not self.is_task and self.subject.source == Indicator.Source.FACILITIES
        if not follows or self.subject.by_sites or self.subject.by_increment:
            return None
        given = self.given
        return None if given and self.subject.is_rate and not given.denominator else given

    @property
    def _known_fields(self) -> Mapping[str, str]:
        names = ("numerator", "denominator") if self.subject.is_rate else ("value",)
        return {name: entry.as_typed(getattr(self.known, name)) for name in names}

    @property
    def is_news(self) -> bool:
        """Nobody typed here, and the facilities' figure is not what was reported for this period."""
        if self.draft or not self.known or (self.report and not self.report.origin):
            return False
        return self.report is None or any(
            getattr(self.report, name) != getattr(self.known, name)
            for name in entry.fields_of(self.subject)
            if name != "words"
        )

    # What comes of it

    def read(self, as_at: dt.date | None = None) -> entry.Checked:
        """Read the line as typed: an entry, or what cannot be recorded."""
        places, faults = self._places()
        count = len(places) if self.by_sites and not self.is_blank else None
        found = entry.check(self.subject, self.typed, as_at=as_at, base=self.base, count=count)
        if count is not None and faults:
            return entry.Checked(errors=found.errors | {"sites": "\n".join(faults)})
        if found.entry:
            origin = self.known.source if self.known and self._follows(found.entry) else ""
            found.entry = replace(found.entry, origin=origin, sites=tuple(places))
        return found

    def check(self, as_at: dt.date | None = None) -> entry.Checked:
        """Read the line and look what asks for a reason; files alone are no report."""
        found = self.read(as_at)
        if self.files and not found.entry and not found.errors:
            found.errors[entry.fields_of(self.subject)[0]] = _("已上传佐证材料，请填写进展后再提交。")
        if found.entry and found.entry.increment is not None and self.typed.get("base") != entry.as_typed(self.base):
            found.errors["increment"] = self._base_words(found.entry)
        if found.entry:
            found.warnings = checks.warnings(self._facts(found.entry), self.limits)
            found.entry = replace(found.entry, warnings=tuple(found.warnings))
        return found

    def demands(self, found: entry.Checked) -> dict[str, str]:
        """What a submit asks for besides what is typed: a word of reason (for what the town itself typed), a file."""
        missing = {}
        if found.warnings and not found.entry.reason and not found.entry.origin:
            missing["reason"] = _("请说明原因")
        if not self.is_task and self.subject.evidence_required and not (self.files or self.sent_files):
            missing["files"] = _("本项须附佐证材料，请上传后再提交。")
        return missing

    def light(self, found: entry.Checked) -> Light:
        """The light on the period's last day if what is typed is accepted; where nothing is, the light that stands."""
        if not found.entry:
            return self.board.light
        sent, period = found.entry, self.period
        as_at = sent.as_at or default_as_at(period, timezone.localdate())
        value = sent.percent if self.is_task else sent.value
        if sent.denominator:
            value = sent.numerator * 100 / sent.denominator
        standing = Standing(0, period.starts_on, period.ends_on, value, as_at, sent.as_at is not None)
        return self.foresee(standing).light

    def _places(self) -> tuple[list[Place], list[str]]:
        if not self.by_sites:
            return [], []
        last = min(self.period.ends_on, timezone.localdate())
        return sites.read(self.sites, sites.Bounds(self.facilities, dt.date(self.period.ends_on.year, 1, 1), last))

    def _follows(self, sent: Entry) -> bool:
        names = ("numerator", "denominator") if self.subject.is_rate else ("value",)
        return all(getattr(sent, name) == getattr(self.known, name) for name in names)

    def _facts(self, sent: Entry) -> checks.Facts:
        owed = None if self.is_task else self.board.owed
        differs = self.known and not self._follows(sent)
        return checks.Facts(
            now=sent.percent if self.is_task else sent.value,
            unit=self.unit,
            last=self.last,
            earlier=self.earlier,
            target=owed.value if owed else None,
            known=self.known.value if differs else None,
            is_rate=not self.is_task and self.subject.is_rate,
            is_task=self.is_task,
            silent=sent.state == Report.State.DONE and not sent.words,
        )

    def _base_words(self, sent: Entry) -> str:
        words = _(
            "填写时此前累计为 %(then)s，现为 %(now)s：加上本期新增 %(increment)s，累计为 %(sum)s。请核对后再次提交。"
        )
        then = self.typed.get("base", "")
        return words % {
            "then": then if len(then) <= entry.SHOWN and then else _("（空）"),
            "now": number(self.base),
            "increment": number(sent.increment),
            "sum": number(sent.value),
        }
