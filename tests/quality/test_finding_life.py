"""What is told of a finding afterwards: its timeline, its history page, its notices, and the town's page."""

import datetime as dt

import pytest

from quality.finding_life import events, with_files
from quality.models import FindingAct, PlanAct
from quality.notice_words import finding as finding_words
from quality.notice_words import plan as plan_words
from tests.factories import FacilityFactory, ProgrammeFactory
from tests.quality.findings import DUE, Case, a_finding, criteria, photo

database = [pytest.mark.django_db, pytest.mark.usefixtures("october")]
FACTS = {"facility": "庙行养老院", "subject": "消防通道", "words": "", "due_on": ""}


class TestWords:
    @pytest.mark.parametrize(
        ("act", "title"),
        [
            ("assigned", "庙行养老院有隐患交办，请签收：消防通道"),
            ("signed", "庙行养老院已签收：消防通道"),
            ("progressed", "庙行养老院报告整改进展：消防通道"),
            ("submitted", "庙行养老院提交整改，待验收：消防通道"),
            ("returned", "庙行养老院整改被退回：消防通道"),
            ("extended", "庙行养老院整改延期：消防通道"),
            ("verified", "庙行养老院重大隐患已复核，待另一人销号：消防通道"),
            ("closed", "庙行养老院隐患已销号：消防通道"),
        ],
    )
    def test_each_act_has_its_own(self, act, title):
        assert finding_words(FACTS | {"act": act}) == (title, "")

    def test_every_act_can_be_told(self):
        assert all(finding_words(FACTS | {"act": kind}).title for kind in FindingAct.Kind)

    def test_the_words_and_the_last_day_come_along(self):
        told = finding_words(FACTS | {"act": "extended", "words": "等配件", "due_on": "2024-11-05"})

        assert told.detail == "等配件；整改期限11月5日"

    @pytest.mark.parametrize(
        ("act", "title"),
        [
            ("found", "庙行养老院发现 2 项问题隐患，待交办"),
            ("soon", "庙行养老院有 2 项隐患即将到整改期限"),
            ("late", "庙行养老院有 2 项隐患逾期未整改"),
        ],
    )
    def test_several_are_counted_and_named(self, act, title):
        assert finding_words({"facility": "庙行养老院", "act": act, "lines": ["甲", "乙"]}) == (title, "甲、乙")

    @pytest.mark.parametrize("act", ["", *PlanAct.Kind])
    def test_a_plan_is_told_with_its_version(self, act):
        told = plan_words({"facility": "庙行养老院", "version": 3, "act": act, "words": "同意"})

        assert ("第 3 版" in told.title, told.detail) == (True, "同意")


class TestTimeline:
    pytestmark = database

    @pytest.fixture
    def case(self, miaohang):
        return Case(FacilityFactory(town=miaohang), files=[photo()], criterion=criteria()[0])

    def test_it_begins_with_what_was_found_and_tells_every_act(self, case):
        case.verified()
        acts = list(case.finding.acts.select_related("by", "criterion"))

        told = [(event.what, str(event.who), event.reason) for event in events(case.finding, acts)]
        assert told == [
            ("发现", "科员甲", "通道堆放杂物"),
            ("交办", "科员甲", ""),
            ("签收", "李院长", ""),
            ("提交整改", "李院长", "已清理通道"),
            ("复核通过", "科员甲", "现场已看"),
        ]

    def test_an_assignment_says_who_how_grave_and_by_when(self, case):
        acts = list(case.assigned().finding.acts.select_related("by", "criterion"))

        assert [tuple(change) for change in events(case.finding, acts)[1].changes] == [
            ("责任人", "", "王主任"),
            ("等级", "", "重大（1. 情形1）"),
            ("整改期限", "", str(DUE)),
        ]

    def test_each_event_has_its_own_files(self, case):
        case.submitted()
        acts = list(case.finding.acts.select_related("by", "criterion"))
        life = with_files(events(case.finding, acts), acts, case.finding.files.all())

        assert [len(files) for _event, files in life] == [1, 0, 0, 1]

    def test_its_history_is_for_who_sees_it(self, case, sign_in, neighbour):
        ProgrammeFactory(slug="plan", district=case.finding.district)
        address = f"/p/plan/history/finding/{case.assigned().finding.pk}/"

        assert "王主任" in sign_in(case.people.director).get(address).content.decode()
        assert sign_in(neighbour).get(address).status_code == 404


class TestTheTownsPage:
    pytestmark = database

    def page(self, client, **asked):
        return client.get("/p/plan/towns/310113112/", asked).content.decode()

    def test_late_findings_stand_on_it_the_latest_last(self, miaohang, youyi, sign_in, staff, time_machine):
        ProgrammeFactory(slug="plan", district=miaohang.district)
        home = FacilityFactory(town=miaohang)
        for number in range(6):
            Case(home, subject=f"项目{number}").assigned(due_on=dt.date(2024, 10, 15 + number))
        Case(FacilityFactory(town=youyi), subject="邻镇项目").assigned(due_on=dt.date(2024, 10, 15))
        a_finding(home, subject="未交办")
        time_machine.move_to(dt.datetime(2024, 10, 31, 2, tzinfo=dt.UTC))

        page = self.page(sign_in(staff))
        assert "逾期未整改的隐患 6 项" in page
        assert [f"项目{number}" in page for number in range(6)] == [True] * 5 + [False]
        assert [word for word in ("邻镇项目", "未交办") if word in page] == []

    def test_a_past_date_tells_nothing_of_today(self, miaohang, sign_in, staff, time_machine):
        ProgrammeFactory(slug="plan", district=miaohang.district)
        Case(FacilityFactory(town=miaohang)).assigned()
        time_machine.move_to(dt.datetime(2024, 11, 2, 2, tzinfo=dt.UTC))
        client = sign_in(staff)

        shown = ["逾期未整改的隐患" in self.page(client, as_of=day) for day in ("2024-11-02", "2024-11-01")]
        assert shown == [True, False]
