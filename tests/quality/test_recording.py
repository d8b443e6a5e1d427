"""What is written of a finding: numbers, repetition, an inspection's findings once, and what is refused."""

import datetime as dt

import pytest

from quality import visiting
from quality.models import Finding, FindingFile, Inspection
from quality.recording import Found
from quality.rectifying import FindingError, raise_findings, record
from tasks.models import Notification
from tests.factories import FacilityFactory, a_file
from tests.quality.findings import FOUND, a_finding, photo
from tests.quality.inspections import inspected, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]


@pytest.fixture
def home(miaohang):
    return FacilityFactory(town=miaohang, name="庙行养老院")


@pytest.fixture
def inspection(home):
    return planned(home)


def items(inspection):
    return list(inspection.item_list.items.order_by("number"))


def corrected(inspection):
    """One that replaces it."""
    same = ("district", "facility", "item_list", "kind", "year", "quarter", "planned_on")
    said = {name: getattr(inspection, name) for name in same}
    return Inspection.objects.create(**said, replaces=inspection, reason="漏项", key="correction")


def raised(inspection, by, count=2, **said):
    found = [Found(item, f"不合格{item.number}", **said) for item in items(inspection)[:count]]
    return raise_findings(inspection=inspection, findings=found, by=by, found_on=FOUND)


class TestByHand:
    def test_it_is_numbered_in_its_district_and_year(self, home, staff):
        first, second = a_finding(home, by=staff), a_finding(home, by=staff, subject="食品留样")
        earlier = a_finding(home, by=staff, subject="用电", found_on=dt.date(2023, 12, 31))

        assert [(one.year, one.number) for one in (first, second, earlier)] == [(2024, 1), (2024, 2), (2023, 1)]
        assert str(first) == "隐患〔2024〕1号"

    def test_the_same_subject_at_the_same_facility_is_repeated(self, home, miaohang, staff):
        first = a_finding(home, by=staff)
        again = a_finding(home, by=staff)
        other = a_finding(FacilityFactory(town=miaohang), by=staff)

        assert (again.occurrence, again.previous) == (2, first)
        assert (other.occurrence, other.previous) == (1, None)

    def test_sent_twice_it_is_written_once(self, home, staff):
        first, second = (a_finding(home, by=staff, key="same") for _ in range(2))

        assert first == second
        assert Finding.objects.count() == 1

    def test_a_key_is_not_used_for_something_else(self, home, staff):
        a_finding(home, by=staff, key="same")

        with pytest.raises(FindingError, match="已提交过"):
            a_finding(home, by=staff, key="same", words="另一件事")

    def test_its_photos_are_kept(self, home, staff):
        finding = a_finding(home, by=staff, files=[photo()])

        kept = FindingFile.objects.get()
        assert (kept.finding, kept.act, kept.name, kept.is_picture) == (finding, None, "整改后.jpg", True)

    def test_a_program_is_no_photo_and_nothing_is_written(self, home, staff):
        with pytest.raises(FindingError, match="类型不允许上传"):
            a_finding(home, by=staff, files=[a_file("照片.jpg", b"MZ program")])
        assert Finding.objects.count() == 0

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            ({"words": " "}, "请填写检查项目和问题描述。"),
            ({"subject": ""}, "请填写检查项目和问题描述。"),
            ({"words": "字" * 1001}, "内容不超过 1000 字，现有 1001 字。"),
            ({"found_on": dt.date(2024, 10, 16)}, "发现日期 2024-10-16 还没有到。"),
        ],
    )
    def test_what_is_wrong_is_said(self, home, staff, said, told):
        with pytest.raises(FindingError) as error:
            a_finding(home, by=staff, **said)
        assert str(error.value) == told

    def test_today_has_come(self, home, staff):
        assert a_finding(home, by=staff, found_on=dt.date(2024, 10, 15)).year == 2024

    @pytest.mark.parametrize(
        ("who", "allowed"),
        [("staff", True), ("official", True), ("neighbour", False), ("leader", False), ("stranger", False)],
    )
    def test_the_town_and_the_bureau_record(self, home, who, allowed, request):
        by = request.getfixturevalue(who)
        if allowed:
            assert a_finding(home, by=by).by == by
        else:
            with pytest.raises(FindingError, match="由街镇或区民政局登记"):
                a_finding(home, by=by)

    def test_a_director_does_not_record(self, facility_user):
        with pytest.raises(FindingError, match="由街镇或区民政局登记"):
            record(
                facility=facility_user.facility, subject="甲", words="乙", severity="ordinary", found_on=FOUND,
                by=facility_user, key="k",
            )  # fmt: skip


class TestByAnInspection:
    def test_each_item_becomes_a_finding_with_its_words(self, inspection, staff):
        first, second = raised(inspection, staff)

        item = items(inspection)[0]
        assert (first.subject, first.words, first.item, first.inspection) == (item.words, "不合格1", item, inspection)
        assert (first.facility, first.found_on, first.number, second.number) == (inspection.facility, FOUND, 1, 2)

    def test_asked_again_it_returns_what_it_wrote_and_tells_nobody_twice(self, inspection, staff, official):
        first = raised(inspection, staff)
        again = raised(inspection, staff)

        assert again == first
        assert Notification.objects.filter(user=official).count() == 1

    def test_a_correction_keeps_the_findings_of_the_same_items(self, home, inspection, staff):
        first = raised(inspection, staff, count=1)
        correction = corrected(inspection)

        assert raised(correction, staff)[0] == first[0]
        assert Finding.objects.count() == 2

    def test_the_next_inspection_repeats_what_is_found_again(self, home, inspection, staff):
        raised(inspection, staff)
        later = raised(planned(home), staff)

        assert [one.occurrence for one in later] == [2, 2]

    def test_photos_come_along_and_are_stored_once(self, inspection, staff):
        taken = visiting.attach(inspection=inspection, item=items(inspection)[0], file=photo(), key="p", by=staff)
        raised(inspection, staff, count=1, photos=[taken])

        kept = FindingFile.objects.get()
        assert (kept.name, kept.sha256, kept.file.name) == ("整改后.jpg", taken.sha256, taken.file.name)

    def test_what_is_submitted_raises_what_was_found(self, home, staff, official):
        inspected(home, "met", ("not_met", "门锁损坏", "major"), by=staff)

        finding = Finding.objects.get()
        assert (finding.words, finding.severity, finding.subject) == ("门锁损坏", "major", "内容2")
        assert (finding.found_on, finding.by) == (dt.date(2024, 10, 14), staff)

    def test_what_was_met_is_no_finding(self, home):
        inspected(home)

        assert Finding.objects.count() == 0

    def test_the_town_is_told_how_many_there_are_to_assign(self, inspection, staff, official):
        raised(inspection, staff)

        notice = Notification.objects.get(user=official)
        assert (notice.kind, notice.facts["act"], len(notice.facts["lines"])) == ("finding", "found", 2)
        assert notice.url == f"/findings/?facility={inspection.facility_id}"

    def test_nothing_found_is_nothing_told(self, inspection, staff, official):
        assert raise_findings(inspection=inspection, findings=[], by=staff) == []
        assert Notification.objects.count() == 0
