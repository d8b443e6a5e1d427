"""Periods: which state one is in for a town on a day, and what people do to one: extend, close, open again, reschedule."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission
from districts.models import Town
from tasks import audit, notifying
from tasks.models import Notification, Period, PeriodAct, Report, Submission

MAX_REASON = PeriodAct._meta.get_field("reason").max_length
Key = tuple[int, int]  # primary keys of a period and a town


class PeriodState(models.TextChoices):
    """Where a period stands; the value is also its colour: `.state-late` in static/components.css."""

    NOT_OPEN = "not_open", gettext_lazy("未开放")
    OPEN = "open", gettext_lazy("开放中")
    EXTENDED = "extended", gettext_lazy("已延期")
    LATE = "late", gettext_lazy("已逾期，可补报")
    CLOSED = "closed", gettext_lazy("已关闭")

    @property
    def takes_reports(self) -> bool:
        return self in (PeriodState.OPEN, PeriodState.EXTENDED, PeriodState.LATE)


class PeriodError(Exception):
    """What was asked can't be done; the message is for people."""


@dataclass(frozen=True)
class Term:
    """A period as it is for one town (or, without an extension, for all) on a day."""

    period: Period
    on: dt.date
    extended_to: dt.date | None = None

    @property
    def due_on(self) -> dt.date:
        """The last day on which a report is on time."""
        return max(self.period.due_on, self.extended_to or self.period.due_on)

    @property
    def is_extended(self) -> bool:
        return self.due_on > self.period.due_on

    @property
    def state(self) -> PeriodState:
        """An extension lets its town report to its last day, even though the period is closed for the others."""
        if self.on < self.period.opens_on:
            return PeriodState.NOT_OPEN
        if self.is_extended and self.on <= self.due_on:
            return PeriodState.EXTENDED
        if not self.period.is_open(self.on):
            return PeriodState.CLOSED
        return PeriodState.OPEN if self.on <= self.due_on else PeriodState.LATE


def term_of(period: Period, town: Town | None, on: dt.date | None = None) -> Term:
    """The period as it is for a town (None: the district) on a day, by default today."""
    found = extensions([period], town=town) if town else {}
    return Term(period, on or timezone.localdate(), found.get((period.pk, town.pk)) if town else None)


def extensions(
    periods: Iterable[Period], *, town: Town | int | None = None, known_on: dt.date | None = None
) -> dict[Key, dt.date]:
    """The day to which each town's term of each period was extended; of several extensions the latest holds (1 query)."""
    acts = PeriodAct.objects.filter(period__in=periods, kind=PeriodAct.Kind.EXTENDED)
    if town:
        acts = acts.filter(town=town)
    if known_on:
        acts = acts.filter(at__date__lte=known_on)
    rows = acts.order_by("at", "pk").values_list("period", "town", "due_on")
    return {(period, place): due_on for period, place, due_on in rows}


def refusal(period: Period, town: Town | None, on: dt.date) -> str:
    """Why the period takes no report of this town on this day: who closed it and when; "" where it takes them."""
    period = Period.objects.get(pk=period.pk)  # somebody may have closed it while the sheet was open
    term = term_of(period, town, on)
    if term.state.takes_reports:
        return ""
    if term.state == PeriodState.NOT_OPEN:
        told = {"period": period.name, "day": period.opens_on}
        return _("%(period)s尚未开放填报，%(day)s 起开放。") % told
    words = _closed_words(period)
    if term.is_extended:
        words += _("本街镇的延期已于 %(day)s 到期。") % {"day": term.due_on}
    return words


def _closed_words(period: Period) -> str:
    turns = period.acts.filter(kind__in=[PeriodAct.Kind.CLOSED, PeriodAct.Kind.REOPENED])
    last = turns.select_related("by").last()
    if last is None or last.kind != PeriodAct.Kind.CLOSED or period.closes_on != _closing(timezone.localdate(last.at)):
        told = {"period": period.name, "day": period.closes_on}
        return _("%(period)s的填报已于 %(day)s 结束，现已关闭。") % told
    told = {"period": period.name, "who": last.by, "at": f"{timezone.localtime(last.at):%Y-%m-%d %H:%M}"}
    return _("%(period)s已由 %(who)s 于 %(at)s 关闭：%(reason)s。") % (told | {"reason": last.reason.rstrip("。")})


def with_due(reports: QuerySet[Report]) -> QuerySet[Report]:
    """The reports, each with `due_on`, the last day on which it was on time, and `late`: first reported after that day.

    A correction is not late by itself, nor is what the bureau imports or logs for the district, or facilities add up to.
    """
    acts = PeriodAct.objects.filter(kind=PeriodAct.Kind.EXTENDED, period=OuterRef("period"), town=OuterRef("town"))
    extended = Subquery(acts.order_by("-at", "-pk").values("due_on")[:1])
    due_on = F("period__due_on")
    after = Q(revision=1, town__isnull=False, submission__at__date__gt=F("due_on"))
    late = after & ~Q(submission__source__in=[Submission.Source.IMPORTED, Submission.Source.ROLLED])
    return reports.annotate(due_on=Greatest(Coalesce(extended, due_on), due_on)).annotate(
        late=ExpressionWrapper(late, output_field=models.BooleanField())
    )


