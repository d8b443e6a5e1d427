"""A visit as it goes on: lines and photos, sent twice, by two people, of another list, after the end."""

from decimal import Decimal

import pytest
from django.conf import settings

from quality.inspection_rules import InspectionError
from quality.models import InspectionItem, InspectionPhoto, Verdict, VisitLine
from quality.visit_reading import read
from quality.visiting import attach, keep, remove
from tasks.evidence import EvidenceError
from tests.factories import FacilityFactory, UserFactory, a_file
from tests.quality.inspections import a_list, inspected, planned

MET = {"verdict": "met", "points": "", "words": "", "severity": ""}
NOT_MET = MET | {"verdict": "not_met", "words": "通道堵塞"}


class TestReading:
    """One item as typed: no database."""

    def item(self, judged="check"):
        return InspectionItem(number=1, points=Decimal(10), judged=judged)

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ({"verdict": "met"}, ("met", 10, "", "")),
            ({"verdict": "not_met", "words": " 坏 "}, ("not_met", 0, "坏", "ordinary")),
            ({"verdict": "not_met", "words": "坏", "severity": "major"}, ("not_met", 0, "坏", "major")),
            ({"verdict": "met", "words": "很好", "severity": "major"}, ("met", 10, "很好", "")),
            ({"verdict": "na", "points": "x"}, ("na", 0, "", "")),
        ],
    )
    def test_a_check_is_met_or_not(self, typed, expected):
        found, fault = read(self.item(), typed)

        assert (found[1:], fault) == (expected, "")

    @pytest.mark.parametrize(
        ("typed", "expected"),
        [
            ({"points": "10"}, ("met", 10, "", "")),
            ({"points": "８．５"}, ("partly", 8.5, "", "")),
            ({"points": "8.5", "words": "缺扶手"}, ("partly", 8.5, "缺扶手", "ordinary")),
            ({"points": "0", "words": "无"}, ("not_met", 0, "无", "ordinary")),
            ({"points": "", "verdict": "na"}, ("na", 0, "", "")),
        ],
    )
    def test_a_score_tells_its_verdict(self, typed, expected):
        found, fault = read(self.item("score"), typed)

        assert (found[1:], fault) == (expected, "")

    @pytest.mark.parametrize("judged", ["check", "score"])
    def test_nothing_typed_is_nothing_yet(self, judged):
        assert read(self.item(judged), {"severity": "ordinary"}) == (None, "")

    @pytest.mark.parametrize(
        ("judged", "typed", "fault"),
        [
            ("score", {"points": "10.01"}, "得分应为 0 至 10 的数，最多两位小数，不是“10.01”。"),
            ("score", {"points": "-1"}, "得分应为 0 至 10 的数，最多两位小数，不是“-1”。"),
            ("score", {"points": "1.234"}, "得分应为 0 至 10 的数，最多两位小数，不是“1.234”。"),
            ("score", {"points": "0"}, "不合格的请写明发现的问题。"),
            ("check", {"verdict": "not_met"}, "不合格的请写明发现的问题。"),
            ("check", {"words": "坏"}, "请先给出结论。"),
            ("check", {"verdict": "met", "severity": "huge"}, "程度应为“一般”或“重大”，不是“huge”。"),
            ("check", {"verdict": "partly"}, "结论应为合格、不合格或不适用，不是“partly”。"),
            ("check", {"verdict": "met", "words": "长" * 501}, "文字不超过 500 字，现有 501 字。"),
        ],
    )
    def test_what_cannot_be_read_is_told(self, judged, typed, fault):
        assert read(self.item(judged), typed) == (None, fault)

    def test_verdicts_have_their_words(self):
        assert [verdict.label for verdict in Verdict] == ["合格", "部分得分", "不合格", "不适用"]


@pytest.fixture
def inspection(miaohang, staff, october):
    return planned(FacilityFactory(town=miaohang), by=staff)


@pytest.fixture
def item(inspection):
    return inspection.item_list.items.first()


