"""Examples are everybody's once published; withdrawn they are kept, with the reason."""

import datetime as dt

import pytest
from django.db import IntegrityError

from quality.models import Example
from quality.publicity import ExampleError, withdraw
from tasks.models import Notification
from tests.factories import FacilityFactory, ProgrammeFactory, a_file
from tests.quality.findings import a_finding
from tests.quality.years import an_example

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def programme(district):
    return ProgrammeFactory(district=district, slug="plan")


@pytest.fixture
def home(facility_user):
    return facility_user.facility


@pytest.fixture
def example(programme, home, staff):
    return an_example(programme, home, by=staff)


def told(user):
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("facts__act", flat=True))


class TestPublish:
    def test_the_facility_and_its_town_are_told(self, example, facility_user, official, neighbour):
        another = an_example(example.programme, example.facility, by=example.by, kind="criticised")

        assert another.kind == Example.Kind.CRITICISED
        assert [told(user) for user in (facility_user, official, neighbour)] == [
            ["good", "criticised"],
            ["criticised"],
            [],
        ]

    def test_it_keeps_its_files(self, programme, home, staff):
        example = an_example(programme, home, by=staff, files=[a_file("照片.jpg")])

        assert [file.name for file in example.files.all()] == ["照片.jpg"]

    def test_the_same_form_sent_twice_is_published_once(self, programme, home, staff):
        first = an_example(programme, home, by=staff, key="k")

        assert an_example(programme, home, by=staff, key="k") == first
        assert Example.objects.count() == 1

    def test_a_criticised_one_rests_on_a_finding_of_its_facility(self, programme, home, staff):
        finding = a_finding(home, by=staff)

        assert an_example(programme, home, by=staff, kind="criticised", finding=finding).finding == finding
        with pytest.raises(ExampleError, match="只能用于曝光其所在机构的问题"):
            an_example(programme, home, by=staff, kind="good", finding=finding)
        with pytest.raises(ExampleError, match="只能用于曝光其所在机构的问题"):
            an_example(programme, FacilityFactory(town=home.town), by=staff, kind="criticised", finding=finding)

    def test_a_facility_of_another_district_is_refused(self, programme, staff, stranger):
        elsewhere = FacilityFactory(town__district=stranger.district, name="长宁养老院")

        with pytest.raises(ExampleError, match="“长宁养老院”不在本区。"):
            an_example(programme, elsewhere, by=staff)

    def test_a_day_to_come_is_refused(self, programme, home, staff):
        with pytest.raises(ExampleError, match="发布日期 2024-10-16 还没有到。"):
            an_example(programme, home, by=staff, published_on=dt.date(2024, 10, 16))

    def test_a_program_is_not_taken(self, programme, home, staff):
        with pytest.raises(ExampleError, match="不允许上传"):
            an_example(programme, home, by=staff, files=[a_file("a.exe", b"MZ")])

    def test_it_has_words(self, programme, home, staff):
        with pytest.raises(IntegrityError, match="example_has_words"):
            an_example(programme, home, by=staff, words=" ")


class TestWithdraw:
    def test_it_is_kept_with_the_reason(self, example, staff, facility_user):
        row = withdraw(example=example, reason=" 数据有误 ", by=staff)

        assert (row.reason, row.by, told(facility_user)) == ("数据有误", staff, ["good", "withdrawn"])
        assert (Example.objects.count(), Example.objects.in_force().count()) == (1, 0)

    @pytest.mark.parametrize(
        ("reason", "message"), [(" ", "请填写撤回原因。"), ("字" * 501, "原因不超过 500 字，现有 501 字。")]
    )
    def test_a_reason_is_due(self, example, staff, reason, message):
        with pytest.raises(ExampleError, match=message):
            withdraw(example=example, reason=reason, by=staff)

    def test_it_is_withdrawn_once(self, example, staff):
        withdraw(example=example, reason="误", by=staff)

        with pytest.raises(ExampleError, match="“夜间巡视”已撤回。"):
            withdraw(example=example, reason="误", by=staff)


class TestPages:
    def titles(self, client):
        return [one.title for one in client.get("/p/plan/examples/").context["page"].object_list]

    def test_everybody_of_the_district_reads_what_is_published(self, example, sign_in, neighbour, facility_user):
        assert [self.titles(sign_in(user)) for user in (neighbour, facility_user)] == [["夜间巡视"], ["夜间巡视"]]

    def test_what_is_withdrawn_is_the_bureau_s_and_the_facility_s_to_see(
        self, example, sign_in, staff, neighbour, facility_user
    ):
        address = example.get_absolute_url()
        sign_in(staff).post(address, {"reason": "数据有误"})

        assert (self.titles(sign_in(staff)), self.titles(sign_in(neighbour))) == (["夜间巡视"], [])
        assert sign_in(neighbour).get(address).status_code == 404
        for user in (staff, facility_user):  # the latter is told, and led there
            assert "数据有误" in sign_in(user).get(address).content.decode()

    def test_the_finding_behind_it_is_for_those_who_see_the_facility(self, programme, home, staff, sign_in, neighbour):
        said = {"kind": "criticised", "finding": a_finding(home, by=staff)}
        address = an_example(programme, home, by=staff, **said).get_absolute_url()

        assert [sign_in(user).get(address).context["finding"] for user in (staff, neighbour)] == [said["finding"], None]

    def test_the_bureau_publishes_from_a_finding(self, programme, home, staff, sign_in):
        finding, client = a_finding(home, by=staff), sign_in(staff)
        form = client.get(f"/p/plan/examples/new/?finding={finding.pk}").context["form"]
        typed = {name: getattr(value, "pk", value) for name, value in form.initial.items()}

        client.post("/p/plan/examples/new/", typed)

        example = Example.objects.get()
        assert (example.kind, example.finding, example.title) == ("criticised", finding, finding.subject)

    def test_the_list_is_narrowed_and_exported(self, example, sign_in, staff):
        an_example(example.programme, example.facility, by=staff, kind="criticised", title="通道堵塞")
        client = sign_in(staff)

        page = client.get("/p/plan/examples/?kind=criticised").context["page"]
        lines = client.get("/p/plan/examples/?kind=good&export=csv").content.decode("utf-8-sig").splitlines()

        assert [one.title for one in page.object_list] == ["通道堵塞"]
        assert lines[1] == "正面典型,夜间巡视,庙行养老院,庙行镇,2024-10-10,及时响应,"
