"""Entering a facility's quarter, and the bureau's list of what waits."""

import csv
from io import StringIO

import pytest

from quality.models import FacilityReport
from quality.reporting import return_
from tests.factories import FacilityFactory, UserFactory
from tests.quality.cases import Q2, Q3, sent, stood

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

REVIEW = "/facilities/review/"


@pytest.fixture
def home(facility_user):
    return facility_user.facility


@pytest.fixture
def address(home):
    return f"/facilities/{home.pk}/figures/2024Q3/"


@pytest.fixture
def director(facility_user, sign_in):
    return sign_in(facility_user)


def field(response, measure):
    return next(one for _title, group in response.context["groups"] for one in group if one["measure"] == measure)


class TestEntry:
    def test_a_director_sends_a_quarter(self, director, address, home, facility_user):
        answer = director.post(
            address, {"beds": "100", "carers": "10人", "words": " 说明 ", "key": "k", "seen": "0"}, follow=True
        )

        report = FacilityReport.objects.get()
        assert (report.facility, report.period, report.by, report.words) == (home, Q3, facility_user, "说明")
        assert report.values == {"beds": 100, "carers": 10}
        assert "2024年第三季度数据已提交，等待区民政局审核。" in answer.content.decode()

    def test_sent_twice_it_is_written_once(self, director, address):
        answers = [director.post(address, {"beds": "100", "key": "k", "seen": "0"}).status_code for _ in range(2)]

        assert (answers, FacilityReport.objects.count()) == ([302, 302], 1)

    def test_what_was_sent_is_filled_in_beside_the_quarter_before(self, director, address, home):
        stood(home, Q2, beds=90)
        sent(home, Q3, beds=100)

        found = field(director.get(address), "beds")

        assert (found["value"], found["before"], found["sent"]) == ("100", 90, 100)

    def test_faults_keep_what_was_typed_and_write_nothing(self, director, address):
        answer = director.post(address, {"beds": "8o", "nursing_beds": "5", "key": "k"})

        assert (answer.status_code, FacilityReport.objects.count()) == (422, 0)
        assert (field(answer, "beds")["value"], field(answer, "nursing_beds")["value"]) == ("8o", "5")
        assert "“8o”不是整数" in field(answer, "beds")["error"]
        assert "有 1 处需要修改，尚未提交。" in answer.content.decode()

    def test_somebody_was_quicker(self, director, address, home):
        sent(home, beds=90)

        answer = director.post(address, {"beds": "100", "key": "k", "seen": "0"})

        assert (answer.status_code, FacilityReport.objects.count()) == (422, 1)
        assert "已报送第 1 版" in answer.content.decode()
        assert field(answer, "beds")["value"] == "100"
        assert field(answer, "beds")["sent"] == 90

    @pytest.mark.parametrize("seen", ["", "-5", "x", "９"])
    def test_a_forged_number_of_the_revision_is_none_seen(self, director, address, home, seen):
        sent(home, beds=90)

        assert director.post(address, {"beds": "1", "key": "k", "seen": seen}).status_code == 422

    def test_the_reason_of_a_return_is_told(self, director, address, home, staff):
        return_(reports=[sent(home, beds=90)], by=staff, reason="与名册不符")

        assert "养老服务科 退回：与名册不符" in director.get(address).content.decode()

    def test_a_quarter_to_come_is_shown_closed(self, director, home):
        page = director.get(f"/facilities/{home.pk}/figures/2025Q1/")

        assert page.context["may_enter"] is False
        assert "2025年第一季度还没有开始。" in page.content.decode()

    @pytest.mark.parametrize("quarter", ["2024Q5", "2024M09", "x"])
    def test_no_quarter_is_not_found(self, director, home, quarter):
        assert director.get(f"/facilities/{home.pk}/figures/{quarter}/").status_code == 404

    def test_grades_are_chosen_and_levels_added_up(self, director, address, home):
        levels = {"level_5": "5", "level_4": "3", "level_3": "1", "level_2": "0", "level_1": "0"}
        typed = {"carers": "10", **levels, "fire_safety": "2", "satisfaction": "92.5", "key": "k", "seen": "0"}

        director.post(address, typed)

        values = FacilityReport.objects.get().values
        assert [
            values[name] for name in ("certified_carers", "intermediate_carers", "fire_safety", "satisfaction")
        ] == [*(9, 4, 2, 9250)]
        assert (
            field(director.get(address), "fire_safety")["value"],
            field(director.get(address), "satisfaction")["value"],
        ) == (
            "2",
            "92.5",
        )

    def test_another_director_finds_nothing_of_it(self, address, home, district, sign_in):
        other = UserFactory(role="facility", district=district, facility=FacilityFactory(town=home.town))
        client = sign_in(other)
        sent(home, beds=76543)

        answers = [client.get(page).status_code for page in (address, f"/facilities/{home.pk}/")]
        assert (answers, client.post(address, {"beds": "1", "key": "k"}).status_code) == ([404, 404], 404)
        assert "76543" not in client.get("/facilities/").content.decode()
        assert client.get("/").context["work"] == []

    def test_a_leader_reads_and_cannot_send(self, sign_in, leader, address, home):
        stood(home, beds=90)
        client = sign_in(leader)

        assert client.get(address).context["may_enter"] is False
        assert client.post(address, {"beds": "1"}).status_code == 403


