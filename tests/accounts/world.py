"""A database in the middle of its year: both towns have reported, are returned, wait, type, and have marks.

Every word and figure of 友谊路街道 holds one of SECRETS, so that a page that shows any of them is found.
"""

import datetime as dt
from decimal import Decimal

from accounts.models import User
from scoring.marking import give
from scoring.models import Criterion
from tasks import drafts, evidence
from tasks.imports import upload
from tasks.models import Delivery, Notification, Period
from tasks.reporting import Entry, return_
from tests.factories import a_file, accepted, reported

SECRETS = ("友谊密", "76543", "73.21")


def populate(programme, towns) -> dict[str, int]:
    """Progress of `towns` (庙行镇 and 友谊路街道) and of the district; the keys that addresses and forms need."""
    staff = User.objects.get(username="staff")
    keys: dict[str, int] = {}
    for town, mark in zip(towns, ("公开", "友谊密"), strict=True):
        _report(programme, town, mark, staff, keys)
    task = programme.tasks.get(number=8)
    report = accepted(_quarter(programme, 3), None, subject=task, state="done", percent=Decimal(100), by=staff)[0]
    table = upload(programme=programme, file=a_file("表.csv", b"x"), kind="", period=None, by=staff)
    keys["import"] = table.pk
    keys["notice"] = Notification.objects.filter(user__town=towns[0]).first().pk
    keys["delivery"] = Delivery.objects.create(
        district=programme.district, channel="webhook", key="k", subject="小结", body="", state="failed"
    ).pk
    keys["district_file"] = evidence.attach(a_file("全区.pdf"), by=staff, report=report).pk
    return keys


def _report(programme, town, mark, staff, keys) -> None:
    is_open = mark == "公开"
    beds, meals, rate = (
        programme.indicators.get(name=name) for name in ("新增养老床位", "新增社区长者食堂", _rate(programme))
    )
    visits = programme.tasks.filter(town_wide=True).first()
    value = Decimal(6) if is_open else Decimal("7654321")
    by = User.objects.get(town=town)
    q3 = _quarter(programme, 3)
    entries = [
        Entry(beds, value=value, words=f"{mark}说明"),
        Entry(rate, value=Decimal("73.21"), numerator=Decimal(7321), denominator=Decimal(10000), words=mark),
    ]
    if visits:
        entries.append(Entry(visits, state="in_progress", percent=Decimal("40" if is_open else "73.21"), words=mark))
    if is_open:
        entries[1] = Entry(rate, value=Decimal(50), numerator=Decimal(1), denominator=Decimal(2))
    first = accepted(_quarter(programme, 2), town, *entries, by=by)
    file = evidence.attach(a_file(f"{mark}件.pdf"), by=by, report=first[0])
    waiting = reported(q3, town, Entry(beds, value=value + 1, words=f"{mark}待审"), by=by)
    back = reported(q3, town, Entry(meals, value=value + 2, words=f"{mark}退回"), by=by)
    return_(reports=back, by=staff, reason=f"{mark}原因")
    drafts.keep(
        period=q3, town=town, subject=rate, typed={"numerator": str(value), "words": f"{mark}草稿"}, version=0, by=by
    )
    line = next(line for line in drafts.sheet(q3, town) if line.subject == rate)
    draft_file = drafts.attach(a_file(f"{mark}草稿.pdf"), line=line, town=town, by=by)
    given = _mark(programme, town, mark, staff)
    prefix = "" if is_open else "secret_"
    for name, row in {
        "evidence": file,
        "draft": draft_file,
        "mark": given,
        "report": waiting[0],
        "line": beds,
        "town": town,
    }.items():
        keys[prefix + name] = row.pk


def _mark(programme, town, mark, staff):
    criterion = Criterion.objects.filter(section__rubric__programme=programme, rule__kind="manual").first()
    return give(
        criterion=criterion,
        town=town,
        points=Decimal("1.25"),
        reason=f"{mark}事由",
        document=f"{mark}文件",
        given_on=dt.date(2024, 9, 1),
        by=staff,
        key=mark,
    )


def _rate(programme) -> str:
    return programme.indicators.filter(kind="rate").first().name


def _quarter(programme, number) -> Period:
    return programme.periods.get(label=f"2024Q{number}")
