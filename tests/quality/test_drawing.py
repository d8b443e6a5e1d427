"""The joint draw as it is done: seed and pools first, then the draw, its inspections, and its publication."""

import pytest
from django.db.models import QuerySet

from quality.drawing import announce, carry_out, publish, repeat
from quality.inspection_rules import InspectionError
from quality.models import Department, Draw, Inspection, Inspector
from tasks.audited import KINDS
from tasks.models.report import LedgerError
from tasks.verifying import verify
from tests.factories import FacilityFactory
from tests.quality.inspections import DAY, a_list

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def homes(miaohang):
    return [FacilityFactory(town=miaohang) for _number in range(5)]


@pytest.fixture
def pool(district):
    a_list("joint", district=district)
    return [
        Inspector.objects.create(district=district, name=f"{name}{department}", department=department)
        for department in Department.values
        for name in "甲乙"
    ]


def announced(homes, staff, **fields):
    said = {"title": "联合检查", "planned_on": DAY, "count": 2, "key": "one", "seed": "2024101"} | fields
    return announce(district=staff.district, facilities=homes, by=staff, **said)


def refused(act, *args, **fields):
    with pytest.raises(InspectionError) as error:
        act(*args, **fields)
    return str(error.value)


def test_the_seed_and_both_pools_are_recorded_before_anything_is_drawn(homes, pool, staff, october):
    pool[0].active = False
    pool[0].save()

    draw = announced(homes, staff)

    assert (draw.seed, draw.at, draw.period, draw.acts.count()) == ("2024101", october, (2024, 4), 0)
    assert [one["key"] for one in draw.facilities] == [f"f{home.pk}" for home in homes]
    assert [one["key"] for one in draw.inspectors] == [f"i{one.pk}" for one in pool[1:]]
    assert not Inspection.objects.exists()


def test_without_a_seed_one_is_made(homes, pool, staff):
    first, second = announced(homes, staff, seed=""), announced(homes, staff, seed=" ", key="two")

    assert (len(first.seed), first.seed != second.seed) == (32, True)


def test_drawing_plans_an_inspection_with_a_team_of_all_departments(homes, pool, staff):
    draw = announced(homes, staff)

    act = carry_out(draw=draw, by=staff)

    plans = {f"f{one.facility_id}": one for one in Inspection.objects.filter(draw=draw)}
    assert {team["facility"] for team in act.result} == set(plans)
    for team in act.result:
        plan = plans[team["facility"]]
        assert [one["department"] for one in plan.team] == Department.values
        assert (plan.kind, plan.planned_on) == ("joint", DAY)
    assert carry_out(draw=draw, by=staff) == act
    assert Inspection.objects.count() == 2


def test_repeated_from_its_seed_it_is_the_same_draw_whatever_became_of_the_pools(homes, pool, staff, miaohang):
    draw = announced(homes, staff)
    act = carry_out(draw=draw, by=staff)
    FacilityFactory(town=miaohang)
    Inspector.objects.update(active=False)

    assert repeat(Draw.objects.get(pk=draw.pk)) == act.result


def test_sent_twice_it_is_announced_once(homes, pool, staff):
    assert announced(homes, staff) == announced(homes, staff)
    assert Draw.objects.count() == 1


def test_a_form_that_is_changed_and_sent_again_is_not_taken_for_the_first(homes, pool, staff):
    announced(homes, staff)

    told = refused(announced, homes, staff, count=1)

    assert told == "这张表已提交过，没有重复登记；另登记一项请重新打开本页。"


def test_what_was_recorded_is_never_changed(homes, pool, staff):
    draw = announced(homes, staff)
    draw.seed = "another"

    with pytest.raises(LedgerError):
        draw.save()
    with pytest.raises(LedgerError):
        Draw.objects.all().delete()


def test_pools_that_are_too_small_are_told_and_nothing_is_recorded(homes, pool, staff):
    assert refused(announced, homes, staff, count=6) == "要抽取 6 家机构，机构库中只有 5 家。"
    assert refused(announced, homes, staff, per_department=3) == "每组需要民政 3 人，在库的只有 2 人。"
    assert not Draw.objects.exists()


def test_only_a_draw_that_was_drawn_is_published_and_then_all_of_the_district_see_it(
    homes, pool, staff, leader, official, neighbour, facility_user, stranger
):
    draw = announced(homes, staff)
    assert refused(publish, draw=draw, by=staff) == "尚未抽取，没有可公开的结果。"

    def seeing():
        people = (staff, leader, official, neighbour, facility_user, stranger)
        return [user.username for user in people if Draw.objects.visible_to(user).exists()]

    carry_out(draw=draw, by=staff)
    assert seeing() == ["staff", "leader"]
    assert publish(draw=draw, by=staff) == publish(draw=draw, by=staff)
    assert seeing() == ["staff", "leader", "official", "neighbour", "facility"]


def test_seed_pools_result_and_publication_stand_in_the_chain(homes, pool, staff):
    draw = announced(homes, staff)
    act = carry_out(draw=draw, by=staff)
    publish(draw=draw, by=staff)
    assert (verify(staff.district).intact, verify(staff.district).number) == (True, 3)
    assert KINDS["quality.drawact"].told(act.pk) == KINDS["quality.draw"].told(draw.pk) == "联合检查"

    QuerySet(Draw).filter(pk=draw.pk).update(seed="another")

    assert verify(staff.district).broken.kind == "quality.draw"
