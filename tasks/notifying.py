"""Telling people what happened: rows for the notices page, written in the caller's transaction; mail and posts follow later."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.permissions import Permission
from districts.models import District
from tasks.models import Decision, Notification, Period, Programme, Report, Submission

Kind = Notification.Kind
BY_PEOPLE = {Submission.Source.ENTERED, Submission.Source.ON_BEHALF}  # nobody waits for news of what was imported


def tell(
    *,
    users: Iterable,
    kind: str,
    district: District,
    facts: dict,
    url: str,
    key: str,
    programme: Programme | None = None,
) -> None:
    """Tell each of `users` once for each `key`; who was told before is not told again.

    `facts` are plain JSON values that `tasks/notification_words.py` makes the words of; days as ISO text, a period by its
    label. `url` is a path of the portal: anything else raises ValueError.
    """
    if url and not is_local(url):
        raise ValueError(f"not a path of the portal: {url}")
    Notification.objects.bulk_create(
        [
            Notification(user=user, district=district, programme=programme, kind=kind, facts=facts, url=url, key=key)
            for user in users
            if user.is_active
        ],
        ignore_conflicts=True,
    )


def is_local(url: str) -> bool:
    """Whether the address is a path of the portal, and so leads nowhere else."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)


def bureau(district: District, *, besides=None):
    """Those who review the district's reports; `besides` knows already."""
    users = User.objects.filter(district=district, is_active=True).who_may(Permission.REVIEW)
    return users.exclude(pk=besides.pk) if besides else users


def townspeople(town, *, besides=None):
    """Those who report for the town; `besides` knows already."""
    users = User.objects.filter(town=town, is_active=True).who_may(Permission.REPORT)
    return users.exclude(pk=besides.pk) if besides else users


def submitted(submission: Submission, reports: Sequence[Report]) -> None:
    """A town's sheet was sent: its district's reviewers are told, and the town where somebody did it on its behalf."""
    if submission.town is None or submission.source not in BY_PEOPLE:
        return
    period, town = submission.period, submission.town
    of_others = submission.source == Submission.Source.ON_BEHALF
    facts = {"town": town.name, "period": period.label, "lines": len(reports)}
    if of_others:
        facts["on_behalf"] = str(submission.by)
    review = reverse("review-town", args=[period.programme.slug, town.code])
    sheet = reverse("report-sheet", args=[period.programme.slug, period.label])
    readers = [(bureau(submission.district, besides=submission.by), review)]
    for users, url in readers + ([(townspeople(town), sheet)] if of_others else []):
        tell(
            users=users,
            kind=Kind.SUBMITTED,
            district=submission.district,
            programme=period.programme,
            facts=facts,
            url=url,
            key=f"submitted-{submission.pk}",
        )


def decided(reports: Sequence[Report], *, outcome: str, reason: str, by) -> None:
    """Lines were accepted or returned in one act: each town is told once for each period."""
    told = [report for report in reports if report.town_id and report.submission.source in BY_PEOPLE]
    periods = Period.objects.select_related("programme__district").in_bulk({report.period_id for report in told})
    told.sort(key=_place)
    for (period, town), group in groupby(told, key=_place):
        _decided(list(group), periods[period], town, outcome, reason, by)


def _place(report: Report) -> tuple[int, int]:
    return report.period_id, report.town_id


def _decided(reports: list[Report], period: Period, town: int, outcome: str, reason: str, by) -> None:
    accepted = outcome == Decision.Outcome.ACCEPTED
    sheet = reverse("report-sheet", args=[period.programme.slug, period.label])
    tell(
        users=townspeople(town, besides=by),
        kind=Kind.ACCEPTED if accepted else Kind.RETURNED,
        district=period.programme.district,
        programme=period.programme,
        facts={"period": period.label, "lines": [str(report.subject) for report in reports], "reason": reason},
        url=sheet if accepted else f"{sheet}#line-{reports[0].line}",
        key=f"decided-{reports[0].pk}",
    )
