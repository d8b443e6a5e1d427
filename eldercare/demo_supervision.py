"""One supervision sheet of the demo: for the first town with a red line in the autumn, answered and not yet closed."""

import datetime as dt

from django.utils import timezone

from districts.models import Town
from tasks.board import Board, Moment
from tasks.formats import number
from tasks.lights import RED
from tasks.models import Programme
from tasks.supervising import answer, issue, sign

ISSUED, SIGNED, ANSWERED, DUE = (11, 11), (11, 12), (11, 20), (11, 29)  # days of the programme's year


def add_sheet(programme: Programme, users: dict) -> None:
    """Issued by the bureau, signed for and answered by the town; its words say that they are made up."""
    found = _red_line(programme, users, dt.date(programme.year, *ISSUED))
    if found is None or users["staff"].district_id != programme.district_id:
        return
    town, indicator, entry = found
    told = f"目标 {entry.owed.text}，实际 {number(entry.actual)}，计划进度 {number(entry.planned * 100, 1)}%"
    sheet = issue(
        programme=programme,
        town=town,
        indicator=indicator,
        matter=f"【演示数据】“{indicator}”亮灯为“{entry.light.label}”：{told}。",
        requirement="请查明原因，采取措施补齐进度，并书面答复原因、措施和完成时间。",
        due_on=dt.date(programme.year, *DUE),
        by=users["staff"],
        key=f"demo-{programme.pk}-supervision",
        at=_at(programme, ISSUED),
    )
    sign(sheet=sheet, by=users[_account(town)], at=_at(programme, SIGNED))
    words = "【演示数据】场地交付延误，现已进场施工，预计12月20日前完成。"
    answer(sheet=sheet, words=words, by=users[_account(town)], at=_at(programme, ANSWERED))


def _account(town: Town) -> str:
    return f"town-{town.code}"


def _red_line(programme: Programme, users: dict, day: dt.date):
    """Of the first town with an account the first line that is red and has something to show for it."""
    board = Board(programme, Moment(day))
    for town in Town.objects.filter(district=programme.district_id):
        for indicator in board.indicators if _account(town) in users else []:
            entry = board.entry(indicator, town.pk)
            if entry.light in RED and entry.actual:
                return town, indicator, entry
    return None


def _at(programme: Programme, day: tuple[int, int]) -> dt.datetime:
    return timezone.make_aware(dt.datetime(programme.year, *day, 9, 30))