class TestReview:
    @pytest.fixture
    def client(self, staff, sign_in):
        return sign_in(staff)

    def test_only_what_changed_is_shown(self, client, home):
        stood(home, Q2, beds=90, residents=70)
        report = sent(home, Q3, beds=90, residents=80, carers=0)

        (row,) = client.get(REVIEW).context["rows"]

        assert (row["report"], row["changes"]) == (
            report,
            [("在住老年人", "70", "80"), ("养老护理员", "—", "0")],
        )

    def test_a_correction_is_compared_with_what_stands_for_the_same_quarter(self, client, home):
        stood(home, Q2, beds=80)
        stood(home, Q3, beds=90)
        sent(home, Q3, beds=100)

        assert client.get(REVIEW).context["rows"][0]["changes"] == [("核定床位", "90", "100")]

    def test_the_list_goes_out_as_a_file(self, client, home):
        sent(home, beds=90, words="=1+1")

        rows = list(csv.reader(StringIO(client.get(f"{REVIEW}?export=csv").content.decode("utf-8-sig"))))

        assert rows[1][:8] == ["庙行镇", "庙行养老院", "2024年第三季度", "核定床位", "—", "90", "'=1+1", "街镇代填"]

    def test_one_is_accepted_by_its_own_button(self, client, home):
        report = sent(home, beds=90)

        answer = client.post(REVIEW, {"accept": report.pk}, follow=True)

        assert "已通过 1 行。" in answer.content.decode()
        assert list(FacilityReport.objects.standing()) == [report]

    def test_several_are_returned_with_a_reason(self, client, home):
        reports = [sent(home, beds=90), sent(FacilityFactory(town=home.town), beds=1)]

        client.post(REVIEW, {"action": "return", "report": [one.pk for one in reports], "reason": "不符"})

        assert {one.decision.reason for one in FacilityReport.objects.all()} == {"不符"}

    @pytest.mark.parametrize(
        ("form", "told"),
        [
            ({"action": "return", "report": "own"}, "退回必须填写原因。"),
            ({"action": "accept"}, "请先勾选要审核的行。"),
            ({"action": "accept", "report": "x"}, "请先勾选要审核的行。"),
            ({"action": "burn", "report": "own"}, "请选择通过或退回。"),
        ],
    )
    def test_what_makes_no_sense_is_told(self, client, home, form, told):
        report = sent(home, beds=90)
        form = {name: report.pk if value == "own" else value for name, value in form.items()}

        assert told in client.post(REVIEW, form, follow=True).content.decode()
        assert list(FacilityReport.objects.waiting()) == [report]

    def test_ones_own_is_left_to_others(self, client, home, staff):
        sent(home, by=staff, beds=90)

        page = client.get(REVIEW)

        assert page.context["rows"][0]["own"] is True
        assert "须他人审核" in page.content.decode()

    def test_a_leader_reads(self, sign_in, leader, home):
        sent(home, beds=90)

        assert sign_in(leader).get(REVIEW).context["may_review"] is False

    def test_another_districts_figures_are_out_of_reach(self, sign_in, stranger, home):
        report = sent(home, beds=90)
        client = sign_in(stranger)

        assert client.get(REVIEW).context["rows"] == []
        client.post(REVIEW, {"accept": report.pk})
        assert list(FacilityReport.objects.waiting()) == [report]

    def test_nothing_waiting_says_so(self, client, district):
        assert "没有待审核的机构数据" in client.get(REVIEW).content.decode()
