"""The pages of plans: writing, approving, progress, the Word document, and who has none."""

import csv
import datetime as dt
from io import BytesIO, StringIO

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quality.improvement import Said, decide, write
from quality.models import Finding, ImprovementPlan, PlanAct, Scope
from quality.plan_analysis import begin
from tasks.reporting import new_key
from tests.factories import FacilityFactory, ProgrammeFactory, TaskFactory, TownFactory
from tests.quality.findings import DUE, Case, People, a_finding
from tests.quality.inspections import inspected

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="庙行养老院", director="李院长", kind="nursing_home")


@pytest.fixture
def people(home):
    return People(home)


@pytest.fixture
def programme(district):
    return ProgrammeFactory(slug="plan", district=district, title="质量年")


@pytest.fixture
def director(people, sign_in):
    return sign_in(people.director)


def written(home, programme, by, *measures, **fields):
    measures = measures or [Said("培训护理员", "王主任", dt.date(2024, 12, 20))]
    said = {"words": "记录不全", "grade": "good", "star": 3, "key": new_key()} | fields
    return write(facility=home, programme=programme, measures=measures, by=by, **said)


def lines(*measures, total=4):
    """The form of a plan as a browser sends it."""
    form = {"words": "记录不全", "grade": "excellent", "star": "4", "seen": "0", "key": "k"}
    form |= {"m-TOTAL_FORMS": str(total), "m-INITIAL_FORMS": "0"}
    for number in range(total):
        said = measures[number] if number < len(measures) else {}
        form |= {f"m-{number}-{name}": said.get(name, "") for name in ("words", "owner", "due_on", "task")}
        form[f"m-{number}-findings"] = said.get("findings", [])
    return form


MEASURE = {"words": "培训", "owner": "王主任", "due_on": "2024-12-20"}


class TestWriting:
    def address(self, home):
        return f"/facilities/{home.pk}/plan/edit/"

    def test_it_begins_with_a_measure_for_each_open_subject(self, director, home, programme):
        Case(home).assigned()
        a_finding(home)
        Case(home, subject="用电").closed()

        forms = director.get(self.address(home)).context["lines"].initial_forms
        assert [form.initial["words"] for form in forms] == ["整改：消防通道"]
        assert (forms[0].initial["owner"], forms[0].initial["due_on"]) == ("王主任", DUE)
        assert len(forms[0].initial["findings"]) == 2

    def test_many_findings_begin_together_by_the_groups_of_their_items(self, home, staff, monkeypatch):
        monkeypatch.setattr("quality.plan_analysis.SINGLY", 2)
        inspected(home, ("not_met", "坏", "ordinary"), ("not_met", "坏", "ordinary"), by=staff)
        a_finding(home, by=staff, subject="灶台", found_on=dt.date(2024, 10, 8))
        found = list(Finding.objects.filter(facility=home).standing().order_by("number"))

        lines = begin(None, found)

        assert [line["words"] for line in lines] == ["整改：服务提供", "整改：服务安全", "整改：其他"]
        assert [line["findings"] for line in lines] == [[one.pk] for one in found]

    def test_what_is_filled_in_becomes_a_version(self, director, home, programme):
        finding, task = a_finding(home), TaskFactory(programme=programme)
        form = lines(MEASURE | {"findings": [finding.pk], "task": task.pk}, {}, MEASURE | {"words": "换门"})

        response = director.post(self.address(home), form)

        plan = ImprovementPlan.objects.get()
        assert (response.status_code, response.url) == (302, plan.get_absolute_url())
        assert (plan.grade, plan.star, [one.words for one in plan.measures.all()]) == ("excellent", 4, ["培训", "换门"])
        first = plan.measures.first()
        assert (first.task, list(first.findings.all())) == (task, [finding])

    def test_a_half_filled_measure_is_told_and_nothing_is_written(self, director, home, programme):
        response = director.post(self.address(home), lines({"words": "培训"}))

        assert response.status_code == 422
        assert set(response.context["lines"].errors[0]) == {"owner", "due_on"}
        assert ImprovementPlan.objects.count() == 0

    def test_without_measures_it_is_told(self, director, home, programme):
        response = director.post(self.address(home), lines())

        assert response.context["form"].non_field_errors() == ["请至少填写一项措施。"]

    @pytest.mark.parametrize("findings", [["9999"], ["x"]])
    def test_a_finding_that_is_not_there_is_told(self, director, home, programme, findings):
        response = director.post(self.address(home), lines(MEASURE | {"findings": findings}))

        assert (response.status_code, list(response.context["lines"].errors[0])) == (422, ["findings"])

    def test_there_is_room_for_more_and_what_was_typed_stays(self, director, home, programme):
        response = director.post(self.address(home), lines(MEASURE) | {"more": "1"})

        assert response.context["lines"].total_form_count() == 7
        assert "培训" in response.content.decode()

    def test_the_next_version_begins_with_the_last(self, director, home, programme, people):
        finding = a_finding(home)
        written(home, programme, people.director, Said("甲", "王主任", DUE, None, [finding]))

        context = director.get(self.address(home)).context
        assert (context["form"].initial["seen"], context["form"].initial["words"]) == (1, "记录不全")
        assert context["lines"].initial_forms[0].initial["findings"] == [finding.pk]

    def test_a_programme_of_another_district_is_not_found(self, director, home, programme):
        ProgrammeFactory(slug="other", district__code="310105", district__name="长宁区")

        assert director.get(self.address(home), {"programme": "other"}).status_code == 404


