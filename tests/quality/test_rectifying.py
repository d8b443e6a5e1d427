"""Rectification act by act: who may, in which order, what is required, and who may not do two parts."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.permissions import Role
from quality import rectifying
from quality.finding_rules import next_acts
from quality.models import FindingAct, FindingFile
from quality.rectifying import FindingError
from tasks.audited import KINDS, contents
from tasks.models import AuditEntry, Notification
from tasks.models.report import LedgerError
from tasks.reporting import new_key
from tests.factories import FacilityFactory, UserFactory
from tests.quality.findings import DUE, Case, criteria, photo, reread

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="庙行养老院", director="李院长")


@pytest.fixture
def case(home):
    return Case(home)


@pytest.fixture
def major(home):
    return Case(home, criterion=criteria()[0])


def refused(case, verb, by, **said):
    """The message with which an act is refused; nothing is written then."""
    before = FindingAct.objects.count()
    with pytest.raises(FindingError) as error:
        case.act(verb, by, **said)
    assert FindingAct.objects.count() == before
    return str(error.value)


class TestTheUsualWay:
    def test_each_act_leads_to_its_state(self, case):
        people, states = case.people, [case.state.label]
        steps = [
            ("assign", people.official, {"responsible": "王主任", "due_on": DUE, "severity": "ordinary"}),
            ("sign", people.director, {}),
            ("report_progress", people.director, {"words": "已订货"}),
            ("submit", people.director, {"words": "已清理"}),
            ("return_", people.official, {"words": "照片不清"}),
            ("submit", people.director, {"words": "重拍"}),
            ("close", people.official, {"words": "合格"}),
        ]
        for verb, by, said in steps:
            case.act(verb, by, **said)
            states.append(case.state.label)

        assert states == ["待交办", "待签收", "整改中", "整改中", "待验收", "退回重改", "待验收", "已销号"]
        assert [act.number for act in case.finding.acts.all()] == [1, 2, 3, 4, 5, 6, 7]

    def test_a_finding_knows_who_answers_for_it_and_by_when(self, case):
        found = reread(case.assigned().finding)

        assert (found.responsible, found.due_on, found.closed_at) == ("王主任", DUE, None)

    def test_until_it_is_signed_for_it_may_be_assigned_anew(self, case):
        case.assigned().assigned(responsible="赵主任", due_on=dt.date(2024, 10, 20))

        found = reread(case.finding)
        assert (found.responsible, found.due_on) == ("赵主任", dt.date(2024, 10, 20))

    def test_after_that_only_extended(self, case):
        told = refused(case.signed(), "assign", case.people.staff, responsible="甲", due_on=DUE, severity="ordinary")

        assert told == "隐患〔2024〕1号目前“整改中”，不能交办。"

    def test_a_closed_one_stays_closed(self, case):
        assert refused(case.closed(), "submit", case.people.director, words="再改") == (
            "隐患〔2024〕1号目前“已销号”，不能提交整改。"
        )
        assert next_acts(reread(case.finding), list(case.finding.acts.all()), case.people.official) == []

    def test_the_town_may_rectify_for_its_facility_and_another_closes(self, case):
        town = case.people.official
        case.assigned().act("sign", town)
        case.act("submit", town, words="街镇代办：已清理")

        assert refused(case, "close", town, words="合格") == "您办理过这项整改，须由他人销号。"
        case.act("close", case.people.staff, words="合格")
        assert case.state == "closed"


class TestWords:
    @pytest.mark.parametrize(
        ("reach", "verb", "who", "told"),
        [
            ("signed", "submit", "director", "请填写采取的整改措施和结果。"),
            ("signed", "report_progress", "director", "请填写整改进展。"),
            ("submitted", "return_", "staff", "退回必须填写原因。"),
            ("submitted", "close", "staff", "请填写验收意见。"),
        ],
    )
    def test_an_act_says_what_it_must(self, case, reach, verb, who, told):
        getattr(case, reach)()

        assert refused(case, verb, getattr(case.people, who), words="  ") == told

    def test_words_have_a_limit(self, case):
        case.signed().act("report_progress", case.people.director, words="字" * 1000)

        told = refused(case, "submit", case.people.director, words="字" * 1001)
        assert told == "内容不超过 1000 字，现有 1001 字。"


class TestAssigning:
    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"responsible": " "}, "请填写整改责任人。"),
            ({"responsible": "字" * 51}, "责任人不超过 50 字，现有 51 字。"),
            ({"due_on": dt.date(2024, 10, 14)}, "整改期限 2024-10-14 已经过去。"),
            ({"severity": "major"}, "判定为重大隐患须选择判定标准。"),
        ],
    )
    def test_what_is_missing_is_said(self, case, said, told):
        said = {"responsible": "王主任", "due_on": DUE, "severity": "ordinary"} | said

        assert refused(case, "assign", case.people.staff, **said) == told

    def test_today_is_not_over(self, case):
        assert reread(case.assigned(due_on=dt.date(2024, 10, 15)).finding).due_on == dt.date(2024, 10, 15)

    def test_an_ordinary_one_has_no_criterion(self, case):
        told = refused(
            case,
            "assign",
            case.people.staff,
            responsible="甲",
            due_on=DUE,
            severity="ordinary",
            criterion=criteria()[0],
        )
        assert told == "一般隐患不选重大隐患判定标准。"

    def test_the_criterion_is_of_the_list_in_force_when_it_was_found(self, major):
        newer = criteria("2024", dt.date(2024, 10, 9))[0]
        old = criteria("2020", dt.date(2020, 1, 1))[0]
        said = {"responsible": "甲", "due_on": DUE, "severity": "major"}

        for other in (newer, old):
            told = refused(major, "assign", major.people.staff, criterion=other, **said)
            assert told == "所选标准在发现日期 2024-10-08 不是施行的版本。"
        major.act("assign", major.people.staff, criterion=major.criterion, **said)
        assert reread(major.finding).grade == "major"

    def test_a_list_holds_from_its_own_day_on(self, home):
        criterion = criteria("2024", dt.date(2024, 10, 8))[0]

        assert reread(Case(home, criterion=criterion).assigned().finding).major is True

    def test_another_severity_than_found_needs_a_reason(self, major):
        said = {"responsible": "甲", "due_on": DUE, "severity": "ordinary"}

        told = refused(major, "assign", major.people.staff, **said)
        assert told == "检查时判断为重大，改变等级须说明理由。"
        major.act("assign", major.people.staff, words="不符合任何一种情形", **said)
        assert reread(major.finding).grade == "ordinary"


class TestExtending:
    @pytest.mark.parametrize(
        ("day", "told"),
        [
            (DUE, "延期后的期限应晚于现在的期限 2024-10-31，现为 2024-10-31。"),
            (dt.date(2024, 10, 14), "整改期限 2024-10-14 已经过去。"),
        ],
    )
    def test_the_new_day_is_later(self, case, day, told):
        assert refused(case.signed(), "extend", case.people.staff, words="等配件", due_on=day) == told

    def test_one_day_later_will_do_and_leaves_the_state(self, case):
        case.signed().act("extend", case.people.official, words="等配件", due_on=dt.date(2024, 11, 1))

        assert (case.state, reread(case.finding).due_on) == ("rectifying", dt.date(2024, 11, 1))

    def test_it_needs_a_reason(self, case):
        told = refused(case.signed(), "extend", case.people.staff, words="", due_on=dt.date(2024, 11, 1))

        assert told == "延期必须填写原因。"

    def test_the_facility_does_not_extend_its_own(self, case):
        told = refused(case.signed(), "extend", case.people.director, words="忙", due_on=dt.date(2024, 11, 1))

        assert told.startswith("签收和整改由机构")


class TestClosing:
    def test_the_one_who_rectified_does_not_close(self, case):
        assert refused(case.submitted(), "close", case.people.director, words="好了").startswith("签收和整改由机构")

    def test_an_ordinary_one_needs_no_verification(self, case):
        told = refused(case.submitted(), "verify", case.people.staff, words="看过")

        assert told == "一般隐患验收后直接销号，不须复核。"

    def test_a_major_one_needs_evidence(self, major):
        told = refused(major.signed(), "submit", major.people.director, words="已清理")

        assert told == "重大隐患提交整改须附照片或材料。"
        major.act("submit", major.people.director, words="已清理", files=[photo()])
        assert (major.state, FindingFile.objects.get().act.kind) == ("submitted", "submitted")

    def test_a_major_one_is_verified_before_it_is_closed(self, major):
        told = refused(major.submitted(), "close", major.people.staff, words="合格")

        assert told == "重大隐患须先复核，再由另一人销号。"

    def test_a_major_one_is_closed_by_a_second_person(self, major):
        told = refused(major.verified(), "close", major.people.staff, words="合格")
        assert told == "您已复核这项重大隐患，须由另一人销号。"

        act = major.act("close", major.people.second, words="合格")
        assert (act.rectifier, act.verifier, major.state) == (major.people.director, major.people.staff, "closed")

    def test_what_was_sent_back_is_verified_anew(self, major):
        major.verified().act("return_", major.people.second, words="复查不合格")
        major.act("submit", major.people.director, words="再改", files=[photo()])

        assert refused(major, "close", major.people.second, words="合格") == "重大隐患须先复核，再由另一人销号。"

    def test_a_page_offers_each_only_what_is_their_turn(self, major):
        finding, people = major.submitted().finding, major.people
        acts = list(finding.acts.all())

        def offered(user):
            return [str(kind) for kind in next_acts(reread(finding), acts, user)]

        assert offered(people.director) == []
        assert (offered(people.staff), offered(people.official)) == (
            ["verified", "returned", "voided"],
            ["verified", "returned"],
        )


class TestWho:
    @pytest.mark.parametrize("role", [Role.LEADER, Role.CITY])
    def test_readers_do_nothing(self, case, role):
        reader = UserFactory(role=role, district=None if role == Role.CITY else case.finding.district)
        if role == Role.CITY:
            reader.districts.add(case.finding.district)

        assert refused(case, "sign", reader).startswith("签收和整改由机构")

    def test_a_neighbours_director_and_a_neighbouring_town_do_nothing(self, case, miaohang, neighbour):
        other = UserFactory(role="facility", district=miaohang.district, facility=FacilityFactory(town=miaohang))
        case.assigned()

        for stranger in (other, neighbour):
            assert refused(case, "sign", stranger).startswith("签收和整改由机构")

    def test_the_bureau_does_not_sign_for_a_facility(self, case):
        assert refused(case.assigned(), "sign", case.people.staff).startswith("签收和整改由机构")


class TestTwice:
    def test_an_act_sent_twice_is_written_once(self, case):
        first, second = (
            case.act("assign", case.people.staff, key="same", responsible="甲", due_on=DUE, severity="ordinary")
            for _ in range(2)
        )

        assert first == second
        assert case.finding.acts.count() == 1

    def test_a_key_is_not_used_for_another_act(self, case):
        case.assigned().act("sign", case.people.director, key="same")

        assert refused(case, "submit", case.people.director, words="好", key="same").startswith("提交凭证已被使用")

    def test_who_did_not_see_the_last_act_is_told_of_it(self, case):
        case.signed()

        told = refused(case, "extend", case.people.staff, words="等", due_on=dt.date(2024, 12, 1), seen=1)
        assert told == "打开本页以后已由 李院长 于 2024-10-15 10:00 签收，请看过后再办理。"
        case.act("extend", case.people.staff, words="等", due_on=dt.date(2024, 12, 1), seen=2)


class TestLedger:
    def test_nothing_is_changed_or_deleted(self, case):
        act = case.assigned().finding.acts.get()
        for row in (case.finding, act):
            with pytest.raises(LedgerError):
                row.save()
            with pytest.raises(LedgerError):
                row.delete()

    @pytest.mark.parametrize(
        "said",
        [
            {"kind": "submitted", "words": ""},
            {"kind": "signed", "due_on": DUE},
            {"kind": "assigned", "responsible": "甲"},
            {"kind": "assigned", "responsible": "甲", "due_on": DUE, "major": True},
            {"kind": "closed", "words": "合格"},
            {"kind": "closed", "words": "合格", "rectifier": "by"},
            {"kind": "closed", "words": "合格", "rectifier": "director", "major": True},
            {"kind": "closed", "words": "合格", "rectifier": "director", "verifier": "by", "major": True},
            {"kind": "verified", "words": "合格", "rectifier": "by", "major": True},
        ],
    )
    def test_the_database_refuses_what_breaks_a_rule(self, case, said):
        people = {"by": case.people.staff, "director": case.people.director}
        said = {
            name: people.get(value, value) if name in ("rectifier", "verifier") else value
            for name, value in said.items()
        }
        row = {
            "district": case.finding.district,
            "number": 9,
            "key": new_key(),
            "by": case.people.staff,
            "major": False,
        }

        with pytest.raises(IntegrityError), transaction.atomic():
            FindingAct.objects.create(finding=case.finding, **(row | said))

    def test_two_acts_never_share_a_number_nor_a_closing(self, case):
        act = case.closed().finding.acts.last()
        row = {"district": act.district, "finding": act.finding, "by": act.by, "major": False, "words": "再"}

        with pytest.raises(IntegrityError), transaction.atomic():
            FindingAct.objects.create(**row, kind="progressed", number=act.number, key="a")
        with pytest.raises(IntegrityError), transaction.atomic():
            FindingAct.objects.create(**row, kind="closed", number=9, rectifier=act.rectifier, key="b")

    def test_findings_and_acts_stand_in_the_chain_with_their_files(self, case):
        act = case.submitted().finding.acts.last()

        kinds = set(AuditEntry.objects.values_list("kind", "row"))
        assert {("quality.finding", case.finding.pk), ("quality.findingact", act.pk)} <= kinds
        (file,) = contents("quality.findingact", [act.pk])[act.pk]["files"]
        assert file["name"] == "整改后.jpg"
        assert KINDS["quality.findingact"].told(act.pk) == "庙行养老院 隐患〔2024〕1号 提交整改"
        assert KINDS["quality.finding"].told(case.finding.pk) == "庙行养老院 隐患〔2024〕1号"

    def test_a_row_changed_behind_the_portals_back_has_another_content(self, case):
        before = contents("quality.finding", [case.finding.pk])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE quality_finding SET words = %s WHERE id = %s", ["没有问题", case.finding.pk])

        assert contents("quality.finding", [case.finding.pk]) != before


class TestTelling:
    def told(self, user):
        return [(one.kind, one.facts["act"]) for one in Notification.objects.filter(user=user).order_by("pk")]

    def test_the_facility_hears_of_what_comes_from_above(self, case):
        case.submitted().act("return_", case.people.staff, words="不够")

        assert self.told(case.people.director) == [("finding", "assigned"), ("finding", "returned")]

    def test_the_town_and_the_assigning_bureau_hear_of_the_facilitys_acts(self, case):
        case.submitted()

        assert self.told(case.people.official) == [("finding", act) for act in ("found", "signed", "submitted")]
        assert self.told(case.people.second) == [("finding", act) for act in ("found", "signed", "submitted")]

    def test_the_bureau_is_left_alone_with_ordinary_ones_that_the_town_assigned(self, case):
        case.act("assign", case.people.official, responsible="甲", due_on=DUE, severity="ordinary")
        case.act("sign", case.people.director)

        assert self.told(case.people.second) == [("finding", "found")]

    def test_a_facility_without_anybody_on_the_portal_is_reached_through_its_town(self, home):
        case = Case(home)
        case.people.director.delete()
        case.assigned()

        assert self.told(case.people.official) == [("finding", "found"), ("finding", "assigned")]


def test_every_act_has_a_verb():
    assert set(rectifying.VERBS) == set(FindingAct.Kind)
