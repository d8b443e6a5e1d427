"""The pages of a programme's year: its timeline, events and people."""

import datetime as dt

import pytest

from quality.models import Event, EventState, PersonRecord, Phase, Training
from tests.factories import ProgrammeFactory, TaskFactory, a_file
from tests.quality.cases import Q3, stood
from tests.quality.inspections import planned
from tests.quality.years import a_phase, a_training, an_event, held, put_forward

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

TIMELINE, PEOPLE = "/p/plan/timeline/", "/p/plan/people/"


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district, slug="plan")


@pytest.fixture
def home(facility_user):
    return facility_user.facility


@pytest.fixture
def bureau(staff, sign_in):
    return sign_in(staff)


def lines(client, address):
    return client.get(address).content.decode("utf-8-sig").splitlines()[1:]


class TestTimeline:
    @pytest.fixture
    def year(self, programme, staff):
        """Two phases; in October an event that was held, one that is late, and one until December."""
        first = a_phase(programme, title="部署", starts_on=dt.date(2024, 9, 1), ends_on=dt.date(2024, 10, 31))
        a_phase(programme, title="总结", starts_on=dt.date(2024, 12, 1), ends_on=dt.date(2024, 12, 31))
        held(an_event(programme, phase=first, title="已办"), by=staff)
        an_event(programme, phase=first, title="迟办")
        an_event(programme, phase=first, title="长办", kind="routine", ends_on=dt.date(2024, 12, 1))

    def test_months_by_phases_with_today_marked(self, year, bureau):
        context = bureau.get(TIMELINE).context

        assert [(month.first.month, month.is_now) for month in context["columns"]] == [
            (9, False),
            (10, True),
            (11, False),
            (12, False),
        ]
        cells = [[(cell.inside, len(cell.rows)) for cell in line.cells] for line in context["lines"]]
        assert cells == [
            [(True, 0), (True, 3), (False, 1), (False, 1)],
            [(False, 0), (False, 0), (False, 0), (True, 0)],
        ]

    def test_states_are_counted(self, year, bureau):
        counts = bureau.get(TIMELINE).context["counts"]

        assert counts == [(EventState.RUNNING, 1), (EventState.DONE, 1), (EventState.OVERDUE, 1)]

    @pytest.mark.parametrize(
        ("query", "titles"),
        [("state=overdue", ["迟办"]), ("kind=routine", ["长办"]), ("state=x", ["已办", "迟办", "长办"])],
    )
    def test_the_list_is_narrowed(self, year, bureau, query, titles):
        months = bureau.get(f"{TIMELINE}?{query}").context["months"]

        assert [row.event.title for month in months for row in month.rows] == titles

    def test_it_is_exported(self, year, bureau):
        assert lines(bureau, f"{TIMELINE}?export=csv&state=done") == [
            "部署,已办,培训,2024-10-01,2024-10-10,已完成,2024-10-10,,,,,"
        ]

    def test_a_plan_without_phases_says_so(self, programme, bureau):
        assert "尚无阶段安排" in bureau.get(TIMELINE).content.decode()


