"""A rubric of 200 points with tiers, control targets, steps and vetoes: imported, and entered by the pages alone."""

import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from django.core.management import call_command

from scoring.models import Criterion, CriterionLink, Rubric
from scoring.scores import Scores
from tasks.board import Moment
from tasks.importing import Context, import_annex
from tasks.models import Indicator
from tests.scoring import another_office as office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
DAY = dt.date(2024, 9, 30)
PAGE = "/p/other/scores/rubric/"


@pytest.fixture
def towns(miaohang, youyi, gaojing):
    return [miaohang, youyi, gaojing]


@pytest.fixture
def programme(towns, staff):
    return office.a_plan(towns, staff)


def imported(programme, tmp_path) -> Rubric:
    """By the importer; the lines' indicators are confirmed as on the page of links."""
    outcome = import_annex(office.workbook(tmp_path / "细则.xlsx"), Context(programme), kind="rubric")
    assert [problem.code for problem in outcome.problems] == []
    rubric = Rubric.objects.get(programme=programme)
    for line, (_section, _clause, _weight, name, _kind) in zip(lines(rubric), office.LINES, strict=True):
        if name:
            indicator = Indicator.objects.get(programme=programme, name=name)
            CriterionLink.objects.get_or_create(criterion=line, indicator=indicator, part="")
    return rubric


def entered(programme, desk) -> Rubric:
    """By the pages: sections, then each clause read into the boxes, its indicator chosen, saved."""
    desk.post(f"{PAGE}versions/")
    indicators = {one.name: one.pk for one in Indicator.objects.filter(programme=programme)}
    sections = list(dict.fromkeys(section for section, *_line in office.LINES))
    for at, section in enumerate(sections, 1):
        title, _bracket, weight = section.rstrip("分）").partition("（")
        desk.post(f"{PAGE}1/", {"act": "new-section", "new-title": title, "new-weight": weight or "0"})
        for clause, printed, name in [(line[1], line[2], line[3]) for line in office.LINES if line[0] == section]:
            weight = printed if isinstance(printed, int) else 0
            words = {"act": "read", "title": "", "clause": clause, "weight": str(weight), "kind": "manual"}
            read = desk.post(f"{PAGE}1/sections/{at}/", words).context
            words |= boxes(read["rule"]) | {"act": "save", "title": read["form"]["title"].value()}
            words |= {"indicator": str(indicators[name])} if name else {}
            assert desk.post(f"{PAGE}1/sections/{at}/", words).status_code == 302
    return Rubric.objects.get(programme=programme)


def boxes(form) -> dict:
    columns = zip(*([(box.name, box.value) for box in row] for row in form.rows), strict=True)
    rows = {column[0][0]: [value for _name, value in column] for column in columns}
    return {"kind": form.kind} | {box.name: box.value for box in form.boxes} | rows


def lines(rubric) -> list[Criterion]:
    return list(Criterion.objects.filter(section__rubric=rubric).order_by("order"))


def words_of(rubric):
    names = ("key", "title", "clause", "weight", "rule")
    sections = [(one.number, one.title, one.weight) for one in rubric.sections.all()]
    return sections, [{name: getattr(line, name) for name in names} for line in lines(rubric)]


def test_every_clause_becomes_its_rule_and_weighs_what_is_printed(programme, tmp_path):
    rubric = imported(programme, tmp_path)

    assert [line.rule["kind"] for line in lines(rubric)] == [kind for *_line, kind in office.LINES]
    assert sum(section.weight for section in rubric.sections.all() if section.counts) == 200


def test_command_and_page_give_the_points_that_were_worked_out_by_hand(programme, towns, staff, sign_in, tmp_path):
    office.mark(imported(programme, tmp_path), towns, staff, DAY)
    out = io.StringIO()
    call_command("score", "other", "--as-of", str(DAY), "--json", stdout=out)
    told = {town["town"]: town for town in json.loads(out.getvalue())["towns"]}

    rows = [told[town.name] for town in towns]
    assert [tuple(line["points"] for line in row["criteria"]) for row in rows] == [
        (*expected, "0.00", "0.00") for expected in office.POINTS
    ]
    places = [
        (name, total, str(rank))
        for rank, (name, total) in enumerate(zip(map(str, towns), office.TOTALS, strict=True), 1)
    ]
    assert [(row["town"], row["total"], str(row["rank"])) for row in rows] == places
    page = sign_in(staff).get(f"/p/other/scores/?as_of={DAY}&export=csv").content.decode("utf-8-sig")
    shown = [line.split(",")[:3] for line in page.splitlines()[1:]]
    assert [(name, f"{Decimal(total):.2f}", rank) for rank, name, total in shown] == places


def test_it_is_entered_by_the_pages_as_it_is_imported(programme, towns, sign_in, admin, tmp_path):
    desk = sign_in(admin)
    rubric = entered(programme, desk)
    said = words_of(rubric)
    desk.post(f"{PAGE}1/", {"act": "terms", "terms-no_target": "by_text", "terms-full": "200", "terms-notes": ""})

    assert desk.get(f"{PAGE}1/").context["faults"] == []
    answer = desk.post(f"{PAGE}1/compare/", {"reason": "区里印发"}, follow=True)
    assert answer.context["rubric"] == rubric
    Rubric.objects.all().delete()
    assert words_of(imported(programme, tmp_path)) == said


def test_vetoes_are_put_on_record_on_the_page_of_marks(programme, towns, staff, sign_in, tmp_path):
    rubric = imported(programme, tmp_path)
    office.mark(rubric, towns, staff, DAY)
    desk = sign_in(staff)
    events = [(lines(rubric)[-2], towns[1]), (lines(rubric)[-1], towns[0])]
    for line, town in events:
        form = desk.get("/p/other/scores/marks/").context["form"]
        words = {
            "criterion": line.pk,
            "town": town.pk,
            "reason": "查实",
            "document": "通报1号",
            "given_on": "2024-09-20",
        }
        assert desk.post("/p/other/scores/marks/", words | {"key": form["key"].value()}).status_code == 302

    first, second, third = (row.score for row in Scores(programme, Moment(DAY)).ranked(towns))

    assert (str(first.total), first.barred) == ("210.00", True)
    assert (str(second.total), second.barred) == ("0.00", False)
    assert second.criteria[-2].explanation == "一票否决：查实，通报1号，总分计 0 分"
    assert (str(third.total), third.vetoes) == ("19.75", ())
