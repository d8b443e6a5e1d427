"""Two bonus claims of the demo, of the first town with an account: one waits, one was refused."""

import datetime as dt
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from districts.models import Town
from scoring.claiming import file_claim, refuse
from scoring.line_settings import lines_by_people, set_line
from tasks.models import Programme

LEVELS = [("国家级", Decimal(5)), ("市级", Decimal(3)), ("区级", Decimal(2))]
FILED, REFUSED = (12, 2), (12, 5)  # days of the programme's year
CLAIMS = [("老年助餐服务市级试点", "市级", (10, 18)), ("认知障碍友好社区宣传活动", "区级", (11, 8))]


def add_claims(programme: Programme, users: dict) -> None:
    """Levels for the bonus line, and the claims; their words say that they are made up."""
    line = lines_by_people(programme).filter(rule__kind="bonus").first()
    towns = Town.objects.filter(district=programme.district_id)
    town = next((town for town in towns if f"town-{town.code}" in users), None)
    if line is None or town is None:
        return
    set_line(line=line, levels=LEVELS, by=users["staff"])
    claims = [
        file_claim(
            criterion=line,
            town=town,
            matter=f"【演示数据】{matter}",
            level=level,
            document="【演示数据】文件",
            document_on=dt.date(programme.year, *day),
            files=[UploadedFile(ContentFile("演示数据".encode()), "演示文件.txt", size=12)],
            by=users[f"town-{town.code}"],
            key=f"demo-{programme.pk}-claim-{matter}",
            at=_at(programme, FILED),
        )
        for matter, level, day in CLAIMS
    ]
    reason = "【演示数据】属日常宣传，不是当年度重点工作。"
    refuse(claim=claims[-1], reason=reason, by=users["staff"], at=_at(programme, REFUSED))


def _at(programme: Programme, day: tuple[int, int]) -> dt.datetime:
    return timezone.make_aware(dt.datetime(programme.year, *day, 10))
