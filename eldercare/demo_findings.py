"""Rectification in the demo: one home's findings in every state and its plan on its way; the others' mostly closed."""

import datetime as dt

from django.utils import timezone

from districts.models import Facility
from quality import improvement, rectifying
from quality.models import Finding, HazardCriterion, PlanAct, Severity
from tasks.models import Programme

MARK = "【演示数据】"
FAR = 5  # of its ordinary findings so many are signed for; the others wait


def add_findings(programme: Programme, users: dict) -> None:
    """What the daily monitoring found, assigned; rectified in part at the director's home, by their towns at the others."""
    director = users["facility-demo"]
    home = Facility.objects.select_related("town__district").get(pk=director.facility_id)
    town = users[f"town-{home.town.code}"]
    everything = Finding.objects.filter(inspection__programme=programme).select_related("facility__town")
    found = [one for one in everything.order_by("number") if one.facility_id == home.pk]
    ordinary = [finding for finding in found if finding.severity != Severity.MAJOR]
    if home.town.district_id != programme.district_id or len(ordinary) < FAR:
        return
    acts = _Acts(programme.year, found)
    for finding in everything.exclude(facility=home).order_by("number"):
        _settle(acts, finding, users)
    for place, finding in enumerate(found):
        acts.assigns(finding, users["staff"], dt.date(programme.year, 10, 10 + 10 * (place % 3)))
    first, back, *others = ordinary[:FAR]
    for finding in (first, back, *others):
        acts.does("sign", finding, director, (9, 16))
    for finding in (back, *others):
        acts.does("submit", finding, director, (9, 25), words=f"{MARK}已按要求整改")
    acts.does("return_", back, town, (9, 26), words=f"{MARK}看不出整改后的情况")
    for finding in others[:-1]:
        acts.does("close", finding, town, (9, 27), words=f"{MARK}现场核验合格")
    _plan(programme, home, director, town, found)


def _settle(acts: "_Acts", finding: Finding, users: dict) -> None:
    """Rectified by the town on the home's behalf and closed by the bureau; a grave one stays with the town."""
    town = users[f"town-{finding.facility.town.code}"]
    acts.assigns(finding, users["staff"], dt.date(acts.year, 11, 10), day=(10, 11))
    if finding.severity != Severity.MAJOR:
        acts.does("sign", finding, town, (10, 13))
        acts.does("submit", finding, town, (10, 25), words=f"{MARK}已按要求整改")
        acts.does("close", finding, users["staff"], (10, 27), words=f"{MARK}现场核验合格")


class _Acts:
    """What was done, on days of the programme's year."""

    def __init__(self, year: int, found: list[Finding]):
        self.year = year
        self.criterion = HazardCriterion.objects.in_force(found[0].district_id, found[0].found_on).first()

    def at(self, day: tuple[int, int]) -> dt.datetime:
        return timezone.make_aware(dt.datetime(self.year, *day, 10))

    def does(self, verb: str, finding: Finding, by, day: tuple[int, int], **said) -> None:
        act = getattr(rectifying, verb)
        act(finding=finding, by=by, key=f"demo-{verb}-{finding.pk}", at=self.at(day), **said)

    def assigns(self, finding: Finding, by, due_on: dt.date, day: tuple[int, int] = (9, 13)) -> None:
        criterion = self.criterion if finding.severity == Severity.MAJOR else None
        said = {"severity": finding.severity, "criterion": criterion, "responsible": "王主任", "due_on": due_on}
        self.does("assign", finding, by, day, **said)


def _plan(programme: Programme, home: Facility, director, town, found: list[Finding]) -> None:
    task = programme.tasks.first()
    due_on = dt.date(programme.year, 12, 20)
    measures = [
        improvement.Said(f"{MARK}逐项整改日常监测发现的问题", "王主任", due_on, None, found),
        improvement.Said(f"{MARK}组织护理员培训，提高持证率", "李院长", due_on, task),
    ]
    at = timezone.make_aware(dt.datetime(programme.year, 9, 20, 9))
    plan = improvement.write(
        facility=home,
        programme=programme,
        words=f"{MARK}服务安全和护理记录是主要薄弱环节。",
        grade="good",
        star=3,
        measures=measures,
        by=director,
        key=f"demo-plan-{home.pk}",
        at=at,
    )
    improvement.decide(plan=plan, kind=PlanAct.Kind.TOWN, by=town, at=at + dt.timedelta(days=2))