class TestOnePage:
    def address(self, home):
        return f"/facilities/{home.pk}/plan/"

    def post(self, client, home, **said):
        response = client.post(self.address(home), said, follow=True)
        return [str(message) for message in response.context["messages"]]

    def test_the_town_and_then_the_bureau_approve(self, sign_in, home, programme, people):
        plan = written(home, programme, people.director)
        town, bureau = sign_in(people.official), sign_in(people.staff)

        assert bureau.get(self.address(home)).context["acts"] == []
        assert self.post(town, home, action="town", seen=1, words="") == ["第 1 版：街镇审核通过。"]
        assert self.post(bureau, home, action="bureau", seen=1, words="同意") == ["第 1 版：区级批准。"]
        assert [act.kind for act in plan.acts.all()] == ["town", "bureau"]

    def test_who_did_not_see_the_newest_version_decides_nothing(self, sign_in, home, programme, people):
        for _ in range(2):
            written(home, programme, people.director)

        told = self.post(sign_in(people.official), home, action="town", seen=1)
        assert told == ["打开本页以后已有新版本，请看过后再办理。"]
        assert PlanAct.objects.count() == 0

    def test_a_director_approves_nothing(self, director, home, programme, people):
        written(home, programme, people.director)

        assert director.post(self.address(home), {"action": "town", "seen": 1}).status_code == 403

    def test_a_measure_is_marked_done(self, director, home, programme, people):
        measure = written(home, programme, people.director).measures.get()

        assert self.post(director, home, action="done", measure=measure.pk, words="已办") == ["已记录完成情况。"]
        assert director.get(self.address(home)).context["progress"].percent == 100

    def test_a_measure_of_another_plan_is_not_found(self, director, home, programme, people, miaohang):
        written(home, programme, people.director)
        other = FacilityFactory(town=miaohang)
        measure = written(other, programme, People(other).director).measures.get()

        response = director.post(self.address(home), {"action": "done", "measure": measure.pk, "words": "已办"})
        assert response.status_code == 404

    def test_the_approved_version_goes_on_until_the_next_is_approved(self, director, home, programme, people):
        first = written(home, programme, people.director)
        decide(plan=first, kind=PlanAct.Kind.TOWN, by=people.official)
        decide(plan=first, kind=PlanAct.Kind.BUREAU, by=people.staff)
        written(home, programme, people.director)

        assert director.get(self.address(home)).context["in_force"] == first

    def test_without_a_programme_there_is_no_plan(self, director, home):
        assert director.get(self.address(home)).status_code == 404


