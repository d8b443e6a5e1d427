"""A database in the middle of its year: both towns have reported, are returned, wait, type, and have marks.

Every word and figure of 友谊路街道 holds one of SECRETS, so that a page that shows any of them is found.
"""

import datetime as dt
from decimal import Decimal

from accounts.models import User
from districts.models import Facility
from quality.reporting import accept as accept_figures
from scoring.appealing import appeal
from scoring.assessments import draft, freeze, publish
from scoring.claiming import approve, file_claim
from scoring.line_settings import set_line
from scoring.marking import give
from scoring.models import Criterion, ResultLine
from scoring.versions import begin
from tasks import drafts, evidence
from tasks.imports import upload
from tasks.models import Delivery, Notification, Period
from tasks.reporting import Entry, return_
from tasks.supervising import answer, issue, sign
from tests.factories import FacilityFactory, a_file, accepted, reported
from tests.quality.cases import sent
from tests.quality.findings import criteria, rectified
from tests.quality.inspections import a_draw, a_world
from tests.quality.years import a_year, put_forward

SECRETS = ("友谊密", "76543", "73.21")


def populate(programme, towns) -> dict[str, int]:
    """Progress of `towns` (庙行镇 and 友谊路街道) and of the district; the keys that addresses and forms need."""
    staff = User.objects.get(username="staff")
    keys: dict[str, int] = {}
    for town, mark in zip(towns, ("公开", "友谊密"), strict=True):
        _report(programme, town, mark, staff, keys)
    keys["home"] = User.objects.get(username="facility").facility_id
    task = programme.tasks.get(number=8)
    report = accepted(_quarter(programme, 3), None, subject=task, state="done", percent=Decimal(100), by=staff)[0]
    table = upload(programme=programme, file=a_file("表.csv", b"x"), kind="", period=None, by=staff)
    keys["import"] = table.pk
    keys |= assessed(programme, towns, staff)
    keys |= claimed(programme, towns, staff)
    keys["notice"] = Notification.objects.filter(user__town=towns[0]).first().pk
    keys["delivery"] = Delivery.objects.create(
        district=programme.district, channel="webhook", key="k", subject="小结", body="", state="failed"
    ).pk
    begin(programme=programme, by=staff)
    keys |= _inspected(keys, staff)
    keys |= a_year(programme, Facility.objects.get(pk=keys["home"]), staff)
    put_forward(programme, Facility.objects.get(pk=keys["secret_home"]), name="友谊密某", by=staff)
    keys |= _rectified(programme, keys, staff)
    keys["district_file"] = evidence.attach(a_file("全区.pdf"), by=staff, report=report).pk
    return keys


def _inspected(keys, staff) -> dict[str, int]:
    """Inspections of the director's own home and of one in the town next door, and a published draw."""
    home, secret = (Facility.objects.get(pk=keys[name]) for name in ("home", "secret_home"))
    made = a_world(home, staff, mark="公开") | {"draw": a_draw(home, staff).pk}
    return made | {f"secret_{name}": key for name, key in a_world(secret, staff, mark="友谊密").items()}


def _rectified(programme, keys, staff) -> dict[str, int]:
    """A finding and a plan of the director's own home and of one in the town next door."""
    home, secret = (Facility.objects.get(pk=keys[name]) for name in ("home", "secret_home"))
    made = rectified(home, programme, staff, mark="公开")
    made["hazards"] = criteria(district=programme.district)[0].list_id
    return made | {f"secret_{name}": key for name, key in rectified(secret, programme, staff, mark="友谊密").items()}


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
    sheet = _supervise(programme, town, beds, mark, staff)
    prefix = "" if is_open else "secret_"
    keys[f"{prefix or 'open_'}home"] = _count(town, mark, staff)
    for name, row in {
        "evidence": file,
        "draft": draft_file,
        "mark": given,
        "mark_file": given.files.get(),
        "report": waiting[0],
        "line": beds,
        "town": town,
        "supervision": sheet,
    }.items():
        keys[prefix + name] = row.pk


