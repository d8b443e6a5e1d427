"""The visit's page: what a script sends and gets, and the same by an ordinary form."""

import pytest
from django.urls import reverse

from quality.models import Inspection, InspectionPhoto, VisitLine
from quality.visiting import keep
from tests.factories import FacilityFactory, UserFactory, a_file
from tests.quality.inspections import a_list, inspected, planned, typed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

JSON = {"X-Visit": "1"}


@pytest.fixture
def visit(miaohang, staff):
    return planned(FacilityFactory(town=miaohang, name="乐汇养老院"), by=staff)


@pytest.fixture
def items(visit):
    return [item.pk for item in visit.item_list.items.all()]


@pytest.fixture
def client(staff, sign_in):
    return sign_in(staff)


def at(visit, name="visit"):
    return reverse(f"inspection-{name}", args=[visit.pk])


def lines(**typed):
    """`lines(i3="met", i4=("not_met", "坏"))` with versions 0."""
    form = {"line": []}
    for key, said in typed.items():
        number = key[1:]
        verdict, words = said if isinstance(said, tuple) else (said, "")
        form["line"].append(number)
        form |= {f"{number}.verdict": verdict, f"{number}.words": words, f"{number}.version": "0"}
    return form


def end(**more):
    return {"visited_on": "2024-10-14", "words": "总体尚可", "key": "one"} | more


def all_met(items):
    return lines(**{f"i{item}": "met" for item in items})


class TestLines:
    def test_what_is_sent_is_kept_and_answered_with_its_version(self, client, visit, items):
        response = client.post(at(visit, "lines"), lines(**{f"i{items[0]}": ("not_met", "坏")}))

        assert response.json() == {"lines": {str(items[0]): {"version": 1}}}
        line = VisitLine.objects.get()
        assert line.typed == {"verdict": "not_met", "points": "", "words": "坏", "severity": ""}

    def test_what_somebody_else_changed_comes_back_beside_it(self, client, visit, items, district):
        other = UserFactory(district=district, name="李二")
        said = {"verdict": "not_met", "points": "", "words": "门锁", "severity": ""}
        keep(inspection=visit, lines={items[0]: (said, 0)}, by=other)

        response = client.post(at(visit, "lines"), lines(**{f"i{items[0]}": "met"}))

        words = "第 1 项已由 李二 于 10:00 填为：不合格，门锁"
        assert response.json() == {"lines": {str(items[0]): {"version": 1, "typed": said, "words": words}}}

    def test_once_submitted_nothing_more_is_kept_and_the_result_is_shown_the_way(self, client, miaohang, staff):
        done = inspected(FacilityFactory(town=miaohang), by=staff).inspection

        response = client.post(at(done, "lines"), lines(i1="met"))

        assert response.status_code == 409
        told = {"fault": "这次检查已提交，不能再改；有误请更正。", "url": f"/inspections/{done.pk}/"}
        assert response.json() == told

    @pytest.mark.parametrize("number", ["x", "-1", "9" * 30, ""])
    def test_an_item_that_is_none_is_refused(self, client, visit, number):
        response = client.post(at(visit, "lines"), {"line": number, f"{number}.verdict": "met"})

        assert response.status_code == 409


class TestPhotos:
    def send(self, client, visit, item, file, key="0123456789"):
        return client.post(at(visit, "photos"), {"item": item, "key": key, "file": file})

    def test_a_photo_sent_twice_is_kept_once(self, client, visit, items):
        first = self.send(client, visit, items[0], a_file("现场.jpg"))
        again = self.send(client, visit, items[0], a_file("现场.jpg"))

        photo = InspectionPhoto.objects.get()
        told = {"key": "0123456789", "name": "现场.jpg", "url": f"/inspections/{visit.pk}/photos/{photo.pk}/"}
        assert (first.json(), again.json()) == (told, told)

    @pytest.mark.parametrize(
        ("file", "key", "told"),
        [
            (a_file("现场.exe"), "0123456789", "“现场.exe”不是照片，可上传：jpg jpeg png"),
            (a_file("现场.jpg"), "short", "没有收到照片，请重新选择。"),
            ("", "0123456789", "没有收到照片，请重新选择。"),
        ],
    )
    def test_what_is_not_taken_is_told(self, client, visit, items, file, key, told):
        response = self.send(client, visit, items[0], file, key)

        assert (response.status_code, response.json()) == (422, {"fault": told})

    def test_one_over_the_limit_is_told(self, client, visit, items, settings):
        settings.EVIDENCE_MAX_BYTES = 1024 * 1024

        response = self.send(client, visit, items[0], a_file("现场.jpg", b"x" * (1024 * 1024 + 1)))

        assert response.json() == {"fault": "“现场.jpg”超过 1 MB，未上传。请压缩或拆分后重试。"}

    def test_it_is_taken_back_while_the_visit_goes_on(self, client, visit, items):
        address = self.send(client, visit, items[0], a_file("现场.jpg")).json()["url"]

        assert client.post(address).url == f"{at(visit)}#item-{items[0]}"
        assert not InspectionPhoto.objects.exists()