class TestDocument:
    def test_it_holds_the_analysis_the_aim_and_the_measures(self, director, home, programme, people):
        inspected(home, ("not_met", "门坏", "ordinary"), "met")
        finding = home.findings.get()
        plan = written(home, programme, people.director, Said("修门", "王主任", DUE, None, [finding]))
        decide(plan=plan, kind=PlanAct.Kind.TOWN, by=people.official, words="同意")

        paper = docx.Document(BytesIO(director.get(f"/facilities/{home.pk}/plan/plan.docx").content))

        analysis, measures = paper.tables
        assert [cell.text for cell in analysis.rows[1].cells] == ["服务提供", "10", "10"]
        assert [cell.text for cell in measures.rows[1].cells] == [
            *("1", "修门\n隐患〔2024〕1号 内容1", "王主任", "2024-10-31", "已销号0/1"),
        ]
        text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
        assert "日常监测结果达到“良好”，机构等级达到3级。" in text
        assert "2024年10月15日　镇经办人　街镇审核通过：同意" in text

    def test_without_a_plan_there_is_none(self, director, home, programme):
        assert director.get(f"/facilities/{home.pk}/plan/plan.docx").status_code == 404


class TestList:
    def rows(self, client, **asked):
        content = client.get("/plans/", asked | {"export": "csv"}).content.decode("utf-8-sig")
        return list(csv.reader(StringIO(content)))[1:]

    def test_it_says_who_has_none_yet(self, sign_in, staff, home, programme, people, miaohang, youyi):
        FacilityFactory(town=miaohang, name="新院")
        written(home, programme, people.director)
        client = sign_in(staff)

        assert self.rows(client) == [
            ["庙行镇", "庙行养老院", "待街镇审核", "1", "良好", "3", "1", "0"],
            ["庙行镇", "新院", "尚未报送", "", "", "", "", ""],
        ]
        assert [row[1] for row in self.rows(client, state="none")] == ["新院"]
        assert [row[1] for row in self.rows(client, state="submitted")] == ["庙行养老院"]
        assert self.rows(client, town=youyi.code) == []
        assert client.get("/plans/").context["counts"] == (2, 1, 1, 0)

    def test_a_facility_outside_the_programmes_scope_owes_none(self, sign_in, staff, home, programme, miaohang):
        FacilityFactory(town=miaohang, name="照护之家", kind="care_home")
        Scope.objects.create(programme=programme, kinds=["nursing_home"])

        assert [row[1] for row in self.rows(sign_in(staff))] == ["庙行养老院"]

    def test_a_closed_facility_owes_none(self, sign_in, staff, home, programme, miaohang):
        FacilityFactory(town=miaohang, name="停业院", closed_on=dt.date(2024, 10, 15))

        assert [row[1] for row in self.rows(sign_in(staff))] == ["庙行养老院"]

    def test_a_town_sees_its_own(self, sign_in, home, programme, official, neighbour):
        assert [len(self.rows(sign_in(who))) for who in (official, neighbour)] == [1, 0]


QUERIES = {
    "/plans/": {"staff": 13, "official": 13},
    "/plans/?export=csv": {"staff": 11, "official": 11},
    "/facilities/{home}/plan/": {"official": 16},
    "/facilities/{home}/plan/edit/": {"official": 12},
    "/facilities/{home}/plan/plan.docx": {"official": 9},
}


def test_a_page_costs_the_same_for_one_and_for_three(sign_in, staff, official, home, programme, district, people):
    TaskFactory(programme=programme)
    written(home, programme, people.director, Said("甲", "王", DUE, None, [a_finding(home)]))
    clients = {"staff": sign_in(staff), "official": sign_in(official)}

    def queries(address, who):
        with CaptureQueriesContext(connection) as captured:
            assert clients[who].get(address.format(home=home.pk)).status_code == 200
        return len(captured)

    def counted():
        return {address: {who: queries(address, who) for who in seen} for address, seen in QUERIES.items()}

    one = counted()
    for number in range(2):
        TaskFactory(programme=programme)
        other = FacilityFactory(town=TownFactory(district=district))
        written(other, programme, People(other).director)
        found = [a_finding(home, subject=f"{number}-{place}") for place in range(2)]
        measures = [Said(f"措施{place}", "王", DUE, None, [finding]) for place, finding in enumerate(found)]
        written(home, programme, people.director, *measures, Said("乙", "王", DUE))
    assert one == counted()
    assert one == QUERIES