def _count(town, mark, staff) -> int:
    """The figures of a facility: accepted for the third quarter, a correction waits."""
    home = FacilityFactory(town=town, name=f"{mark}院", kind="nursing_home", director=f"{mark}院长")
    beds = 100 if mark == "公开" else 76543
    by = User.objects.get(town=town)
    accept_figures(reports=[sent(home, by=by, beds=beds, carers=beds, certified_carers=beds)], by=staff)
    sent(home, by=by, beds=beds + 1, words=f"{mark}床位")
    return home.pk


def _mark(programme, town, mark, staff):
    criterion = Criterion.objects.filter(section__rubric__programme=programme, rule__kind="manual").first()
    return give(
        criterion=criterion,
        town=town,
        points=Decimal("1.25"),
        reason=f"{mark}事由",
        document=f"{mark}文件",
        given_on=dt.date(2024, 9, 1),
        files=[a_file(f"{mark}评分.pdf")],
        by=staff,
        key=mark,
    )


def _supervise(programme, town, indicator, mark, staff):
    """A sheet that was signed for and answered: number 1 of 庙行镇, number 2 of its neighbour."""
    said = {"matter": f"{mark}事项", "requirement": f"{mark}要求", "due_on": dt.date(2024, 10, 20), "key": mark}
    sheet = issue(programme=programme, town=town, indicator=indicator, by=staff, **said)
    official = User.objects.get(town=town)
    sign(sheet=sheet, by=official)
    answer(sheet=sheet, words=f"{mark}答复", by=official)
    return sheet


def _rate(programme) -> str:
    return programme.indicators.filter(kind="rate").first().name


def _quarter(programme, number) -> Period:
    return programme.periods.get(label=f"2024Q{number}")


def assessed(programme, towns, staff) -> dict[str, int]:
    """A published assessment where each of the towns has appealed; the keys of it, the appeals and their files."""
    said = {"kind": "quarterly", "period": _quarter(programme, 3), "title": "第三季度通报"}
    assessment = draft(programme=programme, as_of=dt.date(2024, 9, 30), by=staff, key="assessment", **said)
    freeze(assessment=assessment, reason="监测得分推迟", by=staff)
    publish(assessment=assessment, visibility="own_rank", by=staff)
    keys = {"assessment": assessment.pk}
    for town, mark, prefix in zip(towns, ("公开", "友谊密"), ("", "secret_"), strict=False):
        line = ResultLine.objects.get(result__town=town, result__assessment=assessment, key="3.4")
        by, file = User.objects.get(town=town), a_file(f"{mark}验收.pdf")
        made = appeal(line=line, words=f"{mark}申诉", by=by, key=f"appeal-{mark}", files=[file])
        keys |= {f"{prefix}appeal": made.pk, f"{prefix}file": made.files.get().pk}
    return keys


def claimed(programme, towns, staff) -> dict[str, int]:
    """Each town claims a bonus twice: one claim is approved, the other waits; the keys of the waiting ones."""
    line = Criterion.objects.get(section__rubric__programme=programme, rule__kind="bonus")
    set_line(line=line, levels=[("市级", Decimal(5)), ("区级", Decimal("1.25"))], by=staff)
    keys: dict[str, int] = {}
    for town, mark, prefix in zip(towns, ("公开", "友谊密"), ("", "secret_"), strict=False):
        by = User.objects.get(town=town)
        for number in (1, 2):
            said = {"matter": f"{mark}试点{number}", "level": "区级", "document": f"{mark}文号{number}"}
            said |= {"document_on": dt.date(2024, 9, 1), "files": [a_file(f"{mark}依据{number}.pdf")]}
            claim = file_claim(criterion=line, town=town, by=by, key=f"claim-{mark}-{number}", **said)
            if number == 1:
                approve(claim=claim, matter=f"{mark}归并", level="区级", reason=f"{mark}核实", by=staff)
        keys |= {f"{prefix}claim": claim.pk, f"{prefix}claim_file": claim.files.get().pk}
    return keys