class TestEvent:
    def test_inspections_of_its_kind_within_its_days_carry_it_out(self, programme, home, staff, bureau):
        event = an_event(programme, kind="inspection", inspection_kind="daily", ends_on=dt.date(2024, 10, 14))
        planned(home, by=staff, programme=programme)
        planned(home, by=staff, programme=programme, planned_on=dt.date(2024, 10, 15))

        row = bureau.get(event.get_absolute_url()).context["row"]

        assert (row.planned, row.submitted) == (1, 0)

    def test_a_facility_is_not_told_of_inspections_to_come(self, programme, home, staff, facility_user, sign_in):
        event = an_event(programme, kind="inspection", inspection_kind="daily", ends_on=dt.date(2024, 10, 14))
        planned(home, by=staff, programme=programme)

        assert sign_in(facility_user).get(event.get_absolute_url()).context["row"].planned == 0

    def test_the_bureau_records_what_was_held_with_a_file(self, programme, bureau):
        event = an_event(programme)
        form = {"kind": "done", "done-done_on": "2024-10-09", "done-words": "38家", "done-key": "k"}

        answer = bureau.post(event.get_absolute_url(), form | {"done-files": a_file("签到表.pdf")}, follow=True)

        act = event.acts.get()
        assert (answer.status_code, act.done_on, act.words) == (200, dt.date(2024, 10, 9), "38家")
        address = f"{event.get_absolute_url()}files/{act.files.get().pk}/"
        assert bureau.get(address).getvalue() == b"%PDF-1.7 evidence"

    def test_what_was_typed_stays_where_it_is_refused(self, programme, bureau):
        event = an_event(programme)
        form = {"kind": "done", "done-done_on": "2024-10-16", "done-words": "38家", "done-key": "k"}

        answer = bureau.post(event.get_absolute_url(), form)

        assert (answer.status_code, event.acts.count()) == (422, 0)
        assert "完成日期 2024-10-16 还没有到。" in answer.content.decode()
        assert "38家" in answer.content.decode()

    def test_a_town_reads_and_has_no_form(self, programme, sign_in, official):
        assert sign_in(official).get(an_event(programme).get_absolute_url()).context["forms"] == []

    def test_the_bureau_adds_and_changes_events(self, programme, bureau):
        phase, task = a_phase(programme), TaskFactory(programme=programme)
        typed = {"phase": phase.pk, "task": task.pk, "kind": "meeting", "title": "例会"}
        typed |= {"starts_on": "2024-10-01", "ends_on": "2024-10-02"}

        bureau.post(f"{TIMELINE}new/", typed)
        event = Event.objects.get()
        bureau.post(f"{event.get_absolute_url()}edit/", typed | {"title": "推进例会"})

        event.refresh_from_db()
        assert (event.title, event.task, event.history.count()) == ("推进例会", task, 2)

    @pytest.mark.parametrize(
        ("typed", "message"),
        [({"ends_on": "2024-09-30"}, "结束日期不能早于开始日期。"), ({"starts_on": "十月"}, "有效的日期")],
    )
    def test_bad_dates_are_told(self, programme, bureau, typed, message):
        said = {"title": "阶段", "starts_on": "2024-10-01", "ends_on": "2024-10-02"}

        answer = bureau.post(f"{TIMELINE}phases/1/", said | typed)

        assert (answer.status_code, Phase.objects.count()) == (422, 0)
        assert message in answer.content.decode()

    def test_a_phase_follows_the_last_one(self, programme, bureau):
        a_phase(programme)

        assert [bureau.get(f"{TIMELINE}phases/{number}/").status_code for number in (1, 2, 3)] == [200, 200, 404]

    def test_another_plan_s_phase_is_no_choice(self, programme, bureau):
        other = a_phase(ProgrammeFactory(district=programme.district))
        typed = {
            "phase": other.pk,
            "kind": "meeting",
            "title": "例会",
            "starts_on": "2024-10-01",
            "ends_on": "2024-10-02",
        }

        assert bureau.post(f"{TIMELINE}new/", typed).status_code == 422


