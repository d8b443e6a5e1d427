"""Points given by people: once for each key, with a reason, taken back by a new row."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError

from scoring.marking import MarkingError, give, revoke
from scoring.models import Mark
from tasks.models.report import LedgerError
from tests.factories import CriterionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("october")]

OCTOBER = dt.date(2024, 10, 15)


@pytest.fixture
def criterion(district):
    return CriterionFactory(section__rubric__programme__district=district)


@pytest.fixture
def mark(criterion, miaohang, staff):
    return write(criterion, miaohang, staff)


def write(criterion, town, by, **fields):
    said = {
        "points": Decimal("8.50"),
        "reason": "季度检查",
        "document": "检查记录3号",
        "given_on": dt.date(2024, 9, 30),
    }
    return give(criterion=criterion, town=town, by=by, **{"key": "one", **said, **fields})


def standing(as_of=OCTOBER, known_on=None):
    return list(Mark.objects.standing(as_of=as_of, known_on=known_on))


class TestGive:
    def test_writes_who_when_why_and_in_which_district(self, mark, october, staff, district):
        mark.refresh_from_db()

        assert (mark.points, mark.reason, mark.document) == (Decimal("8.50"), "季度检查", "检查记录3号")
        assert (mark.by, mark.at, mark.given_on, mark.district) == (staff, october, dt.date(2024, 9, 30), district)

    def test_the_same_sent_twice_is_written_once(self, mark, criterion, miaohang, staff):
        assert write(criterion, miaohang, staff) == mark
        assert Mark.objects.count() == 1

    @pytest.mark.parametrize(
        "other",
        [{"points": Decimal(9)}, {"reason": "年度检查"}, {"document": "4号"}, {"given_on": OCTOBER}, {"grade": "优"}],
        ids=lambda other: next(iter(other)),
    )
    def test_a_spent_key_with_other_content_is_refused_not_swallowed(self, mark, criterion, miaohang, staff, other):
        with pytest.raises(MarkingError, match="已提交过"):
            write(criterion, miaohang, staff, **other)

        assert standing() == [mark]

    def test_a_spent_key_for_another_town_is_refused(self, mark, criterion, youyi, staff):
        with pytest.raises(MarkingError, match="已提交过"):
            write(criterion, youyi, staff)

    @pytest.mark.parametrize("missing", [{"reason": ""}, {"document": ""}, {"points": Decimal(-1)}])
    def test_the_database_itself_refuses_points_without_reason_or_source(self, criterion, miaohang, staff, missing):
        with pytest.raises(IntegrityError):
            write(criterion, miaohang, staff, **missing)

    def test_is_not_of_a_year_long_before_the_programme(self, criterion, miaohang, staff):
        year = criterion.section.rubric.programme.year
        assert write(criterion, miaohang, staff, key="a", given_on=dt.date(year - 1, 1, 1)).pk
        with pytest.raises(MarkingError, match=f"日期 {year - 2}-12-31 不正确：应不早于 {year - 1} 年。"):
            write(criterion, miaohang, staff, key="b", given_on=dt.date(year - 2, 12, 31))


class TestRevoke:
    def test_is_a_new_row_that_says_who_when_and_why(self, mark, staff, october):
        taken_back = revoke(mark=mark, reason=" 录错街镇 ", by=staff)

        assert (taken_back.revokes, taken_back.reason, taken_back.by, taken_back.at) == (
            mark,
            "录错街镇",
            staff,
            october,
        )
        assert (taken_back.criterion, taken_back.town, taken_back.points) == (mark.criterion, mark.town, mark.points)

    @pytest.mark.parametrize("reason", ["", " ", "\n\t"])
    def test_needs_a_reason(self, mark, staff, reason):
        with pytest.raises(MarkingError, match="原因"):
            revoke(mark=mark, reason=reason, by=staff)

        assert standing() == [mark]

    def test_happens_once(self, mark, staff):
        revoke(mark=mark, reason="录错街镇", by=staff)

        with pytest.raises(MarkingError, match="已被撤销"):
            revoke(mark=mark, reason="再来一次", by=staff)

    @pytest.mark.parametrize("change", ["save", "delete"])
    def test_is_the_only_way_to_change_a_mark(self, mark, change):
        with pytest.raises(LedgerError):
            getattr(mark, change)()


class TestStanding:
    def test_a_mark_counts_from_its_day(self, mark):
        assert standing(dt.date(2024, 9, 29)) == []
        assert standing(dt.date(2024, 9, 30)) == [mark]

    def test_and_was_known_from_the_day_it_was_written(self, mark):
        assert standing(known_on=dt.date(2024, 10, 14)) == []
        assert standing(known_on=dt.date(2024, 10, 15)) == [mark]

    def test_the_day_is_the_day_here_not_in_greenwich(self, criterion, miaohang, staff, time_machine):
        time_machine.move_to(dt.datetime(2024, 10, 15, 17, tzinfo=dt.UTC))  # 1 in the morning of the 16th
        mark = write(criterion, miaohang, staff)

        assert standing(known_on=dt.date(2024, 10, 15)) == []
        assert standing(known_on=dt.date(2024, 10, 16)) == [mark]

    def test_a_revoked_mark_counts_no_longer_nor_does_its_revocation(self, mark, staff):
        revoke(mark=mark, reason="录错街镇", by=staff)

        assert standing() == []

    def test_what_was_known_before_the_revocation_still_can_be_asked(self, mark, staff, time_machine):
        time_machine.move_to(dt.datetime(2024, 11, 1, 10, tzinfo=dt.UTC))
        revoke(mark=mark, reason="录错街镇", by=staff)

        assert standing(known_on=dt.date(2024, 10, 31)) == [mark]
        assert standing(known_on=dt.date(2024, 11, 1)) == []

    def test_a_mark_can_be_given_again_after_it_was_revoked(self, mark, criterion, miaohang, staff):
        revoke(mark=mark, reason="录错分值", by=staff)

        right = write(criterion, miaohang, staff, points=Decimal(9), key="two")

        assert standing() == [right]
