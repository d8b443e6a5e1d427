"""A facility enters its own people, the bureau confirms; nothing is lost, nobody counts twice."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError

from quality.measures import Measure
from quality.models import Level, PersonAct, PersonRecord, PersonState, Training
from quality.people import PeopleError, certified, decide, next_states
from quality.people_lists import counts, levels
from quality.taken_over import taken_over
from tasks.models import Notification
from tests.factories import FacilityFactory, ProgrammeFactory
from tests.quality.cases import Q2, Q3, stood
from tests.quality.years import DAY, a_training, put_forward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

CONFIRMED, PAID, REFUSED, WITHDRAWN = (
    PersonState.CONFIRMED,
    PersonState.PAID,
    PersonState.REFUSED,
    PersonState.WITHDRAWN,
)


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district, slug="plan")


@pytest.fixture
def home(facility_user):
    return facility_user.facility


@pytest.fixture
def waiting(programme, home, facility_user):
    return put_forward(programme, home, by=facility_user)


def standing(record):
    return PersonRecord.objects.standing().get(pk=record.pk)


def told(user):
    return list(Notification.objects.filter(user=user).values_list("facts__act", flat=True))


class TestEnter:
    def test_what_a_facility_enters_waits_and_the_bureau_is_told(self, staff, programme, home, facility_user):
        record = put_forward(programme, home, by=facility_user)

        assert (standing(record).state, told(staff)) == (PersonState.WAITING, ["entered"])

    def test_what_the_bureau_enters_is_confirmed(self, programme, home, staff):
        assert standing(put_forward(programme, home, by=staff)).state == CONFIRMED

    @pytest.mark.parametrize("who", ["official", "neighbour", "leader"])
    def test_nobody_else_enters(self, programme, home, request, who):
        with pytest.raises(PeopleError, match="人员由所在养老机构或区民政局登记。"):
            put_forward(programme, home, by=request.getfixturevalue(who))

    def test_a_director_enters_no_other_facility_s_people(self, programme, facility_user, youyi):
        with pytest.raises(PeopleError, match="人员由所在养老机构或区民政局登记。"):
            put_forward(programme, FacilityFactory(town=youyi), by=facility_user)

    def test_the_same_form_sent_twice_is_written_once(self, programme, home, staff):
        first = put_forward(programme, home, by=staff, key="k")

        assert put_forward(programme, home, by=staff, key="k") == first
        assert (PersonRecord.objects.count(), PersonAct.objects.count()) == (1, 1)

    def test_a_spent_key_with_another_name_is_told(self, programme, home, staff):
        put_forward(programme, home, by=staff, key="k")

        with pytest.raises(PeopleError, match="这张表已提交过，没有重复登记"):
            put_forward(programme, home, by=staff, key="k", name="李四")

    def test_a_person_is_put_forward_once(self, waiting, facility_user, home):
        with pytest.raises(PeopleError, match="庙行养老院的“张三”（金牌管理者）已登记。"):
            put_forward(waiting.programme, home, by=facility_user)

    def test_who_was_withdrawn_can_be_put_forward_again(self, waiting, facility_user, home):
        decide(records=[waiting], state=WITHDRAWN, words="填错", by=facility_user)

        assert standing(put_forward(waiting.programme, home, by=facility_user)).state == PersonState.WAITING

    def test_a_subsidy_is_there_once_a_month(self, programme, home, staff):
        put_forward(programme, home, kind="subsidy", by=staff)
        put_forward(programme, home, kind="subsidy", by=staff, month=dt.date(2024, 8, 1))

        with pytest.raises(PeopleError, match="（入职补贴）已登记"):
            put_forward(programme, home, kind="subsidy", by=staff, amount=Decimal(1))

    def test_a_certificate_of_a_day_to_come_is_refused(self, programme, home, staff):
        with pytest.raises(PeopleError, match="发证日期 2024-10-16 还没有到。"):
            put_forward(programme, home, kind="certificate", by=staff, issued_on=dt.date(2024, 10, 16))

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"kind": "certificate", "level": 6, "number": "1", "issued_on": DAY}, "person_certificate"),
            ({"kind": "certificate", "level": 5, "issued_on": DAY}, "person_certificate"),
            ({"kind": "subsidy", "amount": 0, "month": DAY}, "person_subsidy"),
            ({"kind": "manager", "amount": 1, "month": DAY}, "person_subsidy"),
            ({"kind": "training"}, "person_training"),
            ({"kind": "manager", "name": ""}, "person_has_a_name"),
        ],
    )
    def test_a_half_recorded_one_is_kept_out(self, programme, home, staff, fields, constraint):
        said = {"district": programme.district, "programme": programme, "facility": home, "name": "甲", "by": staff}

        with pytest.raises(IntegrityError, match=constraint):
            PersonRecord.objects.create(key="k", **said | fields)


class TestDecide:
    def test_the_bureau_confirms_and_the_facility_is_told(self, waiting, staff, facility_user):
        decide(records=[waiting], state=CONFIRMED, by=staff)

        assert (standing(waiting).state, told(facility_user)) == (CONFIRMED, ["decided"])

    def test_a_subsidy_is_paid_after_it_is_confirmed(self, programme, home, staff):
        record = put_forward(programme, home, kind="subsidy", by=staff)

        decide(records=[record], state=PAID, by=staff)

        assert standing(record).state == PAID

    @pytest.mark.parametrize("state", [REFUSED, WITHDRAWN])
    def test_a_reason_is_due(self, waiting, staff, state):
        with pytest.raises(PeopleError, match="请填写原因。"):
            decide(records=[waiting], state=state, words=" ", by=staff)

    def test_a_long_reason_is_told(self, waiting, staff):
        with pytest.raises(PeopleError, match="原因不超过 500 字，现有 501 字。"):
            decide(records=[waiting], state=REFUSED, words="字" * 501, by=staff)

    def test_all_or_none(self, waiting, programme, home, staff):
        done = put_forward(programme, home, by=staff, name="李四")

        with pytest.raises(PeopleError, match="“李四 金牌管理者”当前为已确认，不能改为已确认。"):
            decide(records=[waiting, done], state=CONFIRMED, by=staff)

        assert standing(waiting).state == PersonState.WAITING

    def test_who_can_do_what(self, waiting, staff, facility_user, official, leader):
        record = standing(waiting)
        users = (staff, facility_user, official, leader)

        assert [next_states(record, user) for user in users] == [
            [CONFIRMED, REFUSED, WITHDRAWN],
            [WITHDRAWN],
            [],
            [],
        ]

    def test_a_facility_cannot_take_back_what_is_confirmed(self, waiting, staff, facility_user):
        decide(records=[waiting], state=CONFIRMED, by=staff)

        with pytest.raises(PeopleError, match="不能改为已撤销"):
            decide(records=[waiting], state=WITHDRAWN, words="填错", by=facility_user)


class TestTraining:
    def test_it_is_recorded_once(self, programme, staff):
        first = a_training(programme, by=staff, key="k")

        assert a_training(programme, by=staff, key="k") == first
        with pytest.raises(PeopleError, match="2024-10-10 的“监测培训”已登记。"):
            a_training(programme, by=staff)

    def test_it_is_not_of_a_day_to_come(self, programme, staff):
        with pytest.raises(PeopleError, match="培训日期 2024-10-16 还没有到。"):
            a_training(programme, by=staff, held_on=dt.date(2024, 10, 16))

    def test_it_has_hours(self, programme, staff):
        said = {"district": programme.district, "programme": programme, "held_on": DAY, "key": "k", "by": staff}

        with pytest.raises(IntegrityError, match="training_has_subject_and_hours"):
            Training.objects.create(subject="甲", hours=0, **said)


class TestCertificates:
    @pytest.fixture
    def certificates(self, programme, home, staff, facility_user):
        """张三 holds levels five and four, 李四 level five since the second quarter; 王五's waits."""
        put_forward(programme, home, kind="certificate", by=staff, issued_on=dt.date(2024, 9, 30))
        put_forward(programme, home, kind="certificate", by=staff, level=5, number="2", issued_on=dt.date(2024, 6, 30))
        put_forward(
            programme,
            home,
            kind="certificate",
            by=staff,
            name="李四",
            level=5,
            number="3",
            issued_on=dt.date(2024, 6, 1),
        )
        put_forward(programme, home, kind="certificate", by=facility_user, name="王五", number="4")

    def test_a_person_counts_once_at_the_highest_level(self, certificates, home):
        assert certified([home], Q3) == {(home.pk, Measure.LEVEL_4): 1, (home.pk, Measure.LEVEL_5): 1}

    def test_what_was_issued_later_does_not_count_yet(self, certificates, home):
        assert certified([home], Q2) == {(home.pk, Measure.LEVEL_5): 2}

    def test_the_figures_stand_beside_the_records(self, certificates, home, staff):
        stood(home, Q3, by=staff, carers=9, level_5=3, level_4=1, level_3=0, level_2=0, level_1=0)

        assert [(line.held, line.figure, line.difference) for line in levels([home], Q3)][:3] == [
            (1, 3, -2),
            (1, 1, 0),
            (0, 0, 0),
        ]

    def test_without_figures_there_is_no_difference(self, certificates, home):
        assert levels([home], Q3)[0].difference is None

    def test_the_next_quarter_s_figures_take_them_over(self, certificates, home):
        taken = taken_over(home, Q3)

        assert [taken[one].value for one in (Measure.LEVEL_5, Measure.LEVEL_4, Measure.LEVEL_1)] == [1, 1, 0]
        assert taken[Measure.LEVEL_4].source == "取自已确认的证书记录"

    def test_without_certificates_nothing_is_taken_over(self, home):
        assert taken_over(home, Q3) == {}


def test_counts_say_what_stands_what_waits_and_what_is_aimed_at(programme, waiting, home, staff):
    programme.people_plans.create(kind="manager", target=10, words="选树计划")
    programme.people_plans.create(kind="expert", words="尖兵计划")
    put_forward(programme, home, by=staff, name="李四")
    put_forward(programme, home, kind="subsidy", by=staff)

    found = counts(programme, PersonRecord.objects.standing())

    assert [(one.kind.value, one.confirmed, one.note) for one in found] == [
        ("manager", 1, "目标 10，待确认 1"),
        ("expert", 0, "通知未定人数"),
        ("training", 0, "未设目标人数"),
        ("certificate", 0, "未设目标人数"),
        ("subsidy", 1, "未设目标人数，合计 500.00 元"),
    ]


def test_a_smaller_number_is_a_higher_level():
    assert [level.label for level in Level] == [
        "五级（初级工）",
        "四级（中级工）",
        "三级（高级工）",
        "二级（技师）",
        "一级（高级技师）",
    ]