@transaction.atomic
def extend(*, period: Period, town: Town, due_on: dt.date, reason: str, by) -> PeriodAct:
    """Give one town a later due day; until then it may report even though the period is closed. Raises PeriodError."""
    period = _locked(period)
    reason = _read_reason(reason)
    if due_on <= period.due_on:
        found = {"found": due_on, "due": period.due_on}
        raise PeriodError(_("延期日 %(found)s 应晚于本期截止日 %(due)s。") % found)
    if due_on < timezone.localdate():
        raise PeriodError(_("延期日 %(found)s 已经过去。") % {"found": due_on})
    kind = PeriodAct.Kind.EXTENDED
    if extensions([period], town=town).get((period.pk, town.pk)) == due_on:
        raise PeriodError(_("%(town)s 已延期至 %(found)s，不必重复操作。") % {"town": town, "found": due_on})
    act = _record(period, kind, reason, by, town=town, due_on=due_on)
    facts = {"period": period.label, "due_on": due_on.isoformat(), "reason": reason}
    _tell(act, notifying.townspeople(town, besides=by), Notification.Kind.EXTENDED, facts)
    return act


@transaction.atomic
def close(*, period: Period, reason: str, by) -> PeriodAct:
    """Take no more reports from now on, but for towns whose extension runs on. Raises PeriodError."""
    period = _locked(period)
    reason = _read_reason(reason)
    today = timezone.localdate()
    if period.closes_on and period.closes_on < today:
        raise PeriodError(_closed_words(period))
    return _set_closing(period, PeriodAct.Kind.CLOSED, _closing(today), reason, by)


@transaction.atomic
def reopen(*, period: Period, reason: str, by) -> PeriodAct:
    """Take reports again, without a closing day. Raises PeriodError."""
    period = _locked(period)
    reason = _read_reason(reason)
    if period.closes_on is None or period.closes_on >= timezone.localdate():
        raise PeriodError(_("%(period)s没有关闭，不必重新开放。") % {"period": period.name})
    return _set_closing(period, PeriodAct.Kind.REOPENED, None, reason, by)


@transaction.atomic
def reschedule(
    *, period: Period, opens_on: dt.date, due_on: dt.date, closes_on: dt.date | None, by, reason: str = ""
) -> Period:
    """Change the period's days; once it is open this needs a reason, and the towns are told.

    Who was on time stays on time: a due day is not moved before today. Raises PeriodError.
    """
    period = _locked(period)
    if not opens_on <= due_on:
        raise PeriodError(_("截止日 %(due)s 早于开放日 %(opens)s。") % {"due": due_on, "opens": opens_on})
    if closes_on and closes_on < due_on:
        raise PeriodError(_("关闭日 %(closes)s 早于截止日 %(due)s。") % {"closes": closes_on, "due": due_on})
    if due_on < period.due_on and due_on < timezone.localdate():
        found = {"found": due_on, "due": period.due_on}
        raise PeriodError(_("截止日不能由 %(due)s 提前到已经过去的 %(found)s：按时报送的会变成逾期。") % found)
    days = (opens_on, due_on, closes_on)
    if days == (period.opens_on, period.due_on, period.closes_on):
        return period
    is_told = min(opens_on, period.opens_on) <= timezone.localdate()
    reason = _read_reason(reason) if is_told or reason.strip() else ""
    period.opens_on, period.due_on, period.closes_on = days
    _save(period, reason, by)
    if reason:
        facts = {"closes_on": closes_on and closes_on.isoformat(), "due_on": due_on.isoformat()}
        _tell_all(_record(period, PeriodAct.Kind.RESCHEDULED, reason, by), facts)
    return period


def _closing(on: dt.date) -> dt.date:
    """The last day of a period that somebody closes on this day."""
    return on - dt.timedelta(days=1)


def _set_closing(period: Period, kind: str, closes_on: dt.date | None, reason: str, by) -> PeriodAct:
    period.closes_on = closes_on
    _save(period, reason, by)
    act = _record(period, kind, reason, by)
    _tell_all(act, {"closed": kind == PeriodAct.Kind.CLOSED})
    return act


def _record(period: Period, kind: str, reason: str, by, **facts) -> PeriodAct:
    district = period.programme.district
    act = PeriodAct.objects.create(district=district, period=period, kind=kind, reason=reason, by=by, **facts)
    audit.append(rows=[act])
    return act


def _locked(period: Period) -> Period:
    rows = Period.objects.select_for_update(of=("self",), no_key=True).select_related("programme__district")
    return rows.get(pk=period.pk)


def _save(period: Period, reason: str, by) -> None:
    period._history_user, period._change_reason = by, reason[:100]
    period.save()


def _read_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise PeriodError(_("请填写原因。"))
    if len(reason) > MAX_REASON:
        raise PeriodError(
            _("原因不超过 %(limit)s 字，现有 %(found)s 字。") % {"limit": MAX_REASON, "found": len(reason)}
        )
    return reason


def _tell_all(act: PeriodAct, facts: dict) -> None:
    """Every town of the district."""
    towns = User.objects.filter(district=act.district_id, town__isnull=False, is_active=True)
    facts = {"period": act.period.label, "reason": act.reason} | facts
    _tell(act, towns.who_may(Permission.REPORT), Notification.Kind.PERIOD, facts)


def _tell(act: PeriodAct, users, kind: str, facts: dict) -> None:
    programme = act.period.programme
    notifying.tell(
        users=users,
        kind=kind,
        district=act.district,
        programme=programme,
        facts=facts,
        url=reverse("report-sheet", args=[programme.slug, act.period.label]),
        key=f"period-act-{act.pk}",
    )