@pytest.mark.django_db
class TestLines:
    def test_a_line_counts_its_changes_and_the_same_again_changes_nothing(self, inspection, item, staff):
        versions = []
        for typed, seen in ((MET, 0), (MET, 0), (NOT_MET, 1), (NOT_MET, 1)):
            kept = keep(inspection=inspection, lines={item.pk: (typed, seen)}, by=staff)[item.pk]
            versions.append((kept.line.version, kept.is_other))

        assert versions == [(1, False), (1, False), (2, False), (2, False)]
        assert VisitLine.objects.get().typed == NOT_MET

    def test_two_people_at_different_items_do_not_wait_for_each_other(self, inspection, staff):
        other = UserFactory(district=staff.district)
        first, second = inspection.item_list.items.all()
        keep(inspection=inspection, lines={first.pk: (MET, 0)}, by=staff)

        kept = keep(inspection=inspection, lines={second.pk: (MET, 0)}, by=other)

        assert [(one.line.by, one.is_other) for one in kept.values()] == [(other, False)]

    def test_what_somebody_else_changed_meanwhile_is_not_overwritten(self, inspection, item, staff):
        other = UserFactory(district=staff.district)
        keep(inspection=inspection, lines={item.pk: (MET, 0)}, by=other)

        kept = keep(inspection=inspection, lines={item.pk: (NOT_MET, 0)}, by=staff)[item.pk]

        assert (kept.is_other, kept.line.typed, kept.line.by, kept.line.version) == (True, MET, other, 1)
        again = keep(inspection=inspection, lines={item.pk: (NOT_MET, 1)}, by=staff)[item.pk]
        assert (again.is_other, again.line.typed) == (False, NOT_MET)

    def test_an_item_of_another_list_is_refused(self, inspection, staff):
        foreign = a_list("platform").items.first()

        with pytest.raises(InspectionError) as error:
            keep(inspection=inspection, lines={foreign.pk: (MET, 0)}, by=staff)

        assert str(error.value) == f"检查项目表里没有这一项（{foreign.pk}），请刷新页面。"


@pytest.mark.django_db
class TestPhotos:
    def test_sent_twice_it_is_kept_once(self, inspection, item, staff):
        same = {"inspection": inspection, "item": item, "key": "k1", "by": staff}

        first = attach(**same, file=a_file("现场.jpg"))

        assert attach(**same, file=a_file("现场.jpg")) == first
        assert (InspectionPhoto.objects.count(), first.name, first.size) == (1, "现场.jpg", 17)

    def test_a_key_of_another_inspection_is_spent(self, inspection, item, staff):
        attach(inspection=inspection, item=item, file=a_file("现场.jpg"), key="k1", by=staff)

        with pytest.raises(InspectionError, match="提交凭证已被使用"):
            attach(inspection=planned(inspection.facility), item=item, file=a_file("b.jpg"), key="k1", by=staff)

    @pytest.mark.parametrize(
        ("file", "told"),
        [
            (("现场.pdf", b"%PDF"), "“现场.pdf”不是照片，可上传：jpg jpeg png"),
            (("现场.jpg", b""), "“现场.jpg”是空文件。"),
            (("现场.jpg", b"MZ.."), "“现场.jpg”的类型不允许上传"),
        ],
    )
    def test_what_is_no_photo_is_refused(self, inspection, item, staff, file, told):
        with pytest.raises(EvidenceError) as error:
            attach(inspection=inspection, item=item, file=a_file(*file), key="k1", by=staff)

        assert str(error.value).startswith(told)

    def test_one_over_the_limit_is_refused(self, inspection, item, staff, monkeypatch):
        monkeypatch.setattr(settings, "EVIDENCE_MAX_BYTES", 1024 * 1024)

        with pytest.raises(EvidenceError) as error:
            attach(
                inspection=inspection, item=item, file=a_file("现场.jpg", b"x" * (1024 * 1024 + 1)), key="k", by=staff
            )

        assert str(error.value) == "“现场.jpg”超过 1 MB，未上传。请压缩或拆分后重试。"

    def test_it_is_taken_back_before_the_end_and_not_after(self, inspection, item, staff):
        photo = attach(inspection=inspection, item=item, file=a_file("现场.jpg"), key="k1", by=staff)
        remove(photo=photo)
        assert not InspectionPhoto.objects.exists()

        done = inspected(inspection.facility, by=staff).inspection
        with pytest.raises(InspectionError) as error:
            attach(inspection=done, item=item, file=a_file("现场.jpg"), key="k2", by=staff)
        assert str(error.value) == "这次检查已提交，不能再改；有误请更正。"