class TestPeople:
    def test_a_director_puts_forward_and_the_bureau_confirms(self, programme, home, facility_user, sign_in, bureau):
        typed = {"facility": home.pk, "name": "张三", "words": "带教", "key": "k"}
        sign_in(facility_user).post(f"{PEOPLE}new/?kind=expert", typed)
        record = PersonRecord.objects.get()

        bureau.post(PEOPLE, {"record": record.pk, "state": "confirmed"})

        shown = sign_in(facility_user).get(PEOPLE).context["rows"]
        assert [(one.name, one.kind, one.state.value, next) for one, next in shown] == [
            ("张三", "expert", "confirmed", [])
        ]

    @pytest.mark.parametrize(
        ("who", "names"),
        [("facility_user", ["甲"]), ("official", ["甲"]), ("neighbour", ["乙"]), ("leader", ["甲", "乙"])],
    )
    def test_each_sees_their_own(self, programme, home, youyi, staff, sign_in, request, who, names):
        reader = request.getfixturevalue(who)
        put_forward(programme, home, by=staff, name="甲")
        put_forward(programme, home.__class__.objects.create(town=youyi, name="友谊院"), by=staff, name="乙")

        rows = sign_in(reader).get(PEOPLE).context["rows"]

        assert sorted(one.name for one, _next in rows) == sorted(names)

    def test_a_director_reads_why_somebody_was_refused(self, programme, home, facility_user, sign_in, bureau):
        record = put_forward(programme, home, by=facility_user)
        bureau.post(PEOPLE, {"record": record.pk, "state": "refused", "words": "从业不满三年"})

        (shown,) = sign_in(facility_user).get(PEOPLE).context["rows"]

        assert (shown[0].state.value, shown[0].last_words) == ("refused", "从业不满三年")
        assert "从业不满三年" in sign_in(facility_user).get(PEOPLE).content.decode()

    def test_a_director_has_no_choice_but_the_own_facility(self, programme, home, facility_user, sign_in, youyi):
        other = home.__class__.objects.create(town=youyi, name="友谊院")

        answer = sign_in(facility_user).post(f"{PEOPLE}new/", {"facility": other.pk, "name": "张三", "key": "k"})

        assert (answer.status_code, PersonRecord.objects.count()) == (422, 0)

    def test_records_of_another_are_not_decided(self, programme, youyi, staff, home, facility_user, sign_in):
        other = put_forward(programme, home.__class__.objects.create(town=youyi, name="友谊院"), by=staff)

        sign_in(facility_user).post(PEOPLE, {"record": other.pk, "state": "withdrawn", "words": "误"})

        assert [act.kind for act in other.acts.all()] == ["confirmed"]

    @pytest.mark.parametrize(
        ("form", "message"),
        [({}, "请先勾选人员记录。"), ({"state": "x"}, "请选择办理意见。"), ({"state": "refused"}, "请填写原因。")],
    )
    def test_what_is_missing_is_told(self, programme, home, facility_user, bureau, form, message):
        record = put_forward(programme, home, by=facility_user)

        answer = bureau.post(PEOPLE, form | ({"record": record.pk} if form else {}), follow=True)

        assert [str(one) for one in answer.context["messages"]] == [message]

    @pytest.mark.parametrize(("month", "status"), [("2024-07", 302), ("2024-13", 422), ("七月", 422)])
    def test_a_subsidy_is_for_a_month(self, programme, home, bureau, month, status):
        typed = {"facility": home.pk, "name": "张三", "amount": "500", "month": month, "key": "k"}

        assert bureau.post(f"{PEOPLE}new/?kind=subsidy", typed).status_code == status

    def test_a_training_and_who_attended(self, programme, home, bureau, staff):
        bureau.post(f"{PEOPLE}trainings/new/", {"subject": "消防", "held_on": "2024-10-09", "hours": "4", "key": "k"})
        training = Training.objects.get()
        bureau.post(
            f"{PEOPLE}new/?kind=training", {"facility": home.pk, "name": "甲", "training": training.pk, "key": "a"}
        )

        assert bureau.get(PEOPLE).context["trainings"] == [(training, 1)]

    def test_the_target_is_the_bureau_s_to_set(self, programme, bureau):
        bureau.post(f"{PEOPLE}plan/?kind=expert", {"target": "20", "words": ""})

        assert [(one.kind, one.target) for one in programme.people_plans.all()] == [("expert", 20)]

    def test_certificates_stand_beside_the_figures(self, programme, home, staff, bureau):
        stood(home, Q3, by=staff, carers=9, level_5=0, level_4=3, level_3=0, level_2=0, level_1=0)
        put_forward(programme, home, kind="certificate", by=staff, issued_on=dt.date(2024, 9, 1))

        context = bureau.get(PEOPLE).context

        assert context["quarter"] == Q3
        assert [(one.held, one.figure, one.difference) for one in context["levels"]][1] == (1, 3, -2)

    def test_it_is_narrowed_and_exported(self, programme, home, staff, bureau):
        put_forward(programme, home, by=staff)
        put_forward(programme, home, kind="certificate", by=staff, name="李四")

        found = lines(bureau, f"{PEOPLE}?kind=certificate&q=李&state=confirmed&town=310113112&export=csv")

        assert found == ["等级证书,李四,庙行养老院,庙行镇,已确认,,四级（中级工）,1,2024-10-10,,,,,2024-10-15 10:00"]


class TestQueries:
    @pytest.fixture
    def grow(self, programme, home, staff):
        def grow(count):
            for _number in range(count):
                number = Event.objects.count()
                event = an_event(programme, phase=a_phase(programme), title=f"事项{number}")
                held(event, by=staff)
                training = a_training(programme, by=staff, subject=f"培训{number}")
                put_forward(programme, home, by=staff, kind="training", training=training)
                put_forward(programme, home, by=staff, name=f"甲{number}")

        grow(1)
        return grow

    @pytest.mark.parametrize(
        ("address", "limit"),
        [(TIMELINE, 8), (f"{TIMELINE}?export=csv", 6), (PEOPLE, 15), (f"{PEOPLE}?export=csv", 5)],
    )
    def test_a_page_costs_the_same_for_one_and_for_three(self, grow, bureau, django_assert_num_queries, address, limit):
        with django_assert_num_queries(limit):
            bureau.get(address)
        grow(2)
        with django_assert_num_queries(limit):
            bureau.get(address)


def test_the_bureau_s_front_page_counts_what_is_late_and_who_waits(programme, home, facility_user, sign_in, bureau):
    an_event(programme)
    put_forward(programme, home, by=facility_user)

    page, own = (client.get("/").content.decode() for client in (bureau, sign_in(facility_user)))

    assert "1 项工作安排逾期未完成" in page
    assert "确认 1 条人员记录" in page
    assert "工作安排逾期" not in own