class TestSubmitting:
    def test_a_script_gets_where_to_go_on_and_twice_the_same(self, client, visit, items):
        client.post(at(visit, "lines"), all_met(items))

        first = client.post(at(visit), end(), headers=JSON)
        again = client.post(at(visit), end(), headers=JSON)

        assert (first.json(), again.json()) == ({"url": f"/inspections/{visit.pk}/"},) * 2
        assert Inspection.objects.get().result.words == "总体尚可"

    def test_an_ordinary_form_brings_its_lines_with_it(self, client, visit, items):
        response = client.post(at(visit), all_met(items) | end())

        assert response.url == f"/inspections/{visit.pk}/"
        assert Inspection.objects.get().result.grade == "excellent"

    def test_what_is_to_be_mended_is_told_and_what_was_typed_stays(self, client, visit, items):
        form = lines(**{f"i{items[0]}": ("not_met", "")}) | end()

        response = client.post(at(visit), form)
        by_script = client.post(at(visit), form, headers=JSON)

        told = "还有 1 项没有结论：第 2 项。 第 1 项：不合格的请写明发现的问题。"
        assert (response.status_code, by_script.status_code) == (422, 422)
        assert by_script.json() == {"faults": [told]}
        assert [str(message) for message in response.context["messages"]] == [told]
        assert response.context["groups"][0][1][0]["typed"]["verdict"] == "not_met"

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            ({"visited_on": ""}, "检查日期：这个字段是必填项。"),
            ({"visited_on": "昨天"}, "检查日期：输入一个有效的日期。"),
            ({"words": "长" * 1001}, "总体评价：确保该变量包含不超过 1000 字符 (目前字符数 1001)。"),
        ],
    )
    def test_a_field_at_fault_is_named(self, client, visit, items, more, told):
        response = client.post(at(visit), all_met(items) | end(**more), headers=JSON)

        assert response.json() == {"faults": [told]}

    def test_a_line_that_somebody_else_changed_is_not_overwritten_by_the_form(self, client, visit, items, district):
        other = UserFactory(district=district, name="李二")
        keep(inspection=visit, lines={items[0]: ({"verdict": "na"}, 0)}, by=other)

        response = client.post(at(visit), all_met(items) | end(), headers=JSON)

        assert response.json() == {"faults": ["第 1 项已由 李二 于 10:00 填为：不适用"]}

    def test_a_visit_that_is_over_leads_to_its_result(self, client, miaohang, staff):
        done = inspected(FacilityFactory(town=miaohang), by=staff).inspection

        assert client.get(at(done)).url == f"/inspections/{done.pk}/"


class TestThePage:
    def test_it_shows_what_was_typed_under_the_groups(self, client, visit):
        typed(visit, ("not_met", "坏", "major"))

        groups = client.get(at(visit)).context["groups"]

        assert [(title, [row["typed"].get("words") for row in rows]) for title, rows in groups] == [
            ("服务提供", ["坏"]),
            ("服务安全", [None]),
        ]
        assert groups[0][1][0]["is_open"]

    def test_a_score_is_typed_and_a_survey_asks_how_many_answered(self, client, miaohang, staff):
        a_list("satisfaction", judged="score")
        survey = planned(FacilityFactory(town=miaohang), "satisfaction", by=staff)

        page = client.get(at(survey)).content.decode()

        assert "得分（0–10）" in page
        assert 'name="respondents"' in page

    def test_others_do_not_open_it(self, visit, official, leader, facility_user, sign_in):
        assert [sign_in(user).get(at(visit)).status_code for user in (official, leader, facility_user)] == [404] * 3
